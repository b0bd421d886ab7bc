"""What becomes of one clip, without a browser: a page is what these tests make up."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from clipstudy.acquire import crawler, dom, feed_page, scraper
from clipstudy.acquire.batches import Entry, Failure, Journal, write_text
from clipstudy.acquire.scraper import Manner
from clipstudy.cli import app
from clipstudy.corpus.build import find_batches
from clipstudy.study import Acquire, Study, StudyError, load_study
from tests.unit.acquire.test_batches import entry
from tests.unit.acquire.test_records import ADDRESS, PAGE, comment

OPTIONS = Acquire(start_url="https://www.site.test/foryou", attempts=2, backoff_seconds=0.5, wait_seconds=1)
CLIP_ID = "7000000000000000001"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What stands on the page, the page, and its comments; `slept` are the waits."""
    shown = SimpleNamespace(standing=dom.Standing("clip"), page=PAGE, comments=[comment()], slept=[])
    monkeypatch.setattr(dom, "settle", lambda *_: shown.standing)
    monkeypatch.setattr(dom, "read_page", lambda _: shown.page)
    monkeypatch.setattr(dom, "read_comments", lambda *_: dom.Comments(shown.comments, True))
    monkeypatch.setattr(dom, "read_captions", lambda *_: "steam rises")
    monkeypatch.setattr("time.sleep", shown.slept.append)
    return shown


def read(**changes: Any) -> Entry:
    driver = SimpleNamespace(current_url=ADDRESS, refresh=lambda: None)
    return scraper._read_clip(driver, OPTIONS, Manner(site_clock=True, **changes), CLIP_ID, 3)


def test_logs_name_a_clip_by_its_place_and_id(site: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    site.page = PAGE._replace(shown=PAGE.shown._replace(like_count="1"))
    assert read().record is not None
    site.standing = dom.Standing("captcha")
    assert read().record is None
    assert [record.getMessage() for record in caplog.records] == [
        f"position 3, clip {CLIP_ID}: page-state: page state is stale: DOM used",
        f"position 3, clip {CLIP_ID}: captcha: the site asks for one, which is never solved; "
        "waiting 0.5 s, then attempt 2 of 2",
        f"position 3, clip {CLIP_ID}: clip: captcha: the site asks for one, which is never solved; 2 attempts",
    ]


def test_a_site_without_a_time_is_told_without_a_name(site: SimpleNamespace) -> None:
    site.page = PAGE._replace(clock=None)
    with pytest.raises(StudyError, match=f"^clip {CLIP_ID}: states no time"):
        read()
    clip = feed_page.FeedClip("/", ADDRESS, *[None] * 6, clock=None)
    with pytest.raises(StudyError, match=f"^clip {CLIP_ID}: states no time"):
        crawler._now(clip, site_clock=True)


@pytest.mark.parametrize(
    ("changes", "comments", "told"),
    [
        ({"shown": PAGE.shown._replace(clip_id="07"), "state": None}, [], "ValidationError"),
        ({"shown": PAGE.shown._replace(nickname="purr \ud83d"), "state": None}, [], "PydanticSerializationError"),
        ({"clock": 10**400}, [], "OverflowError"),
        ({}, [comment(text="purr \ud83d")], "PydanticSerializationError"),
    ],
)
def test_an_odd_page_is_a_failure_of_its_clip(
    site: SimpleNamespace, changes: dict[str, Any], comments: list[dict[str, Any]], told: str
) -> None:
    site.page, site.comments = PAGE._replace(**changes), comments
    entry = read()
    assert entry.record is None
    assert entry.failures == [
        Failure(ADDRESS, 3, None, f"unreadable: the page holds what no record can ({told})"),
    ]


@pytest.mark.parametrize(
    ("asked", "slept"), [("7", 7), ("86400", 300), ("99999999999", 300), ("9" * 400, 300), ("soon", 0.5), (None, 0.5)]
)
def test_a_site_may_ask_for_five_minutes_at_most(site: SimpleNamespace, asked: str | None, slept: float) -> None:
    site.standing = dom.Standing("rate_limited", asked)
    assert read().record is None
    assert site.slept == [slept]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study whose feed has five clips, of which two can be read, in batches of two."""
    monkeypatch.chdir(tmp_path)
    acquire = {"start_url": "https://www.site.test/foryou", "batch_size": 2}
    config = Path("config/studies/small.yaml")
    config.parent.mkdir(parents=True)
    config.write_text(
        yaml.safe_dump({"name": "small", "simulated": False, "paper": {"title": "Small"}, "acquire": acquire}), "utf-8"
    )

    def visit(_options: Acquire, _network: object, _manner: Manner, journal: Journal) -> None:
        for number in range(len(journal.entries), 5):
            journal.append(entry(number, read=number in (0, 4)))

    monkeypatch.setattr(scraper, "_visit_feed", visit)
    return load_study(config)


@pytest.mark.parametrize("moved", range(4))
def test_a_scrape_killed_while_it_moves_its_results_is_finished_by_the_next(
    small: Study, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    raw, replace, places = small.paths.raw, Path.replace, list(range(moved))

    def die(path: Path, target: Path) -> None:
        if target.parent == raw and not places:
            raise KeyboardInterrupt
        replace(path, target)
        if target.parent == raw:
            places.pop()

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        CliRunner().invoke(app, ["scrape", "small"])
    assert len([*raw.glob("*.json*")]) == moved
    with pytest.raises(StudyError, match="not all that was scraped is in place yet; run the same scrape again"):
        find_batches(small)
    assert CliRunner().invoke(app, ["scrape", "small"]).exit_code == 0
    assert [path.name for path in find_batches(small)] == ["batch_1.json", "batch_2.json", "batch_3.json"]
    assert len((raw / "failures.jsonl").read_text("utf-8").splitlines()) == 3
    assert len([*raw.iterdir()]) == 4
    refused = CliRunner().invoke(app, ["scrape", "small"])
    assert (refused.exit_code, "raw data are never overwritten" in refused.stderr) == (1, True)


def test_a_smaller_feed_leaves_no_batch_of_a_larger_one(small: Study) -> None:
    raw = small.paths.raw
    for name in ("batch_4.json", "batch_10.json", "batch_0_own.json", ".scrape/batch_11.json"):
        write_text("[]", raw / name)
    options = Acquire(start_url="https://www.site.test/foryou", batch_size=2)
    scraper.scrape(options, raw, small.paths.interim / "journal.jsonl")
    names = ["batch_0_own.json", "batch_1.json", "batch_2.json", "batch_3.json"]
    assert [path.name for path in find_batches(small)] == names
