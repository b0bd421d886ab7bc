from typing import Any

from clipstudy.acquire.batches import Failure
from clipstudy.acquire.dom import Page, find_clip_id
from clipstudy.acquire.records import NOT_SHOWN, Choice, choose_reading, make_record
from tests.unit.acquire.test_page_state import ITEM, READING, state_of

ADDRESS = "https://www.site.test/@otter.sim/video/7000000000000000001"
PAGE = Page(
    address=ADDRESS,
    kind="video",
    shown=READING,
    permalink=f"{ADDRESS}?web_id=71",
    web_id="71",
    posted_label="3d ago",
    music_url="https://www.site.test/music/a-tune-1",
    state=state_of(ITEM),
    clock=1_669_896_000,
)


def comment(**changes: Any) -> dict[str, Any]:
    shown = {"commenter": "cat.sim", "text": "purr", "time": "1h ago ", "likes": "2", "replyCount": "", "replies": []}
    return {**shown, **changes}


def test_state_is_used_where_it_agrees() -> None:
    page = PAGE._replace(shown=READING._replace(captions_src=None))
    assert choose_reading(page, dom_only=False) == Choice(READING, "used")


def test_state_is_left_where_it_disagrees() -> None:
    shown = READING._replace(like_count="300K", nickname="Cat")
    choice = choose_reading(PAGE._replace(shown=shown), dom_only=False)
    assert choice == Choice(shown, "stale", "page state is stale: DOM used", "differs in nickname, like_count")


def test_state_that_is_absent_broken_or_not_wanted() -> None:
    assert choose_reading(PAGE._replace(state=None), dom_only=False) == Choice(READING, "absent")
    assert choose_reading(PAGE, dom_only=True) == Choice(READING, "ignored")
    broken = choose_reading(PAGE._replace(state="{"), dom_only=False)
    assert (broken.reading, broken.use) == (READING, "absent")
    assert broken.reason == "page state is not readable: DOM used: no clip in the embedded state (JSONDecodeError)"


def test_record_has_the_published_shape() -> None:
    replied = comment(replyCount="1", replies=[comment(text="so it is")])
    record, failures = make_record(PAGE, Choice(READING, "used"), [replied], "steam rises", 1_669_896_000, 4)
    assert failures == []
    assert record == {
        "video-src": "https://v.test/v.mp4",
        "coverphoto-src": "https://p.test/c.jpg",
        "permalink": f"{ADDRESS}?web_id=71",
        "web-id": "71",
        "id": "7000000000000000001",
        "like-count": "231.6K",
        "comment-count": "87",
        "creator-username": "otter.sim",
        "creator-nickname": "Otter",
        "timeposted": "3d ago",
        "music-title": "a tune",
        "music-src": "https://www.site.test/music/a-tune-1",
        "description": "tea #kettle",
        "comments": [
            {
                "commenter-username": "cat.sim",
                "comment-text": "purr",
                "time-posted": "1h ago ",
                "like-count": "2",
                "replies-count": "1",
                "replies": [
                    {
                        "commenter-username": "cat.sim",
                        "comment-text": "so it is",
                        "time-posted": "1h ago ",
                        "like-count": "2",
                        "replies-count": "",
                    }
                ],
            }
        ],
        "scrape-timestamp": 1_669_896_000.0,
        "kind": "video",
        "captions": "steam rises",
        "captions-src": "https://v.test/c.vtt",
        "photo-srcs": [],
        "page-state": "used",
    }


def test_what_is_not_shown_is_empty_and_told() -> None:
    reading = READING._replace(nickname=None, video_src=None)
    record, failures = make_record(PAGE._replace(music_url=None), Choice(reading, "absent"), [], None, 1.5, 4)
    assert record is not None
    assert (record["creator-nickname"], record["video-src"], record["music-src"]) == ("", "", "")
    assert failures == [
        Failure(ADDRESS, 4, field, "not shown on the page") for field in ("video-src", "creator-nickname", "music-src")
    ]


def test_a_clip_without_its_counts_is_none() -> None:
    for missing in ("like_count", "comment_count", "creator", "clip_id"):
        reading = READING._replace(**{missing: None})
        record, failures = make_record(PAGE, Choice(reading, "absent"), [], None, 1.5, 0)
        assert record is None
        assert len(failures) == 1
    assert failures == [Failure(ADDRESS, 0, "id", "not shown on the page")]


def test_a_photo_post_has_no_video_and_must_have_photos() -> None:
    page = PAGE._replace(kind="photo")
    photos = Choice(READING._replace(video_src=None, photo_srcs=("https://p.test/1.jpg",)), "absent")
    record, failures = make_record(page, photos, [], None, 1.5, 0)
    assert record is not None
    assert (record["kind"], record["video-src"], record["photo-srcs"]) == ("photo", "", ["https://p.test/1.jpg"])
    assert failures == []
    _, failures = make_record(page, Choice(READING, "absent"), [], None, 1.5, 0)
    assert [failure.field for failure in failures] == ["photo-srcs"]


def test_comments_that_are_not_whole_are_told() -> None:
    thread = [comment(likes=None), comment(text="kept", replies=[comment(text=None), comment(text="too")])]
    record, failures = make_record(PAGE, Choice(READING, "used"), thread, None, 1.5, 0)
    assert record is not None
    assert [kept["comment-text"] for kept in record["comments"]] == ["kept"]
    assert [reply["comment-text"] for reply in record["comments"][0]["replies"]] == ["too"]
    assert [failure.field for failure in failures] == ["comments[0].like-count", "comments[1].replies[0].comment-text"]


def test_a_comment_without_a_name_or_a_count_is_told_and_one_without_words_is_kept() -> None:
    thread = [comment(likes=""), comment(text="", replies=[comment(commenter="")])]
    record, failures = make_record(PAGE, Choice(READING, "used"), thread, None, 1.5, 0)
    assert record is not None
    assert [(kept["comment-text"], kept["replies"]) for kept in record["comments"]] == [("", [])]
    lost = ["comments[0].like-count", "comments[1].replies[0].commenter-username"]
    assert [(failure.field, failure.reason) for failure in failures] == [(field, NOT_SHOWN) for field in lost]


def test_clip_id_of_an_address() -> None:
    assert find_clip_id(f"{ADDRESS}?web_id=71") == "7000000000000000001"
    assert find_clip_id("https://www.site.test/@a.b/photo/12") == "12"
    assert find_clip_id("https://www.site.test/foryou") is None
