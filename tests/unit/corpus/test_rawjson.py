"""What the tolerant parser lets through, and how it names what it cannot read."""

import pytest

from clipstudy.corpus.quarantine import UnreadableError
from clipstudy.corpus.rawjson import parse_json, read_json


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'["\\ud800"]', ["\ud800"]),
        (b'["\xed\xa0\x80"]', ["\ud800"]),
        (b'["\\u0000"]', ["\0"]),
        (b'["a\x00b"]', ["a\0b"]),
        (b'\xef\xbb\xbf["tea"]', ["tea"]),
        ('["茶 🍵"]'.encode(), ["茶 🍵"]),
    ],
)
def test_one_broken_text_does_not_hide_the_rest(content, value):
    assert parse_json(content) == value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON: Expecting value at line 1 column 1"),
        (b'[{"id": "1"}, {"id"', "not JSON: Expecting ':' delimiter at line 1 column 20"),
        (b'["th\xe9"]', "not UTF-8: byte 4 is not part of a character"),
        (b"[" * 100_000, "not readable JSON: nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "not readable JSON: a number has too many digits"),
    ],
)
def test_what_is_not_json_has_a_reason(content, reason):
    with pytest.raises(UnreadableError) as caught:
        parse_json(content)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"{}", list, "must be a list, is an object"),
        (b"[]", dict, "must be an object, is a list"),
        (b"null", list, "must be a list, is null"),
        (b"true", dict, "must be an object, is true"),
        (b"12", list, "must be a list, is a number"),
        (b'"tea"', list, "must be a list, is text"),
    ],
)
def test_a_file_of_another_kind(tmp_path, content, kind, reason):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        read_json(tmp_path / "x.json", kind)
    assert caught.value.reason == reason
