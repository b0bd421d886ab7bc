"""The scraper's own list of what it could not read."""

import json

from clipstudy.corpus.failures import read_failures


def test_each_line_is_a_row_and_a_bad_line_too(tmp_path):
    good = {"source": "raw/batch_1.json", "position": 3, "field": "like-count", "reason": "no such element"}
    lines = [
        json.dumps(good | {"excerpt": "<span>\n</span>"}),
        json.dumps(good | {"field": None, "position": -1}),
        "",
        "{",
        "[]",
        json.dumps(good | {"position": "3"}),
        json.dumps({"source": "raw/batch_1.json", "position": 1}),
        json.dumps(good | {"excerpt": 4}),
    ]
    path = tmp_path / "failures.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_failures(path, "raw/failures.jsonl") == [
        ("raw/batch_1.json", 3, "like-count", "no such element", "<span>\\n</span>"),
        ("raw/batch_1.json", -1, None, "no such element", None),
        (
            "raw/failures.jsonl",
            3,
            None,
            "not JSON: Expecting property name enclosed in double quotes at line 1 column 2",
            None,
        ),
        ("raw/failures.jsonl", 4, None, "must be an object, is a list", "[]"),
        ("raw/failures.jsonl", 5, "position", "must be a whole number from -1", "3"),
        ("raw/failures.jsonl", 6, "reason", "missing", None),
        ("raw/failures.jsonl", 7, "excerpt", "must be text, is a number", "4"),
    ]
