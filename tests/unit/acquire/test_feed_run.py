"""Files of crawled runs: their names, their lines, and what becomes of one that was never finished."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.acquire.crawler import BadEnd, GoodEnd, Report
from clipstudy.acquire.feed_run import FIELDS, Ended, begin_run, end_unfinished, format_time
from clipstudy.study import StudyError
from clipstudy.virality import feed as reader

# 2022-08-06T02:03:11.482Z
NOW = 1_659_751_391.482
LINE = {
    "scraped_at": "2022-08-06T02:03:11.482Z",
    "url": "https://site.test/@a/video/7128141932953439494",
    "audio": 'original "sound" – Ä',
    "audio_url": "https://site.test/music/7126113003290462982",
    "likes": "231.6K",
    "comments": "1084",
    "creator": "@a",
    "creator_url": "https://site.test/@a",
    "creator_followers": "1.2M",
    "creator_likes": "-977433948",
}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "unfinished").mkdir()
    return tmp_path / "unfinished", tmp_path / "raw/feed"


def test_fields_are_those_that_the_reader_knows():
    assert reader.FIELDS == FIELDS


def test_a_run_is_named_by_number_and_hour_and_appears_when_it_ends(folders):
    unfinished, raw = folders
    run = begin_run(NOW, unfinished, raw)
    assert run.run_id == "run-0001-20220806T02"
    run.append(dict(reversed(LINE.items())))
    assert not raw.exists()
    # on the disk before the next line is there
    content = (unfinished / "run-0001-20220806T02.jsonl").read_text(encoding="utf-8")
    assert content.endswith('"creator_likes":"-977433948"}\n')
    assert list(json.loads(content).items()) == list(LINE.items())
    run.append(LINE)
    path = run.finish()
    assert path == raw / "run-0001-20220806T02.jsonl"
    assert path.read_text(encoding="utf-8") == content * 2
    assert list(unfinished.iterdir()) == []


def test_numbers_go_on_where_raw_data_end(folders):
    unfinished, raw = folders
    raw.mkdir(parents=True)
    for name in ("run-0009-20220806T01.jsonl", "run-10000-20220806T01.jsonl", "run-99999-elsewhere.jsonl", "x.jsonl"):
        (raw / name).touch()
    # 10,000 + 1; 03:00 is in the third hour
    assert begin_run(NOW + 3409, unfinished, raw).run_id == "run-10001-20220806T03"


def test_a_run_without_a_clip_leaves_nothing(folders):
    unfinished, raw = folders
    assert begin_run(NOW, unfinished, raw).finish() is None
    assert list(unfinished.iterdir()) == []
    assert not raw.exists()


def test_what_was_left_unfinished_is_ended_and_kept(folders):
    unfinished, raw = folders
    (unfinished / "run-0001-20220806T02.jsonl").write_bytes(b'{"a":1}\n{"a":2}\n{"a"')
    (unfinished / "run-0002-20220806T03.jsonl").write_bytes(b'{"a":3}\n')
    (unfinished / "run-0003-20220806T04.jsonl").write_bytes(b'{"a"')
    (unfinished / "running.json").write_text("{}", encoding="utf-8")
    assert end_unfinished(unfinished, raw) == [
        Ended("run-0001-20220806T02", 2, True),
        Ended("run-0002-20220806T03", 1, False),
        Ended("run-0003-20220806T04", 0, True),
    ]
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == {
        "run-0001-20220806T02.jsonl": b'{"a":1}\n{"a":2}\n',
        "run-0002-20220806T03.jsonl": b'{"a":3}\n',
    }
    assert [path.name for path in unfinished.iterdir()] == ["running.json"]
    assert end_unfinished(unfinished, raw) == []


def test_raw_data_are_never_overwritten(folders):
    unfinished, raw = folders
    run = begin_run(NOW, unfinished, raw)
    run.append(LINE)
    raw.mkdir(parents=True)
    (raw / "run-0001-20220806T02.jsonl").write_bytes(b"there before\n")
    with pytest.raises(StudyError, match="raw data are never overwritten"):
        run.finish()
    assert (raw / "run-0001-20220806T02.jsonl").read_bytes() == b"there before\n"
    assert (unfinished / "run-0001-20220806T02.jsonl").exists()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (NOW, "2022-08-06T02:03:11.482Z"),
        (0.0004, "1970-01-01T00:00:00.000Z"),
        # rounds up into the next second
        (1_659_751_391.9996, "2022-08-06T02:03:12.000Z"),
    ],
)
def test_times_are_utc_with_milliseconds(seconds, text):
    assert format_time(seconds) == text


@given(st.lists(st.binary(max_size=5).filter(lambda line: b"\n" not in line), max_size=5), st.binary(max_size=5))
def test_no_whole_line_is_ever_lost(tmp_path_factory, lines, rest):
    torn = rest.replace(b"\n", b"")
    folder = tmp_path_factory.mktemp("run")
    (folder / "run-0001-20220806T02.jsonl").write_bytes(b"".join(line + b"\n" for line in lines) + torn)
    ended = end_unfinished(folder, folder / "raw")
    assert ended == [Ended("run-0001-20220806T02", len(lines), bool(torn))]
    kept = folder / "raw/run-0001-20220806T02.jsonl"
    assert (kept.read_bytes() if kept.exists() else b"") == b"".join(line + b"\n" for line in lines)


def test_the_guide_tells_every_part_of_a_report():
    guide = (Path(__file__).parents[3] / "docs/crawling.md").read_text(encoding="utf-8")
    ends = {*get_args(GoodEnd), *get_args(BadEnd)}
    for word in {*Report._fields, *Ended._fields, "study", "exit_code"} | ends:
        assert f"`{word}`" in guide
    # the example is a whole report
    example = json.loads(next(line for line in guide.splitlines() if line.startswith('{"clips"')))
    assert example.keys() == {*Report._fields, "study", "exit_code"}
