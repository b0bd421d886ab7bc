"""The scraper in a real browser on the replica: what it reads, and every fault of a page."""

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from clipstudy.acquire import dom
from clipstudy.acquire.browser import open_browser
from clipstudy.acquire.scraper import Manner, scrape
from clipstudy.corpus.build import build_corpus
from clipstudy.study import StudyError
from clipstudy.world.model import Clip, Comment, Reply, World
from clipstudy.world.site import app
from clipstudy.world.site.addresses import SITE, clip_path, media_url, music_url, permalink
from clipstudy.world.site.embedded import photo_names
from clipstudy.world.site.serve import serve_replica
from clipstudy.world.site.visit import scrape_replica
from tests.browser.conftest import OPTIONS, Scrape, bytes_of, small_study, write_captions

READ, LOST = {None, "login_popup", "rate_limited"}, {"captcha", "empty_response"}


def lasting(world: World) -> list[Clip]:
    return [clip for clip in world.clips if clip.page_fault and clip.page_heals_after is None]


def test_world_has_every_fault_of_a_page_and_every_state(world: World) -> None:
    assert {clip.page_fault for clip in world.clips} == READ | LOST
    assert {clip.page_fault for clip in lasting(world)} == LOST
    assert {clip.page_state.kind for clip in world.clips} == {"present", "absent", "stale"}
    assert {"prompt", "late", "very_late"} == {arrival for clip in world.clips for arrival in clip.comment_arrivals}
    assert max(len(clip.comment_arrivals) for clip in world.clips) >= 2
    assert max(len(comment.replies) for clip in world.clips for comment in clip.comments) > app.REPLIES_A_PAGE
    assert any(clip.captions for clip in world.clips)


def test_every_clip_of_the_feed_ends_in_a_batch_or_in_failures(world: World, scraped: Scrape) -> None:
    lost = {clip.clip_id for clip in lasting(world)}
    assert list(scraped.records) == [clip_id for clip_id in world.feed if clip_id not in lost]
    whole = [failure for failure in scraped.failures if failure["field"] is None]
    assert {failure["source"].rpartition("/")[2] for failure in whole} == lost
    for failure in whole:
        clip = world.clip(failure["source"].rpartition("/")[2])
        assert failure["position"] == world.feed.index(clip.clip_id)
        assert failure["reason"].startswith(f"{clip.page_fault}: ")
    assert (scraped.summary.clips, scraped.summary.failed, scraped.summary.visited) == (12, 2, 14)


def test_batches_follow_the_feed(world: World, scraped: Scrape) -> None:
    # 14 clips in batches of 5: 5 + 5 + 4 places, of which two hold no record
    assert [path.name for path in scraped.summary.batches] == ["batch_1.json", "batch_2.json", "batch_3.json"]
    assert sorted(path.name for path in scraped.raw.iterdir()) == [
        *("batch_1.json", "batch_2.json", "batch_3.json"),
        "failures.jsonl",
    ]


def test_records_are_what_the_site_shows(world: World, scraped: Scrape) -> None:
    musics = {music.music_id: music for music in world.musics}
    nicknames = {creator.username: creator.nickname for creator in world.creators}
    for clip_id, record in scraped.records.items():
        clip = world.clip(clip_id)
        assert record == {
            "video-src": "" if clip.is_photo else media_url(clip, clip.asset("video")),
            "coverphoto-src": media_url(clip, clip.asset("cover")),
            "permalink": permalink(clip),
            "web-id": clip.web_id,
            "id": clip_id,
            "like-count": clip.like_count_shown,
            "comment-count": clip.comment_count_shown,
            "creator-username": clip.creator,
            "creator-nickname": nicknames[clip.creator],
            "timeposted": clip.posted_label,
            "music-title": musics[clip.music_id].title,
            "music-src": music_url(musics[clip.music_id]),
            "description": clip.description,
            "comments": [as_shown(comment) for comment in clip.comments],
            "scrape-timestamp": world.clock,
            "kind": "photo" if clip.is_photo else "video",
            "captions": " ".join(clip.captions) if clip.captions else None,
            "captions-src": media_url(clip, clip.asset("captions")) if clip.captions else None,
            "photo-srcs": [media_url(clip, clip.asset(name)) for name in photo_names(clip)],
            "page-state": {"present": "used"}.get(clip.page_state.kind, clip.page_state.kind),
        }


