import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.acquire.page_state import Disagreement, Reading, find_disagreements, merge, parse_state, shorten_count
from clipstudy.world.shown import shown_count

ITEM = {
    "id": "7000000000000000001",
    "desc": "tea #kettle",
    "author": {"uniqueId": "otter.sim", "nickname": "Otter"},
    "music": {"title": "a tune"},
    "stats": {"diggCount": 231_634, "commentCount": 87},
    "video": {
        "cover": "https://p.test/c.jpg",
        "playAddr": "https://v.test/v.mp4",
        "subtitleInfos": [
            {"Format": "creator_caption", "Url": "https://v.test/c.json"},
            {"Format": "webvtt", "Url": "https://v.test/c.vtt"},
        ],
    },
}
READING = Reading(
    clip_id="7000000000000000001",
    creator="otter.sim",
    nickname="Otter",
    description="tea #kettle",
    music_title="a tune",
    like_count="231.6K",
    comment_count="87",
    video_src="https://v.test/v.mp4",
    cover_src="https://p.test/c.jpg",
    captions_src="https://v.test/c.vtt",
)


def state_of(item: dict) -> str:
    return json.dumps({"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": item}}}})


ODD_STATES = [
    "[" * 100_000,
    state_of({**ITEM, "video": {"subtitleInfos": [{"Format": "webvtt", "Url": 7}]}}),
    state_of({**ITEM, "imagePost": {"images": [{"imageURL": {"urlList": [7]}}]}}),
    state_of({**ITEM, "desc": "half of \ud83d"}),
    state_of({**ITEM, "stats": {"diggCount": 10**400}}),
]


def test_reads_a_video() -> None:
    assert parse_state(state_of(ITEM)) == READING


def test_reads_a_photo_post() -> None:
    images = [{"imageURL": {"urlList": [f"https://p.test/{n}.jpg", "https://mirror.test/"]}} for n in (1, 2)]
    item = {**ITEM, "video": {"cover": "https://p.test/c.jpg", "playAddr": ""}, "imagePost": {"images": images}}
    found = parse_state(state_of(item))
    assert found.photo_srcs == ("https://p.test/1.jpg", "https://p.test/2.jpg")
    assert (found.video_src, found.captions_src) == (None, None)


def test_what_the_state_does_not_say_is_none() -> None:
    assert parse_state(state_of({"id": "7"})) == Reading(clip_id="7")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", state_of({}), state_of({**ITEM, "stats": 3}), *ODD_STATES]
)
def test_refuses_what_holds_no_clip(text: str) -> None:
    with pytest.raises(ValueError, match="no clip in the embedded state"):
        parse_state(text)


def test_disagreements_are_of_what_both_say() -> None:
    shown = READING._replace(like_count="231.5K", captions_src=None)
    assert find_disagreements(READING, shown) == [Disagreement("like_count", "231.6K", "231.5K")]
    assert find_disagreements(READING, READING) == []
    assert find_disagreements(Reading(), READING) == []


def test_merge_takes_the_state_first() -> None:
    assert merge(Reading(creator="a"), Reading(creator="b", nickname="c")) == Reading(creator="a", nickname="c")
    assert merge(Reading(), Reading(photo_srcs=("x",))) == Reading(photo_srcs=("x",))


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (9_999, "9999"),
        (10_000, "10K"),
        (231_549, "231.5K"),
        (231_550, "231.6K"),
        (999_949, "999.9K"),
        (999_950, "1M"),
        (1_050_000, "1.1M"),
        (999_950_000, "1B"),
        (2_340_000_000, "2.3B"),
    ],
)
def test_shortens_counts(count: int, shown: str) -> None:
    assert shorten_count(count) == shown


@given(st.integers(0, 10**12))
def test_shortens_counts_as_the_site_does(count: int) -> None:
    assert shorten_count(count) == shown_count(count)
