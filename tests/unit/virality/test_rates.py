import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.virality.rates import fit_paths, measure_rates
from tests.unit.virality.lines import line
from tests.unit.virality.made import grows, sightings


def rates(*lines):
    seen = sightings(*lines)
    return measure_rates(seen, fit_paths(seen)).to_pylist()


def column(rows, name):
    return [row[name] for row in rows]


def test_published_rates_are_differences_per_hour_and_zero_is_not_visible():
    first = line(0, likes="100", comments="10", creator_followers="500", creator_likes="9000")
    second = line(2, likes="150", comments="10", creator_followers="490", creator_likes="9100")
    (row,) = rates(first, second)
    assert row["hours"] == 2
    assert row["likes_per_hour"] == (150 - 100) / 2
    assert row["comments_per_hour"] is None
    assert row["followers_per_hour"] == (490 - 500) / 2
    assert row["creator_likes_per_hour"] == (9100 - 9000) / 2


def test_exact_counts_have_one_path():
    rows = rates(*grows([0, 1, 3], [100, 160, 180]))
    for name in ("like_rate", "like_rate_low", "like_rate_high", "likes_per_hour"):
        assert column(rows, name) == [60, (180 - 160) / 2]


def test_a_saw_tooth_becomes_a_line():
    # from 12,299.5 to 12,399.5, the middles of [12,250, 12,349] and [12,350, 12,449]
    rows = rates(*grows([0, 1, 2, 3, 4, 5, 6, 7, 8], ["12.3K"] * 5 + ["12.4K"] * 4))
    assert column(rows, "likes_per_hour") == [None] * 4 + [100] + [None] * 3
    # no straight line would have to turn: at hour 4 it is at 12,349.5 > 12,349, so it turns there, by a hair
    assert column(rows, "like_rate") == pytest.approx([100 / 8] * 8, rel=0.02)


def test_bounds_of_a_rate_are_those_of_the_intervals():
    (row,) = rates(*grows([0, 2], ["12.3K", "12.5K"]))
    # from at most 12,349 to at least 12,450; from at least 12,250 to at most 12,549
    assert (row["like_rate_low"], row["like_rate_high"]) == ((12_450 - 12_349) / 2, (12_549 - 12_250) / 2)


def test_bounds_use_the_later_and_earlier_sightings():
    # the exact 9,999 before makes 10K mean at least 10,000, and 10K later keeps the one before below 10,050
    rows = rates(*grows([0, 1, 2], ["9999", "10K", "10K"]))
    assert rows[0]["like_rate_high"] == 10_049 - 9_999
    assert rows[1]["like_rate_low"] == 0


def test_comments_tell_the_gain_that_rounded_likes_hide():
    # 3.0M throughout, 3,000 comments at the end, 1 a thousand likes; 40 new comments are 40,000 likes in 10 hours
    hidden = [line(0, likes="3M", comments="2960"), line(10, likes="3M", comments="3000")]
    (row,) = rates(*hidden)
    likes_per_comment = 2_999_999.5 / 3000
    by_rounding = 2 * 99_999**2 / 12
    weight = by_rounding / (by_rounding + likes_per_comment**2 * (40 + 1) + 1)
    assert row["like_rate"] == pytest.approx(weight * likes_per_comment * 40 / 10)
    assert row["like_rate"] == pytest.approx(3900, rel=0.05)
    assert row["likes_per_hour"] is None


def test_falling_counts_are_held_at_the_middle_of_the_contradiction():
    rows = rates(*grows([0, 1, 2], [200, 100, 300]))
    assert column(rows, "likes_per_hour") == [-100, 200]
    assert column(rows, "like_rate") == [0, 150]


@given(
    st.lists(st.tuples(st.floats(0.1, 20), st.integers(0, 3000)), min_size=1, max_size=25),
    st.integers(10_000, 2_000_000),
)
def test_paths_stay_in_their_intervals_and_never_fall(steps, start):
    hours = np.cumsum([0.0, *(round(step, 3) for step, _ in steps)])
    true = start + np.cumsum([0, *(gain for _, gain in steps)])
    unit = np.where(true < 999_950, 100, 100_000)
    shown = (true + unit // 2) // unit * unit
    seen = sightings(*grows(hours.tolist(), shown.tolist()))
    paths = fit_paths(seen)
    assert (paths.like_tube.low <= true).all()
    assert (true <= paths.like_tube.high).all()
    assert (paths.likes >= paths.like_tube.low - 1e-6).all()
    assert (paths.likes <= paths.like_tube.high + 1e-6).all()
    assert (np.diff(paths.likes) >= -1e-6).all()
    gained = np.diff(true) / np.diff(hours)
    rows = measure_rates(seen, paths).to_pylist()
    assert (np.array(column(rows, "like_rate_low")) <= gained * (1 + 1e-5) + 1e-5).all()
    assert (np.array(column(rows, "like_rate_high")) >= gained * (1 - 1e-5) - 1e-5).all()


def test_the_path_is_the_shortest_that_fits():
    """Against a solver: the length of the path through the intervals, by a general minimiser."""
    from scipy.optimize import minimize

    hours = np.array([0.0, 1, 2, 4, 5, 7, 8])
    shown = ["12.3K", "12.3K", "12.9K", "13K", "13K", "13.1K", "14.2K"]
    paths = fit_paths(sightings(*grows(hours.tolist(), shown, comments="1")))
    low, high = paths.like_tube

    def length(inner):
        path = np.r_[paths.likes[0], inner, paths.likes[-1]]
        return np.hypot(np.diff(hours) * 100, np.diff(path)).sum()

    found = minimize(length, (low[1:-1] + high[1:-1]) / 2, bounds=list(zip(low[1:-1], high[1:-1], strict=True)))
    assert length(paths.likes[1:-1]) == pytest.approx(found.fun, rel=1e-4)
    assert length(paths.likes[1:-1]) <= found.fun * (1 + 1e-9)