def as_shown(reply: Reply) -> dict:
    shown = {
        "commenter-username": reply.commenter,
        "comment-text": reply.text,
        "time-posted": reply.posted_label,
        "like-count": reply.likes_shown,
        "replies-count": "",
    }
    if isinstance(reply, Comment):
        shown["replies"] = [as_shown(answer) for answer in reply.replies]
        shown["replies-count"] = str(len(reply.replies)) if reply.replies else ""
    return shown


def test_stale_states_are_told(world: World, scraped: Scrape) -> None:
    told = {f["source"].rpartition("/")[2]: f for f in scraped.failures if f["field"] == "page-state"}
    stale = {clip.clip_id: clip for clip in world.clips if clip.page_state.kind == "stale"}
    assert told.keys() == stale.keys() & scraped.records.keys()
    for clip_id, failure in told.items():
        assert failure["reason"] == "page state is stale: DOM used"
        of_other = stale[clip_id].page_state.other_clip_id is not None
        assert failure["excerpt"].startswith("differs in clip_id" if of_other else "differs in like_count")


def test_waits_are_told(scraped: Scrape) -> None:
    said = "\n".join(scraped.said)
    # the site asks for 1 s; its own waits double from 0.05 s
    assert "rate_limited: the site refuses (HTTP 429); waiting 1 s, then attempt 2 of 4" in said
    assert "captcha: the site asks for one, which is never solved; waiting 0.05 s, then attempt 2 of 4" in said
    assert "waiting 0.2 s, then attempt 4 of 4" in said


def test_nothing_of_the_run_is_in_the_data(scraped: Scrape) -> None:
    for content in bytes_of(scraped.raw).values():
        assert b"127.0.0.1" not in content
        assert b"localhost" not in content
        assert b".test:" not in content


def test_dom_alone_gives_equal_tables(world: World, media: Path, scraped: Scrape, tmp_path: Path) -> None:
    raw = tmp_path / "data/small/raw"
    scrape_replica(world, media, OPTIONS, raw, tmp_path / "journal.jsonl", dom_only=True)
    with_state = build_corpus(small_study("small"), scraped.raw.parents[2])
    without = build_corpus(small_study("small"), tmp_path)
    for name in ("clips", "comments"):
        assert with_state[name].num_rows >= 12
        assert without[name].equals(with_state[name])
    # the failures are rows of `rejected`, and the corpus knows every key of a record
    reasons = with_state["rejected"].column("reason").to_pylist()
    assert len(reasons) == len(scraped.failures)


def test_ends_where_it_is_told(world: World, media: Path, tmp_path: Path) -> None:
    options = OPTIONS.model_copy(update={"clips": 4, "comments": 3})
    # nothing of the first two clips can be had, so that there is no page to go back to but the feed
    first = [clip.clip_id for clip in lasting(world)]
    feed = first + [clip_id for clip_id in world.feed if clip_id not in first]
    turned = world.model_copy(update={"feed": feed})
    summary = scrape_replica(turned, media, options, tmp_path / "raw", tmp_path / "journal.jsonl")
    assert (summary.clips, summary.failed) == (2, 2)
    records = Scrape(tmp_path / "raw", summary, []).records
    assert list(records) == feed[2:4]
    for clip_id, record in records.items():
        assert record["comments"] == [as_shown(comment) for comment in world.clip(clip_id).comments[:3]]


