"""What becomes of one clip, without a browser: a page is what these tests make up."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from clipstudy.acquire import crawler, dom, feed_page, scraper
from clipstudy.acquire.batches import Entry, Failure
from clipstudy.acquire.scraper import Manner
from clipstudy.study import Acquire, StudyError
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
