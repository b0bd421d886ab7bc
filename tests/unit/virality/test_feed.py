"""Lines of a run file are read alike, whatever stands beside them."""

import json

from clipstudy.virality.feed import read_runs
from tests.unit.virality.lines import line

TORN = '{"url": "https://clips.te'
NUMBERS = ["1084", "1084.0", "-0.0", "0.1", "1e3", "1e15", "1e16", "1e17", "1e-7", "1.5e300", "9" * 25, "-2147483648"]
OTHERS = [
    "null",
    "true",
    '"1,084"',
    '"\\u00e9\\ud83d\\ude00"',
    '"\\ud83d"',
    "[]",
    "[1e16, 2.0]",
    '{"b": 1.0, "a": [null]}',
]


def read(path, lines):
    path.write_text("".join(f"{text}\n" for text in lines), encoding="utf-8")
    (block,) = read_runs([path])
    return block.frame.drop("position").rows(), [(row.position, row.reason) for row in block.rejected]


def test_a_torn_neighbour_changes_nothing_of_how_a_line_is_read(tmp_path):
    lines = [json.dumps(line()).replace('"120"', value) for value in NUMBERS + OTHERS]
    lines += ['{"likes": 120, "likes": 7}', "{}", ' {"likes" : "1"}\r', '{"other": {"likes": 1}}']
    whole, none = read(tmp_path / "run.jsonl", lines)
    beside, rejected = read(tmp_path / "run.jsonl", [*lines[:3], TORN, *lines[3:], TORN])
    assert (len(whole), none) == (len(lines), [])
    assert rejected == [(3, "torn line"), (len(lines) + 1, "torn line")]
    assert beside == whole
    # the first of a key that is there twice, and numbers with all their digits
    assert whole[len(NUMBERS + OTHERS)][4] == "120"
    assert [row[4] for row in whole[:8]] == [
        *("1084", "1084", "-0", "0.1", "1000", "1" + 15 * "0", "1" + 16 * "0", "1" + 17 * "0"),
    ]


def test_a_file_of_broken_lines_alone_has_no_rows(tmp_path):
    assert read(tmp_path / "run.jsonl", [TORN, "[1]"]) == ([], [(0, "torn line"), (1, "not a JSON object")])