def test_what_does_not_arrive_is_told(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = next(c for c in world.clips if len(c.comment_arrivals) >= 2 and c.page_fault is None)
    late = clip.model_copy(update={"comment_arrivals": ["prompt", "very_late", "very_late", "very_late"]})
    alone = world.model_copy(update={"clips": [late], "feed": [clip.clip_id]})
    monkeypatch.setitem(app.ARRIVAL_SECONDS, "very_late", 5)
    options = OPTIONS.model_copy(update={"wait_seconds": 1})
    # no media are there at all: the captions are missing where the page names them
    summary = scrape_replica(alone, tmp_path, options, tmp_path / "raw", tmp_path / "journal.jsonl")
    found = Scrape(tmp_path / "raw", summary, [])
    first_page = [as_shown(comment) for comment in clip.comments if comment.page == 0]
    assert found.records[clip.clip_id]["comments"] == first_page
    reasons = {failure["field"]: failure["reason"] for failure in found.failures}
    assert reasons["comments"] == "not all arrived within 1 s; 20 were read"


def test_very_many_comments_are_read_whatever_the_bound_of_a_script(
    world: World, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, long = with_long_thread(world)
    monkeypatch.setitem(app.ARRIVAL_SECONDS, "late", 0.3)
    monkeypatch.setattr(app, "REPLIES_A_PAGE", 1)
    with serve_replica(long, media) as replica, open_browser(OPTIONS, replica) as driver:
        driver.set_script_timeout(2)  # 12 pages take 3.6 s
        driver.get(SITE + clip_path(clip))
        found = dom.read_comments(driver, None, 1.5)
    assert found.complete
    assert [shown["text"] for shown in found.comments] == [comment.text for comment in clip.comments]
    for shown, comment in zip(found.comments, clip.comments, strict=True):
        assert [reply["text"] for reply in shown["replies"]] == [reply.text for reply in comment.replies]
        assert shown["replyCount"] == str(len(comment.replies) or "")


def test_replies_that_never_come_leave_out_no_others(
    world: World, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, long = with_long_thread(world)
    replies = app._reply
    lost = next(comment for comment in clip.comments if comment.replies).replies[0].text

    def answer(reply: Reply) -> dict[str, Any]:
        if reply.text == lost:
            raise ValueError("no answer")
        return replies(reply)

    monkeypatch.setattr(app, "_reply", answer)
    with serve_replica(long, media) as replica, open_browser(OPTIONS, replica) as driver:
        driver.get(SITE + clip_path(clip))
        found = dom.read_comments(driver, None, 1)
    assert not found.complete
    whole = [lost not in [reply.text for reply in comment.replies] for comment in clip.comments]
    assert len(whole) > whole.count(True) > 20
    pairs = zip(found.comments, clip.comments, strict=True)
    assert [len(shown["replies"]) == len(comment.replies) for shown, comment in pairs] == whole


def with_long_thread(world: World) -> tuple[Clip, World]:
    """A clip with the replied comments of all, 12 pages of them, and its world."""
    plain = next(clip for clip in world.clips if clip.page_fault is None)
    replied = [comment for clip in world.clips for comment in clip.comments if comment.replies]
    pages = [comment.model_copy(update={"page": number % 12}) for number, comment in enumerate(replied)]
    comments = sorted(pages, key=lambda comment: comment.page)
    clip = plain.model_copy(update={"comments": comments, "comment_arrivals": ["late"] * 12})
    return clip, world.model_copy(update={"clips": [clip], "feed": [clip.clip_id]})


def test_captions_that_cannot_be_had_are_told(world: World, tmp_path: Path) -> None:
    captioned = [clip for clip in world.clips if clip.captions and clip.page_fault is None][:2]
    alone = world.model_copy(update={"clips": captioned, "feed": [clip.clip_id for clip in captioned]})
    write_captions(alone, tmp_path)
    (tmp_path / captioned[0].asset("captions").file).unlink()
    summary = scrape_replica(
        alone.model_copy(update={"clips": [clip_without_state(clip) for clip in captioned]}),
        tmp_path,
        OPTIONS,
        tmp_path / "raw",
        tmp_path / "journal.jsonl",
    )
    found = Scrape(tmp_path / "raw", summary, [])
    assert found.records[captioned[0].clip_id]["captions"] is None
    assert found.records[captioned[1].clip_id]["captions"] == " ".join(captioned[1].captions or [])
    assert [(f["field"], f["reason"]) for f in found.failures] == [("captions", "the caption file cannot be read")]


def clip_without_state(clip: Clip) -> Clip:
    return clip.model_copy(update={"page_state": clip.page_state.model_copy(update={"kind": "absent"})})


def test_a_page_without_a_clip_is_an_error(world: World, media: Path, tmp_path: Path) -> None:
    with serve_replica(world, media) as replica:
        options = OPTIONS.model_copy(update={"start_url": f"{SITE}/@nobody.sim/video/1", "wait_seconds": 2})
        with pytest.raises(StudyError, match="empty_response: a page without content; run again later"):
            scrape(options, tmp_path / "raw", tmp_path / "journal.jsonl", replica, Manner(site_clock=True))
        options = OPTIONS.model_copy(update={"start_url": "https://elsewhere.test/"})
        with pytest.raises(StudyError, match=r"the browser failed: .*ERR_NAME_NOT_RESOLVED.*run again to go on"):
            scrape(options, tmp_path / "raw", tmp_path / "journal.jsonl", replica)
    assert not (tmp_path / "raw").exists()


def test_a_popup_that_does_not_close_is_a_failure_of_its_clip(
    world: World, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = [clip.model_copy(update={"page_fault": None, "comments": []}) for clip in world.clips[:3]]
    asking = plain[1].model_copy(update={"page_fault": "login_popup", "page_heals_after": None})
    clips = [plain[0], asking, plain[2]]
    changed = world.model_copy(update={"clips": clips, "feed": [clip.clip_id for clip in clips]})
    options = OPTIONS.model_copy(update={"wait_seconds": 1, "attempts": 2})
    raw, journal = tmp_path / "raw", tmp_path / "journal.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(dom, "CLOSE_LOGIN", (By.ID, "nowhere"))
        with pytest.raises(StudyError, match=f"^clip {asking.clip_id}: no way on to the next clip; run again"):
            scrape_replica(changed, media, options, raw, journal)
    # the pop-up bars the way; once it closes, the scrape goes on behind it
    summary = scrape_replica(changed, media, options, raw, journal)
    found = Scrape(raw, summary, [])
    assert list(found.records) == [plain[0].clip_id, plain[2].clip_id]
    reasons = [failure["reason"] for failure in found.failures if failure["field"] is None]
    assert reasons == ["login_popup: it does not close; 2 attempts"]


def test_half_an_emoji_on_a_page_is_no_error_of_the_browser() -> None:
    with open_browser(OPTIONS) as driver:
        driver.get("about:blank")
        driver.execute_script(r"""
            document.body.innerHTML = '<p data-e2e="browse-video-desc"></p>';
            document.querySelector("p").textContent = "tea \ud83d";
        """)
        assert dom.read_page(driver).shown.description == "tea \ufffd"


def test_browser_says_who_asks_and_trusts_no_other_certificate(world: World, media: Path) -> None:
    wrong = world.clips[0].model_copy(update={"page_fault": None})
    assets = [asset.model_copy(update={"fault": "wrong_certificate"}) for asset in wrong.assets]
    changed = world.model_copy(update={"clips": [wrong.model_copy(update={"assets": assets})], "feed": [wrong.clip_id]})
    wrong = changed.clips[0]
    options = OPTIONS.model_copy(update={"user_agent": "clipstudy/0.1 (a test)"})
    with serve_replica(changed, media) as replica, open_browser(options, replica) as driver:
        driver.get(SITE + clip_path(wrong))
        assert driver.execute_script("return navigator.userAgent") == "clipstudy/0.1 (a test)"
        reach = "return fetch(arguments[0], {mode: 'no-cors'}).then(() => 'reached', () => 'refused')"
        assert driver.execute_script(reach, f"{SITE}/foryou") == "reached"
        assert driver.execute_script(reach, media_url(wrong, wrong.asset("cover"))) == "refused"
