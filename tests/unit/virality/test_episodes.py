from datetime import timedelta

import numpy as np
import pytest

from clipstudy.study import Virality
from clipstudy.virality.episodes import (
    Gains,
    clip_gains,
    find_episodes,
    measure_sensitivity,
    origin_of,
    sum_gains,
    tabulate_episodes,
)
from clipstudy.virality.rates import fit_paths
from tests.unit.virality.lines import BEGIN, clip_id, line
from tests.unit.virality.made import grows, sightings


def gains(rows):
    subject, window, gained = zip(*rows, strict=True)
    return Gains(np.array(subject, np.int32), np.array(window, np.int64), np.array(gained, float))


def test_a_clip_takes_part_in_windows_between_its_sightings():
    seen = sightings(*grows([1, 3, 5, 11], [0, 20, 40, 100]))
    paths = fit_paths(seen)
    found = clip_gains(seen, paths.likes + paths.comments, origin_of(seen, BEGIN), 2)
    # windows of 2 hours: 2-4, 4-6, 6-8, 8-10 lie between hours 1 and 11; 10 likes an hour throughout
    assert found.window.tolist() == [1, 2, 3, 4]
    assert found.gained.tolist() == [20, 20, 20, 20]


def test_a_window_that_begins_with_a_sighting_counts():
    seen = sightings(*grows([0, 4], [0, 40]))
    assert clip_gains(seen, fit_paths(seen).likes, origin_of(seen, BEGIN), 2).gained.tolist() == [20, 20]


def test_audios_and_creators_gain_what_their_clips_do():
    clips = gains([(0, 0, 1), (0, 1, 2), (1, 1, 10), (2, 1, 100)])
    found = sum_gains(clips, np.array([5, 5, -1], np.int32))
    assert found.subject.tolist() == [5, 5]
    assert found.window.tolist() == [0, 1]
    assert found.gained.tolist() == [1, 2 + 10]


def test_an_episode_is_a_run_of_windows_above_the_percentile():
    # subject 0 against four who gain 1, 2, 3, 4; of five values the 75th percentile is the second largest
    others = [(s, w, s) for s in range(1, 5) for w in range(6)]
    own = [(0, w, g) for w, g in enumerate([0, 8, 40, 8, 0, 12])]
    found = find_episodes(gains(sorted(own + others)), 2, 75)
    mine = found.subject == 0
    assert (found.first[mine].tolist(), found.last[mine].tolist()) == ([1, 5], [3, 5])
    assert found.peak[mine].tolist() == [2, 5]
    assert found.peak_rate[mine].tolist() == [40 / 2, 12 / 2]
    assert found.interactions[mine].tolist() == [8 + 40 + 8, 12]
    assert (found.open_start[mine].tolist(), found.open_end[mine].tolist()) == ([False, False], [False, True])
    # where subject 0 gains nothing, 4 is the largest of 0, 1, 2, 3, 4
    assert found.first[found.subject == 4].tolist() == [0, 4]


def test_a_window_without_part_ends_an_episode():
    rows = [(0, 0, 9), (0, 2, 9), *((s, w, 1) for s in range(1, 4) for w in range(3))]
    found = find_episodes(gains(sorted(rows)), 1, 50)
    assert found.first[found.subject == 0].tolist() == [0, 2]
    assert found.open_end[found.subject == 0].tolist() == [True, True]


def test_equal_gains_are_not_above_their_percentile():
    assert not len(find_episodes(gains([(s, 0, 5) for s in range(4)]), 1, 95).subject)


def test_followers_do_not_matter():
    lines = [*grows([0, 48], [0, 480]), *grows([0, 48], [0, 4800], clip=2)]
    more = [given | {"creator_followers": "900K"} for given in lines]
    tables = [tabulate_episodes(s := sightings(*made), fit_paths(s), Virality()) for made in (lines, more)]
    assert tables[0].equals(tables[1])


def test_the_table_tells_all_kinds():
    lines = [
        *grows([0, 24, 48], [0, 2400, 2424], clip=1, creator="@ann"),
        *grows([0, 48], [0, 48], clip=2, creator="@bob", audio_url="https://clips.test/music/two"),
        *grows([0, 48], [0, 96], clip=3, creator="@cid", audio_url="https://clips.test/music/two"),
    ]
    seen = sightings(*lines)
    table = tabulate_episodes(seen, fit_paths(seen), Virality(begin=BEGIN, percentile=90)).to_pylist()
    clips = [row for row in table if row["kind"] == "clip"]
    # on the second day clip 1 gains 24, clip 3 gains 48
    assert [(row["subject"], row["started_at"]) for row in clips] == [
        (clip_id(1), BEGIN),
        (clip_id(3), BEGIN + timedelta(days=1)),
    ]
    assert clips[0]["peak_rate"] == 2400 / 24
    assert clips[0]["ended_at"] == BEGIN + timedelta(days=1)
    assert (clips[0]["open_start"], clips[0]["open_end"]) == (True, False)
    assert {row["subject"] for row in table if row["kind"] == "creator"} == {"@ann", "@cid"}
    # on the second day the sound of clips 2 and 3 gains 24 + 48, that of clip 1 gains 24
    assert [(r["subject"][-3:], r["interactions"]) for r in table if r["kind"] == "audio"] == [
        ("one", 2400),
        ("two", 72),
    ]


def test_sensitivity_is_measured_against_the_studys_definition():
    seen = sightings(*(given for n in range(10) for given in grows([0, 96], [0, 96 * (n + 1)], clip=n + 1)))
    config = Virality(begin=BEGIN, percentile=80, other_percentiles=[50], other_windows=[48])
    rows = measure_sensitivity(seen, fit_paths(seen), config)
    found = {(row["window_hours"], row["percentile"]): row for row in rows}
    # of rates 1 to 10 two are above the 80th percentile, 8.2, and five above the median, 5.5
    assert found[24, 80]["episodes"] == found[48, 80]["clips"] == 2
    assert found[24, 50]["episodes"] == 5
    assert found[24, 80]["share_of_interactions"] == pytest.approx((9 + 10) / 55)
    assert found[24, 80]["same_hours"] == found[48, 80]["same_hours"] == 1
    assert found[24, 50]["same_hours"] == 2 / 5


def test_a_panel_of_single_sightings_has_no_episodes():
    seen = sightings(line(1), line(2, clip=2))
    assert tabulate_episodes(seen, fit_paths(seen), Virality()).num_rows == 0
    assert all(row["episodes"] == 0 for row in measure_sensitivity(seen, fit_paths(seen), Virality()))
