"""Raw records as rows of `clips` and `comments`; every way in which one can be broken."""

from collections import Counter

import pytest

from clipstudy.corpus.quarantine import UnreadableError
from clipstudy.corpus.records import CLIP_COLUMNS, COMMENT_COLUMNS, read_clip, read_thread
from tests.unit.corpus.raw import clip_id, comment, record


def read(raw) -> dict:
    return dict(zip(CLIP_COLUMNS, read_clip(raw, Counter()), strict=True))


def thread(comments):
    rows, faults = read_thread(comments, Counter())
    return (
        [dict(zip(COMMENT_COLUMNS, row, strict=True)) for row in rows],
        [(place, fault.field, fault.reason) for place, fault in faults],
    )


def test_a_whole_record():
    assert read(record(1)) == {
        "clip_id": clip_id(1),
        "web_id": "71",
        "permalink": "https://v.example/@kettle/video/1",
        "video_src": "https://v.example/1.mp4",
        "cover_src": "https://v.example/1.jpg",
        "creator": "kettle",
        "nickname": "The Kettle",
        "description": "water boils #tea",
        "music_title": "steam - kettle",
        "music_url": "https://v.example/music/1",
        "posted_at": 1_600_000_000_000_000,
        "posted_label": "11-20",
        "like_count": 231_600,
        "like_count_low": 231_550,
        "like_count_high": 231_650,
        "comment_count": 87,
        "comment_count_low": 87,
        "comment_count_high": 88,
        "scraped_at": 1_600_000_100_250_000,
        "captions_text": None,
        "kind": "video",
    }


@pytest.mark.parametrize("label", ["1d ago", "11-20", "2020-9-18", ""])
def test_post_labels_are_kept_as_they_are(label):
    assert read(record(1, timeposted=label))["posted_label"] == label


def test_optional_keys():
    row = read(record(1, kind="photo", captions="the kettle sings", **{"photo-srcs": ["https://v.example/1.jpg"]}))
    assert (row["kind"], row["captions_text"]) == ("photo", "the kettle sings")
    assert read(record(1, captions=None))["captions_text"] is None


@pytest.mark.parametrize("key", sorted(record(1)))
def test_a_missing_key_is_named(key):
    raw = record(1)
    del raw[key]
    with pytest.raises(UnreadableError) as caught:
        read_clip(raw, Counter())
    assert (caught.value.field, caught.value.reason) == (key, "missing")


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"description": None}, "description", "must be text, is null"),
        ({"like-count": 12}, "like-count", "must be text, is a number"),
        ({"music-title": ["steam"]}, "music-title", "must be text, is a list"),
        ({"id": 5}, "id", "must be text, is a number"),
        ({"id": "tea"}, "id", "not a clip id: a positive whole number of at most 63 bits"),
        ({"id": ""}, "id", "not a clip id: a positive whole number of at most 63 bits"),
        ({"like-count": "many"}, "like-count", "not a count"),
        ({"comment-count": ""}, "comment-count", "not a count"),
        ({"comment-count": "1.23456K"}, "comment-count", "not a count: more decimals than its unit has digits"),
        ({"description": "a\0b"}, "description", "text with a NUL character"),
        ({"description": "a\ud800b"}, "description", "text with a lone surrogate"),
        ({"description": "x" * 10_000_000}, "description", "text of 10,000,000 characters; at most 1,000,000"),
        ({"scrape-timestamp": 1_669_964_598_434}, "scrape-timestamp", "not Unix seconds between 1970 and 2100"),
        ({"scrape-timestamp": "now"}, "scrape-timestamp", "not Unix seconds between 1970 and 2100"),
        ({"comments": {}}, "comments", "must be a list, is an object"),
        ({"kind": "poem"}, "kind", "must be one of video, photo"),
        ({"kind": ["video"]}, "kind", "must be one of video, photo"),
        ({"captions": 3}, "captions", "must be text, is a number"),
        ({"captions-src": ["x.vtt"]}, "captions-src", "must be text, is a list"),
        ({"captions": "\0"}, "captions", "text with a NUL character"),
        ({"photo-srcs": "x.jpg"}, "photo-srcs", "must be a list, is text"),
        ({"photo-srcs": ["x.jpg", None]}, "photo-srcs[1]", "must be text, is null"),
    ],
)
def test_a_broken_value_is_named(changes, field, reason):
    with pytest.raises(UnreadableError) as caught:
        read_clip(record(1, **changes), Counter())
    assert (caught.value.field, caught.value.reason) == (field, reason)


@pytest.mark.parametrize("raw", [None, 3, "clip", [], ["id"], True])
def test_a_record_that_is_not_an_object(raw):
    with pytest.raises(UnreadableError, match="must be an object"):
        read_clip(raw, Counter())


def test_several_long_texts_are_no_huge_text():
    assert len(read(record(1, description="x" * 900_000, permalink="y" * 900_000))["description"]) == 900_000


def test_unknown_keys_are_counted_and_the_record_kept():
    unknown = Counter()
    read_clip(record(1, mood="warm"), unknown)
    read_thread([comment(pinned=True), comment(replies=[comment(pinned=False)])], unknown)
    assert unknown == {"mood": 1, "comments[].pinned": 2}


def test_comments_with_and_without_a_number_of_replies():
    rows, faults = thread([comment("first"), comment("second", **{"like-count": "1.5K", "replies-count": "3"})])
    assert faults == []
    assert rows[0]["replies_count"] is rows[0]["replies_count_low"] is rows[0]["replies_count_high"] is None
    assert [rows[1][name] for name in ("like_count", "like_count_low", "like_count_high")] == [1_500, 1_450, 1_550]
    assert [rows[1][name] for name in ("replies_count", "replies_count_low", "replies_count_high")] == [3, 3, 4]
    assert rows[1]["posted_label"] == "3d ago "


def test_replies_follow_their_parent():
    rows, _ = thread([comment("a", replies=[comment("b"), comment("c", replies=[comment("d")])]), comment("e")])
    assert [(row["text"], row["position"], row["parent_position"]) for row in rows] == [
        ("a", 0, None),
        ("b", 1, 0),
        ("c", 2, 0),
        ("d", 3, 2),
        ("e", 4, None),
    ]


def test_a_broken_comment_is_rejected_alone_and_keeps_its_position():
    broken = [
        comment("a"),
        7,
        comment("b", **{"like-count": "lots"}),
        comment(None, replies=[comment("lost"), comment("lost too")]),
        comment("c", replies=[comment("d\0"), comment("e")]),
        comment("f", replies="none"),
        comment("g", **{"replies-count": "some"}),
    ]
    del broken[0]["time-posted"]
    rows, faults = thread(broken)
    assert [(row["text"], row["position"], row["parent_position"]) for row in rows] == [("c", 4, None), ("e", 6, 4)]
    assert faults == [
        ("comments[0]", "time-posted", "missing"),
        ("comments[1]", None, "must be an object, is a number"),
        ("comments[2]", "like-count", "not a count"),
        ("comments[3]", "comment-text", "must be text, is null; its 2 replies are lost with it"),
        ("comments[4].replies[0]", "comment-text", "text with a NUL character"),
        ("comments[5]", "replies", "must be a list, is text"),
        ("comments[6]", "replies-count", "not a count"),
    ]
