"""Totals of likes of creators, unwrapped from the signed 32-bit integer in which the site keeps them.

The true total is shown + k * 2^32. How often it wrapped, k, is inferred for every creator alike, from

- **continuity**: a total changes by less than 2^31 between two sightings, so that a larger fall is one wrap more;
- **lower bounds**: at any time the total is at least the sum of what the creator's clips seen so far had been shown to
  have, and at least 0. The least k that meets this at every sighting is certain;
- **likes per follower**: a total of more than `MOST_LIKES_PER_FOLLOWER` at any sighting is taken as impossible, unless
  it is shown below zero. Where clips have more likes than the total shown, and a wrap would be impossible, the total is
  taken as out of date rather than wrapped, and the creator is ambiguous.

Where several k remain, the creator is ambiguous too, and the k is taken whose likes per follower are the most likely at
the last sighting: a total of T likes has the density of a log-normal with the median and spread of the published
report.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from clipstudy.virality.groups import CodeArray, Groups, IntArray

TURN = 1 << 32
HALF = 1 << 31
MOST_LIKES_PER_FOLLOWER = 80  # where the published report trims, and which few of its creators exceed
# nine in ten creators of that report lie between 4 and 38 likes per follower, half below 12
MEDIAN, SPREAD = float(np.log(12)), float(np.log(38 / 4) / (2 * 1.645))


class Wraps(NamedTuple):
    """Number of wraps of each observation, and whether that of its creator is ambiguous."""

    wraps: IntArray
    ambiguous: NDArray[np.bool_]


def count_wraps(
    groups: Groups, clips: CodeArray, like_low: IntArray, shown: IntArray, shown_high: IntArray, followers: IntArray
) -> Wraps:
    """Infer how often the total of likes of each creator had wrapped at each observation.

    Parameters
    ----------
    groups : Groups
        Rows by creator, in the order of time.
    clips : ndarray of int32, shape (rows,)
        Clip of each row.
    like_low : ndarray of int64
        Least likes of the clip that its shown count allows.
    shown, shown_high : ndarray of int64
        Total of likes as shown, and the end of its interval.
    followers : ndarray of int64
        Of the creator, as shown; above 0.

    Returns
    -------
    Wraps
        One value a row; rows that are in no group have 0, not ambiguous.
    """
    most_likes = MOST_LIKES_PER_FOLLOWER * followers
    bounds = _bound(groups.order, groups.starts, clips, like_low, shown, shown_high, most_likes)
    relative, positive, least, most = bounds
    contradictory = least > np.maximum(most, positive)
    least = np.where(contradictory, positive, least)
    most = np.maximum(most, least)
    last = groups.order[groups.starts[1:] - 1]
    chosen = _choose(shown[last] + relative[last] * TURN, followers[last], least, most)
    wraps, ambiguous = np.zeros(len(shown), np.int64), np.zeros(len(shown), bool)
    creator = np.repeat(np.arange(len(least)), np.diff(groups.starts))
    wraps[groups.order] = relative[groups.order] + chosen[creator]
    ambiguous[groups.order] = (contradictory | (most > least))[creator]
    return Wraps(wraps, ambiguous)


@numba.njit(cache=True)
def _bound(order, starts, clips, like_low, shown, shown_high, most_likes):  # type: ignore[no-untyped-def]
    """Wraps of each row beyond its creator's first, and bounds of the wraps of that first row.

    These are the least by which no total is negative, the least that visible clips allow, and the most.
    """
    relative = np.zeros(len(shown), np.int64)
    positive, least, most = np.zeros((3, len(starts) - 1), np.int64)
    seen = np.zeros(clips.max() + 1 if len(clips) else 0, np.int64)
    for group in range(len(starts) - 1):
        visible, turns, room = 0, 0, np.int64(1) << 62
        for i in range(starts[group], starts[group + 1]):
            row = order[i]
            if i > starts[group]:
                change = shown[row] - shown[order[i - 1]]
                turns += 1 if change < -HALF else -1 if change > HALF else 0
            relative[row] = turns
            if like_low[row] > seen[clips[row]]:
                visible += like_low[row] - seen[clips[row]]
                seen[clips[row]] = like_low[row]
            reached = shown_high[row] - 1 + turns * TURN
            positive[group] = max(positive[group], -(reached // TURN))
            least[group] = max(least[group], -((reached - visible) // TURN))
            room = min(room, most_likes[row] - shown[row] - turns * TURN)
        most[group] = room // TURN
    return relative, positive, least, most


def _choose(totals: IntArray, followers: IntArray, least: IntArray, most: IntArray) -> IntArray:
    """Most likely number of wraps from the least to the most."""
    chosen = least.copy()
    for creator in (most > least).nonzero()[0]:
        candidates = np.arange(least[creator], most[creator] + 1)
        logs = np.log(np.maximum(totals[creator] + candidates * TURN, 1))
        distance = (logs - np.log(followers[creator]) - MEDIAN) / SPREAD
        chosen[creator] = candidates[np.argmax(-logs - distance**2 / 2)]
    return chosen
