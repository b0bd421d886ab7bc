import json
import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from clipstudy.acquire.batches import Entry, Failure, RawClip, RawReply, open_journal, write_batches
from clipstudy.acquire.failures import write_failures

WAY = {"start_url": "https://www.site.test/"}


def entry(number: int, *, read: bool = True) -> Entry:
    failures = [] if read else [Failure(f"https://www.site.test/{number}", number, None, "captcha: asked")]
    record = {"id": str(number)} if read else None
    return Entry(clip_id=str(number), address="https://www.site.test/", record=record, failures=failures)


def test_journal_keeps_what_was_appended(tmp_path: Path) -> None:
    path = tmp_path / "scrape/journal.jsonl"
    with open_journal(path, WAY) as journal:
        journal.append(entry(1))
        # on the disk at once, not when the file is closed
        assert len(path.read_text(encoding="utf-8").splitlines()) == 2
        journal.append(entry(2, read=False))
    with open_journal(path, WAY) as journal:
        assert journal.entries == [entry(1), entry(2, read=False)]


def test_journal_goes_on_after_any_character_that_is_a_line_end_to_some(tmp_path: Path) -> None:
    odd = entry(1).model_copy(update={"record": {"description": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\rh\ni"}})
    for _ in range(2):
        with open_journal(tmp_path / "journal.jsonl", WAY) as journal:
            journal.append(odd)
    with open_journal(tmp_path / "journal.jsonl", WAY) as journal:
        assert journal.entries == [odd, odd]


def test_errors_hold_nobodys_words() -> None:
    with pytest.raises(ValidationError) as told:
        Entry.model_validate_json('{"clip_id": "1", "record": "purr"')
    assert "purr" not in str(told.value)
    with pytest.raises(ValidationError) as told:
        RawReply.model_validate({"comment-text": ["purr"]})
    assert "purr" not in str(told.value)


def test_torn_line_is_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with open_journal(path, WAY) as journal:
        journal.append(entry(1))
    whole = path.read_bytes()
    path.write_bytes(whole + entry(2).model_dump_json().encode()[:-4])
    with open_journal(path, WAY) as journal:
        assert journal.entries == [entry(1)]
        journal.append(entry(3))
    assert path.read_bytes() == whole + entry(3).model_dump_json().encode() + b"\n"


def test_journal_whose_first_line_is_torn_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"way"', encoding="utf-8")
    with open_journal(path, WAY) as journal:
        assert journal.entries == []


def test_journal_of_another_way_is_begun_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "journal.jsonl"
    with open_journal(path, WAY) as journal:
        journal.append(entry(1))
    with caplog.at_level(logging.WARNING), open_journal(path, {"start_url": "https://other.test/"}) as journal:
        assert journal.entries == []
    assert "of a scrape done in another way; begun anew" in caplog.text


def test_batches_are_by_place_in_the_feed(tmp_path: Path) -> None:
    entries = [entry(1), entry(2, read=False), entry(3), entry(4, read=False), entry(5)]
    paths = write_batches(entries, tmp_path, 2)
    assert [path.name for path in paths] == ["batch_1.json", "batch_2.json", "batch_3.json"]
    ids = [[record["id"] for record in json.loads(path.read_text(encoding="utf-8"))] for path in paths]
    assert ids == [["1"], ["3"], ["5"]]
    assert paths[0].read_text(encoding="utf-8") == '[\n  {\n    "id": "1"\n  }\n]\n'


def test_an_empty_feed_is_one_empty_batch(tmp_path: Path) -> None:
    assert [path.read_text(encoding="utf-8") for path in write_batches([], tmp_path, 2)] == ["[]\n"]


def test_failures_are_lines_by_place(tmp_path: Path) -> None:
    path = tmp_path / "raw/failures.jsonl"
    write_failures([Failure("b", 2, "captions", "é"), Failure("a", 0, None, "gone", "x")], path)
    assert path.read_text(encoding="utf-8") == (
        '{"excerpt": "x", "field": null, "position": 0, "reason": "gone", "source": "a"}\n'
        '{"excerpt": null, "field": "captions", "position": 2, "reason": "é", "source": "b"}\n'
    )


def test_records_are_checked() -> None:
    with pytest.raises(ValidationError, match="like-count"):
        RawClip.model_validate({"like-count": 3})
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        RawClip.model_validate({"likes": "3"})
