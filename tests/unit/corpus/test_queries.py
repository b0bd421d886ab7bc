"""Queries with their targets; authors without their names."""

import json

import pytest

from clipstudy.corpus.queries import LABELS, read_queries
from clipstudy.study import StudyError


def query(author="Robin Example", **changes) -> dict:
    return {"text": "singing kettle", "target": "1", "author": author} | dict.fromkeys(LABELS, False) | changes


def read(tmp_path, content):
    path = tmp_path / "queries.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    rejected = []
    return read_queries(path, "raw/queries.json", {"1", "2"}, rejected).to_pylist(), rejected


def test_a_query_and_its_labels(tmp_path):
    rows, rejected = read(tmp_path, [query(target="2", subtextual=True)])
    assert rows == [
        {
            "query_id": 1,
            "text": "singing kettle",
            "target_id": "2",
            "author": "A1",
            "useful_description": False,
            "comments_on_topic": False,
            "purely_visual": False,
            "important_lyrics": False,
            "subtextual": True,
        }
    ]
    assert rejected == []


def test_authors_are_numbered_by_first_appearance(tmp_path):
    rows, _ = read(tmp_path, [query(name) for name in ("Zoe", "Ann", "Zoe", "Bob", "Ann")])
    assert [row["author"] for row in rows] == ["A1", "A2", "A1", "A3", "A2"]


def test_bad_queries_are_told_and_the_others_keep_their_number(tmp_path):
    unlabelled = query()
    del unlabelled["subtextual"]
    content = [
        "kettle",
        query(target="3"),
        query(text=" "),
        query(text=None),
        query("Robin\0Example"),
        query(subtextual="yes"),
        unlabelled,
        query(mood="warm"),
    ]
    rows, rejected = read(tmp_path, content)
    assert [(row["query_id"], row["author"]) for row in rows] == [(8, "A1")]
    assert [(row.position, row.field, row.reason) for row in rejected] == [
        (0, None, "must be an object, is text"),
        (1, "target", "no such clip"),
        (2, "text", "a query without a word"),
        (3, "text", "must be text, is null"),
        (4, "author", "text with a NUL character"),
        (5, "subtextual", "must be true or false, is text"),
        (6, "subtextual", "missing"),
        (-1, "mood", "unknown key, met 1 times; left out, its records are kept"),
    ]
    assert not any("Robin" in (row.excerpt or "") for row in rejected)


def test_a_file_that_is_no_list_stops_the_step(tmp_path):
    with pytest.raises(StudyError, match=r"queries\.json: must be a list, is an object"):
        read(tmp_path, {})
