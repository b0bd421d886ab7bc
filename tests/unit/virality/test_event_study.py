from datetime import timedelta

import numpy as np
import pytest

from clipstudy.study import Virality
from clipstudy.tables import build_table
from clipstudy.virality.event_study import collect_followers, followers_at, mean_effect, study_events
from clipstudy.virality.groups import MICROSECONDS_PER_HOUR
from tests.unit.virality.lines import BEGIN, clip_id, line
from tests.unit.virality.made import sightings

START = int(BEGIN.timestamp()) * 1_000_000
CONFIG = Virality(begin=BEGIN, effect_days=2)


def follows(clip, hours, followers):
    """A creator of one clip, seen at these hours with these followers."""
    return [
        line(at, clip=clip, creator=f"@c{clip}", creator_followers=str(count))
        for at, count in zip(hours, followers, strict=True)
    ]


def episodes(*rows):
    """Episodes of clips: clip, day of the start, whether the start is open."""
    return build_table(
        "episodes",
        {
            "kind": ["clip"] * len(rows),
            "subject": [clip_id(clip) for clip, *_ in rows],
            "number": [1] * len(rows),
            "started_at": [BEGIN + timedelta(days=day) for _, day, _ in rows],
            "peaked_at": [BEGIN + timedelta(days=day) for _, day, _ in rows],
            "ended_at": [BEGIN + timedelta(days=day + 1) for _, day, _ in rows],
            "peak_rate": [1.0] * len(rows),
            "interactions": [1.0] * len(rows),
            "open_start": [is_open for *_, is_open in rows],
            "open_end": [False] * len(rows),
        },
    )


def test_followers_lie_on_a_line_between_sightings_and_nowhere_else():
    seen = collect_followers(sightings(*follows(1, [0, 10], [100, 200]), *follows(2, [5], [700])))
    times = START + np.array([0, 4, 10, 11, 5, 6]) * MICROSECONDS_PER_HOUR
    found = followers_at(seen, np.array([0, 0, 0, 0, 1, 1]), times)
    assert found == pytest.approx([100, 140, 200, np.nan, 700, np.nan], nan_ok=True)


def test_two_clips_of_a_creator_seen_at_once_tell_its_followers_once():
    both = [line(1, clip=1), line(1, clip=2), line(2, clip=1, creator_followers="120")]
    seen = collect_followers(sightings(*both))
    assert seen.counts.tolist() == [100, 120]


def test_nothing_seen_has_no_events():
    study = study_events(sightings(), episodes(), CONFIG)
    assert (study["events_found"], study["effect"]["events"]) == (0, 0)


def test_the_effect_is_the_gain_beyond_that_of_matched_creators():
    hours = [0, 47, 96, 120]
    events = [follows(n, hours, [1000, 1000, 1000 + 100 + 10 * n, 1200]) for n in (1, 2, 3)]
    controls = [follows(n, hours, [2000, 2000, 2040, 2060]) for n in (11, 12)]
    lines = [given for made in events + controls for given in made]
    study = study_events(sightings(*lines), episodes((1, 2, False), (2, 2, False), (3, 2, False)), CONFIG)
    # events: 1,110, 1,120 and 1,130 of 1,000 by hour 96; controls: 2,040 of 2,000
    gains = np.array([0.11, 0.12, 0.13]) - 0.02
    assert study["effect"]["estimate"] == pytest.approx(gains.mean(), abs=1e-3)
    # half an interval is the t quantile of 2 degrees of freedom, 4.303, of standard errors of .01 / sqrt(3)
    assert study["effect"]["high"] - study["effect"]["estimate"] == pytest.approx(4.303 * 0.01 / 3**0.5, abs=1e-4)
    assert study["pre_trend"]["estimate"] == pytest.approx(0, abs=1e-9)
    assert [row["offset_hours"] for row in study["curve"]] == list(range(-48, 49, 12))
    assert study["curve"][-1]["estimate"] == study["effect"]["estimate"]
    assert len(study["studied"]) == study["effect"]["events"] == 3


def test_open_starts_unseen_creators_and_later_episodes_are_no_events():
    hours = [0, 47, 96]
    lines = [
        *follows(1, hours, [1000] * 3),
        *follows(2, [0, 96], [1000] * 2),
        *follows(3, hours, [1000] * 3),
    ]
    study = study_events(sightings(*lines), episodes((1, 2, True), (2, 2, False), (3, 2, False)), CONFIG)
    # 1 may have begun earlier, 2 was last seen 48 hours before
    assert study["events_found"] == 1


def test_creators_with_an_episode_are_no_controls():
    hours = [0, 47, 96]
    lines = [*follows(1, hours, [1000, 1000, 1100]), *follows(2, hours, [1000, 1000, 1100])]
    study = study_events(sightings(*lines), episodes((1, 2, False), (2, 2, True)), CONFIG)
    assert study["effect"]["events"] == 0
    assert study["studied"] == []


def test_few_events_have_no_estimate():
    assert np.isnan(mean_effect(np.array([0.1, 0.2])).estimate)
    assert mean_effect(np.array([0.1, np.nan, 0.2, 0.3])).estimate == pytest.approx(0.2)
