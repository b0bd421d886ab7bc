"""Cover texts and transcripts by clip."""

import json

import pytest

from clipstudy.corpus.texts import read_texts
from clipstudy.study import StudyError


def test_null_is_no_text_and_an_empty_text_is_one(tmp_path):
    path = tmp_path / "speech.json"
    path.write_text(json.dumps({"1": "the kettle sings", "2": None, "3": ""}), encoding="utf-8")
    rejected = []
    assert read_texts(path, "raw/speech.json", {"1", "2", "3", "4"}, rejected) == {"1": "the kettle sings", "3": ""}
    assert rejected == []


def test_broken_entries_and_texts_of_no_clip_are_told(tmp_path):
    path = tmp_path / "speech.json"
    path.write_text(json.dumps({"1": 5, "9": "whose?", "2": "a\0", "3": "b\ud800", "4": "fine"}), encoding="utf-8")
    rejected = []
    assert read_texts(path, "raw/speech.json", {"1", "2", "3", "4"}, rejected) == {"4": "fine"}
    assert [(row.position, row.field, row.reason) for row in rejected] == [
        (0, "text", "must be text, is a number"),
        (1, "id", "no such clip"),
        (2, "text", "text with a NUL character"),
        (3, "text", "text with a lone surrogate"),
    ]
    assert {row.source for row in rejected} == {"raw/speech.json"}


@pytest.mark.parametrize("content", ["[]", "{", ""])
def test_a_file_that_is_no_object_stops_the_step(tmp_path, content):
    path = tmp_path / "speech.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(StudyError, match=r"speech\.json: .*fetch or make it again"):
        read_texts(path, "raw/speech.json", set(), [])
