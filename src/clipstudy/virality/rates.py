"""Gains per hour between the sightings of a clip: as published, and corrected for rounded counts.

**Published**: the difference of two shown counts over the hours between them; a difference of zero is not visible
(null). A count such as 12.3K stands still until it jumps to 12.4K, so that these rates are a saw-tooth.

**Corrected**: a shown count tells that the true one lies in an interval. Assumptions:

1. a clip's likes and comments never fall (what falls nevertheless is held at the middle of the contradiction);
2. between two sightings counts grow evenly, and of all paths through the intervals the shortest is the best guess: its
   gains are as even as the intervals allow (the taut string of Davies and Kovac, 2001, which at once minimises the sum
   of any convex function of the gains per hour);
3. its first and last point are the middles of their intervals, moved (within them) towards a gain of likes in
   proportion to the gain of comments: comments, being fewer, are shown exactly where likes are rounded. Both gains are
   weighed by the inverse of their variances: rounding of the likes; Poisson's of the comments.

The bounds of a rate need assumption 1 alone: no true gain lies outside.
"""

from typing import NamedTuple

import numba
import numpy as np
import pyarrow as pa

from clipstudy.tables import assemble_table
from clipstudy.virality.derived import Sightings, floats, times
from clipstudy.virality.groups import MICROSECONDS_PER_HOUR, Coded, FloatArray, IntArray, decode

PUBLISHED = {
    "likes_per_hour": "like_count",
    "comments_per_hour": "comment_count",
    "followers_per_hour": "creator_followers",
    "creator_likes_per_hour": "creator_likes",
}


class Tube(NamedTuple):
    """Least and most that a true count can be at each sighting, given all sightings of its clip."""

    low: FloatArray
    high: FloatArray

    @property
    def middle(self) -> FloatArray:
        """Middle of each interval."""
        return (self.low + self.high) / 2

    @property
    def width(self) -> FloatArray:
        """Width of each interval; 0 where the count is exact."""
        return self.high - self.low


class Paths(NamedTuple):
    """Likes and comments of every clip as fitted at its sightings, and the tubes that they stay within."""

    likes: FloatArray
    comments: FloatArray
    like_tube: Tube
    comment_tube: Tube


def fit_paths(sightings: Sightings) -> Paths:
    """Fit the likes and comments of every clip.

    Parameters
    ----------
    sightings : Sightings
        In the order of clip and time, as are all arrays of the result.
    """
    starts = sightings.groups.starts
    hours = sightings.times / MICROSECONDS_PER_HOUR
    tubes = [
        Tube(*_tighten(starts, sightings.counts(f"{name}_low"), sightings.counts(f"{name}_high") - 1))
        for name in ("like_count", "comment_count")
    ]
    first, last = starts[:-1], starts[1:] - 1
    middle = tubes[1].middle
    comments = pull_taut(starts, hours, *tubes[1], middle[first], middle[last])
    likes = pull_taut(starts, hours, *tubes[0], *_inform_ends(tubes[0], tubes[1], first, last))
    return Paths(likes, comments, *tubes)


def _inform_ends(likes: Tube, comments: Tube, first: IntArray, last: IntArray) -> tuple[FloatArray, FloatArray]:
    """First and last point of each clip's likes, by what the comments tell of the gain between them."""
    middle, of_comments = likes.middle, comments.middle
    likes_per_comment = middle[last] / np.maximum(of_comments[last], 1)
    gained_comments = of_comments[last] - of_comments[first]
    # a value known to lie in an interval has the variance width^2 / 12
    by_rounding = (likes.width[first] ** 2 + likes.width[last] ** 2) / 12
    counted = gained_comments + 1 + (comments.width[first] ** 2 + comments.width[last] ** 2) / 12
    weight = by_rounding / (by_rounding + likes_per_comment**2 * counted + 1)
    missing = weight * (likes_per_comment * gained_comments - (middle[last] - middle[first]))
    share = likes.width[first] ** 2 / np.maximum(12 * by_rounding, 1)
    begin = np.clip(middle[first] - missing * share, likes.low[first], likes.high[first])
    end = np.clip(middle[last] + missing * (1 - share), likes.low[last], likes.high[last])
    return begin, np.maximum(begin, end)


@numba.njit(cache=True)
def _tighten(starts, low, high):  # type: ignore[no-untyped-def]
    """Let every sighting of a clip bound the earlier and later ones, as counts never fall."""
    low, high = low.astype(np.float64), high.astype(np.float64)
    for clip in range(len(starts) - 1):
        begin, end = starts[clip], starts[clip + 1]
        for i in range(begin + 1, end):
            low[i] = max(low[i], low[i - 1])
        for i in range(end - 2, begin - 1, -1):
            high[i] = min(high[i], high[i + 1])
        for i in range(begin, end):
            if low[i] > high[i]:
                low[i] = high[i] = (low[i] + high[i]) / 2
    return low, high


@numba.njit(cache=True)
def pull_taut(starts, hours, low, high, first, last):  # type: ignore[no-untyped-def]
    """Shortest path of every clip through the intervals of its sightings, from its first to its last point.

    From each turning point the path goes straight on while one line meets all intervals; where none does, it turns at
    the one that bounded the line last.
    """
    path = np.empty(len(hours), np.float64)
    for clip in range(len(starts) - 1):
        begin, final = starts[clip], starts[clip + 1] - 1
        path[begin], at = first[clip], begin
        while at < final:
            steepest, flattest, upper, lower = np.inf, -np.inf, at, at
            turn, value = final, last[clip]
            for i in range(at + 1, final + 1):
                span = hours[i] - hours[at]
                to_high = ((high[i] if i < final else last[clip]) - path[at]) / span
                to_low = ((low[i] if i < final else last[clip]) - path[at]) / span
                if to_low > steepest:
                    turn, value = upper, high[upper]
                    break
                if to_high < flattest:
                    turn, value = lower, low[lower]
                    break
                if to_high <= steepest:
                    steepest, upper = to_high, i
                if to_low >= flattest:
                    flattest, lower = to_low, i
            for i in range(at + 1, turn + 1):
                path[i] = path[at] + (value - path[at]) * (hours[i] - hours[at]) / (hours[turn] - hours[at])
            at = turn
    return path


def measure_rates(sightings: Sightings, paths: Paths) -> pa.Table:
    """Table `rates`: one row a sighting but a clip's first, gains per hour since the previous one.

    Parameters
    ----------
    sightings : Sightings
        Of a panel.
    paths : Paths
        As `fit_paths` makes them of these sightings.
    """
    kept = (~sightings.is_first).nonzero()[0]
    hours = sightings.hours[kept]
    columns = {
        "clip_id": decode(Coded(sightings.clip.codes[kept], sightings.clip.values)),
        "observed_at": times(sightings.times[kept]),
        "hours": floats(hours),
    }
    for name, count in PUBLISHED.items():
        columns[name] = _visible(sightings.change(sightings.counts(count))[kept], hours)
    for name, path, tube in (("like", paths.likes, paths.like_tube), ("comment", paths.comments, paths.comment_tube)):
        columns[f"{name}_rate"] = floats((path[kept] - path[kept - 1]) / hours)
        columns[f"{name}_rate_low"] = floats(np.maximum(tube.low[kept] - tube.high[kept - 1], 0) / hours)
        columns[f"{name}_rate_high"] = floats((tube.high[kept] - tube.low[kept - 1]) / hours)
    return assemble_table("rates", columns)


def _visible(change: IntArray, hours: FloatArray) -> pa.Array:
    return floats(np.where(change == 0, np.nan, change / hours))
