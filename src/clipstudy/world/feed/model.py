"""What a simulated feed is made of: arrays over creators, clips, bursts, hours, runs and observations.

Times are Unix seconds unless a name says hours. The clock of all processes is a grid of full hours: hour 0 begins one
hour before the study, because a crawler may start early. Within an hour the intensity is constant and what is gained
arrives evenly, so that every true count at every instant follows from the hourly arrays.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clipstudy.study import Feed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOUR = 3600
HOURS_BEFORE, HOURS_AFTER = 1, 2  # of the grid, around the scheduled hours of the runs


class Grid(NamedTuple):
    """Full hours from `begin` (Unix seconds); `runs` are the numbers of the hours that runs are scheduled for."""

    begin: int
    hours: int
    runs: Ints

    def edges(self) -> Ints:
        """Beginnings of all hours and the end of the last one, in Unix seconds."""
        return self.begin + HOUR * np.arange(self.hours + 1)


class Creators(NamedTuple):
    """Who posts. `likes` is the true total over all clips at the beginning of the grid, `followers` likewise.

    `like_rate` is gained per hour by clips that are never shown, `follower_rate` without any burst. `giant` is whether
    the total overflows (or begins to), `ambiguous` whether the number of wraps is hidden on purpose.
    """

    username: list[str]
    followers: Ints
    likes: Ints
    like_rate: Floats
    follower_rate: Floats
    gap_days: Floats
    giant: Bools
    ambiguous: Bools


class Clips(NamedTuple):
    """What is posted; `likes` and `comments` are those at the beginning of the grid, 0 for clips posted later."""

    clip_id: Ints
    creator: Ints
    posted_at: Ints
    audio: Ints
    likes: Ints
    comments: Ints
    comments_per_like: Floats


class Audios(NamedTuple):
    """Sounds that clips use; names are not unique, addresses are."""

    name: list[str]
    url: list[str]


class Bursts(NamedTuple):
    """Viral bursts, by start. Likes rise linearly from `start` to `peak`, then decay by a factor e in `decay_hours`.

    `likes` and `followers` are expected in all; followers come by the same shape, `lag_hours` later. `end` is when the
    intensity has fallen to a tenth of its peak.
    """

    clip: Ints
    start: Floats
    peak: Floats
    end: Floats
    decay_hours: Floats
    likes: Floats
    followers: Floats
    lag_hours: int


class Counts(NamedTuple):
    """One kind of count by owner and hour: intensity per hour, its part due to bursts, and what was gained for real."""

    start: Ints
    rate: Floats
    burst_rate: Floats
    gained: Ints

    def cumulative(self) -> Ints:
        """Count at the beginning of every hour and at the end of the last, shape (owners, hours + 1)."""
        return np.cumsum(np.c_[self.start, self.gained], axis=1)

    def expected(self) -> Floats:
        """The same without chance: the start and the sum of intensities."""
        return np.cumsum(np.c_[self.start.astype(float), self.rate], axis=1)


def at_instants(counts: Counts, owner: Ints, hours: Floats) -> tuple[Ints, Floats]:
    """Tell true counts at instants: realised, and expected without chance.

    Parameters
    ----------
    counts : Counts
        Of shape (owners, hours).
    owner, hours : ndarray
        Pairs of an owner and an instant, the latter in hours since the beginning of the grid.

    Returns
    -------
    realised : ndarray of int64
        Of n gained in an hour, floor(f n + 1/2) have come after the fraction f of it.
    expected : ndarray of float
    """
    hour = hours.astype(np.int64)
    part = hours - hour
    gained = counts.gained[owner, hour]
    realised = counts.cumulative()[owner, hour] + np.floor(gained * part + 0.5).astype(np.int64)
    expected = counts.expected()[owner, hour] + counts.rate[owner, hour] * part
    return realised, expected


class Sightings(NamedTuple):
    """What runs saw, by run and place. `at` is the true time, `run` counts from 0."""

    run: Ints
    at: Floats
    clip: Ints


class Observations(NamedTuple):
    """Lines of all run files in order, with the true counts at their instants and the expected ones.

    `position` counts the lines of a file from 0, `shown_at` is the time that the line carries; `torn` ones are cut.
    """

    run: Ints
    position: Ints
    at: Floats
    shown_at: Floats
    clip: Ints
    duplicate: Bools
    torn: Bools
    likes: Ints
    comments: Ints
    followers: Ints
    creator_likes: Ints
    expected_likes: Floats
    expected_comments: Floats
    expected_followers: Floats


class FeedWorld(NamedTuple):
    """Everything that happened, and everything that the crawler wrote about it."""

    config: Feed
    seed: int
    grid: Grid
    run_ids: list[str]
    creators: Creators
    clips: Clips
    audios: Audios
    bursts: Bursts
    likes: Counts
    comments: Counts
    followers: Counts
    creator_likes: Counts
    observations: Observations
    killed_runs: Ints
    skewed_runs: Ints
    skew_seconds: float
