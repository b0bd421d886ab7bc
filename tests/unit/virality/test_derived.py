from datetime import timedelta

import numpy as np
import pytest

from clipstudy.virality.derived import derive_audios, derive_creators, derive_ratios, derive_uploads
from clipstudy.virality.groups import round_significant
from tests.unit.virality.lines import BEGIN, clip_id, line
from tests.unit.virality.made import sightings

DAY = timedelta(days=1)
OLD, MIDDLE, NEW = (clip_id(1, before) for before in (9 * DAY, 5 * DAY, 2 * DAY))


def test_ratios():
    given = line(1.9, likes="200", comments="8", creator_followers="1000", creator_likes="5000")
    assert derive_ratios(sightings(given)).to_pylist() == [
        {
            "clip_id": clip_id(1),
            "observed_at": BEGIN + timedelta(hours=1.9),
            "observed_hour": BEGIN + timedelta(hours=1),
            "likes_per_comment": 200 / 8,
            "comments_per_like": 8 / 200,
            "creator_likes_per_follower": 5000 / 1000,
            "log10_followers": 3,
        }
    ]


def test_ratios_to_nothing_are_null():
    (row,) = derive_ratios(sightings(line(likes="0", comments="0"))).to_pylist()
    assert row["likes_per_comment"] is row["comments_per_like"] is None


def test_uploads_wait_for_the_same_creators_previous_one():
    rows = derive_uploads(
        sightings(
            line(1, clip=NEW),
            line(2, clip=OLD, likes="10"),
            line(3, clip=MIDDLE),
            line(4, clip=OLD, likes="30", creator_followers="120"),
            line(5, clip=clip_id(9), creator="@bob"),
        )
    ).to_pylist()
    found = {row["clip_id"]: row for row in rows}
    assert [found[clip]["days_since_previous"] for clip in (OLD, MIDDLE, NEW, clip_id(9))] == [None, 4, 3, None]
    assert found[NEW]["hours_since_previous"] == 72
    old = found[OLD]
    assert old["uploaded_at"] == BEGIN - 9 * DAY
    # 2022-07-30 is a Saturday, nine days before it was a Thursday
    assert (old["upload_weekday"], old["upload_hour"]) == ((BEGIN - 9 * DAY).weekday(), 0) == (3, 0)
    assert (old["sightings"], old["first_likes"], old["last_likes"]) == (2, 10, 30)
    assert (old["first_followers"], old["last_followers"]) == (100, 120)
    assert (old["first_seen"], old["last_seen"]) == (BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=4))


def test_creators_are_seen_with_any_of_their_clips():
    rows = derive_creators(
        sightings(
            line(1, clip=1, creator_followers="10", creator_likes="500"),
            line(2, clip=2, creator_followers="15", creator_likes="800"),
            line(3, clip=1, creator_followers="12", creator_likes="900"),
        )
    ).to_pylist()
    (row,) = rows
    assert (row["clips"], row["sightings"]) == (2, 3)
    assert (row["first_followers"], row["last_followers"]) == (10, 12)
    assert (row["first_likes"], row["last_likes"], row["wraps"], row["wraps_ambiguous"]) == (500, 900, 0, False)


def test_audios_add_full_counts_first_and_increases_later():
    other = {"audio_url": "https://clips.test/music/two"}
    rows = derive_audios(
        sightings(
            line(0, clip=1, likes="100", comments="5"),
            line(1, clip=2, likes="40", comments="1"),
            line(2, clip=1, likes="130", comments="5"),
            line(3, clip=3, likes="7", comments="7", **other),
            line(4, clip=2, likes="41", comments="3"),
            line(5, clip=4, audio_url=None),
        )
    ).to_pylist()
    one = [(row["videos"], row["likes"], row["comments"]) for row in rows if row["audio_url"].endswith("one")]
    assert one == [(1, 100, 5), (2, 100 + 40, 5 + 1), (2, 140 + 30, 6), (2, 170 + 1, 6 + 2)]
    assert [(row["videos"], row["likes"]) for row in rows if row["audio_url"].endswith("two")] == [(1, 7)]
    assert len(rows) == 5


def test_a_clip_counts_for_an_audio_from_its_first_sighting_with_it():
    one, two = "https://clips.test/music/one", "https://clips.test/music/two"
    seen = [(None, 500), (one, 600), (one, 650), (two, 700), (None, 710), (one, 720), (two, 750)]
    lines = [line(hour, audio_url=audio, likes=str(likes)) for hour, (audio, likes) in enumerate(seen)]
    rows = derive_audios(sightings(*lines, line(7, clip=2, audio_url=one, likes="30"))).to_pylist()
    found = {url: [(r["videos"], r["likes"]) for r in rows if r["audio_url"] == url] for url in (one, two)}
    assert found == {
        one: [(1, 600), (1, 600 + 50), (1, 650 + 70), (2, 720 + 30)],
        two: [(1, 700), (1, 700 + 50)],
    }


def test_rounding_to_significant_digits():
    given = np.array([0, 123.456, -0.00123456, 1e300, np.nan])
    assert round_significant(given, 3) == pytest.approx([0, 123, -0.00123, 1e300, np.nan], nan_ok=True)
