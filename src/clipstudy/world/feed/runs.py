"""Runs of the crawler: when they are, and which clips the feed shows in them."""

import numpy as np

from clipstudy.study import Feed
from clipstudy.world.chance import stream
from clipstudy.world.feed.faults import FaultPlan, cut_killed
from clipstudy.world.feed.model import (
    HOUR,
    HOURS_AFTER,
    HOURS_BEFORE,
    Bools,
    Bursts,
    Clips,
    Counts,
    Floats,
    Grid,
    Ints,
    Sightings,
)

_RUN_SECONDS = 3_000.0  # after which a run ends
_PACE = 0.785  # of the clips of a full run, seen by a usual run in that time
_GAP_AFTER = 0.6  # of the runs
_FLOOR = 0.02  # weight of a clip outside its days in the feed
_DAYS_IN_FEED = 3.5
_YOUNG_DAYS = 30.0  # age that halves the weight
_TASTE = 1.5  # spread of the logarithm of weights, whatever the feed likes a clip for
_POPULAR = 1_000_000  # likes above which the feed makes no difference
_BURST_WEIGHT, _NEAR_BURST_WEIGHT = 6.0, 3.0


def make_grid(config: Feed) -> Grid:
    """Lay the grid of hours around the scheduled runs, which are hourly but for the gap."""
    runs = HOURS_BEFORE + np.arange(config.runs)
    before_gap = int(config.runs * _GAP_AFTER)
    runs[before_gap:] += config.gap_hours
    begin = int(config.start.timestamp()) - HOURS_BEFORE * HOUR
    return Grid(begin, int(runs[-1]) + 1 + HOURS_AFTER, runs)


def make_sightings(
    config: Feed, seed: int, grid: Grid, clips: Clips, likes: Counts, bursts: Bursts, plan: FaultPlan
) -> Sightings:
    """Let the feed show clips to every run, each at most once a run, and every clip in some run.

    A clip is shown the oftener the more likes it has, the more recent it is, and around its bursts.
    """
    times, lengths = _run_times(config, stream(seed, "feed run times"), grid)
    weights = _weights(stream(seed, "feed weights"), grid, clips, likes, bursts)
    chosen, available = _choose(stream(seed, "feed choice"), weights, config.clips_per_run)
    lengths = cut_killed(plan, np.minimum(lengths, available))
    is_read = np.arange(config.clips_per_run) < (lengths - np.isin(np.arange(config.runs), plan.torn))[:, None]
    _show_all(stream(seed, "feed first shows"), chosen, is_read, (times[:, :1] > clips.posted_at).T)
    is_seen = np.arange(config.clips_per_run) < lengths[:, None]
    return Sightings(np.repeat(np.arange(config.runs), lengths), times[is_seen], chosen[is_seen])


def _run_times(config: Feed, rng: np.random.Generator, grid: Grid) -> tuple[Floats, Ints]:
    """Instant of every place of every run, to the millisecond, and how many places a run reaches in its time."""
    shape = (config.runs, config.clips_per_run)
    pace = _RUN_SECONDS / (_PACE * config.clips_per_run) * np.exp(rng.normal(0, 0.2, config.runs))
    since = np.cumsum(rng.gamma(9, pace[:, None] / 9, shape), axis=1)
    lengths = (since < np.minimum(rng.normal(_RUN_SECONDS, 120, config.runs), 3_500)[:, None]).sum(axis=1)
    times = grid.begin + HOUR * grid.runs[:, None] + rng.uniform(2, 40, config.runs)[:, None] + since
    early = config.faults.get("early_line", 0)
    if early:
        times[0] -= times[0, early - 1 : early + 1].mean() - (grid.begin + HOUR * HOURS_BEFORE)
    return np.round(times, 3), np.maximum(lengths, 2)


def _weights(rng: np.random.Generator, grid: Grid, clips: Clips, likes: Counts, bursts: Bursts) -> Floats:
    """How readily the feed shows each clip to each run, 0 before it is posted; shape (clips, runs)."""
    count, now = len(clips.posted_at), grid.runs.astype(float)
    posted = (clips.posted_at - grid.begin) / HOUR
    enters = np.where(posted >= 0, posted, rng.uniform(-96, grid.hours - 24, count))
    lead = rng.uniform(30, 60, len(bursts.clip))
    # backwards, so that the first burst of a clip is the one that counts
    for clip, at in zip(bursts.clip[::-1], (bursts.start - lead)[::-1], strict=True):
        enters[clip] = max(at, posted[clip]) if posted[clip] >= 0 else at
    days = _DAYS_IN_FEED * np.exp(rng.normal(0, 0.5, count))
    in_feed = now - enters[:, None]
    recency = np.where(in_feed >= 0, np.exp(-np.maximum(in_feed, 0) / (24 * days[:, None])), 0) + _FLOOR
    popularity = (1 + likes.cumulative()[:, grid.runs]).clip(0, _POPULAR) ** 0.25
    popularity *= np.exp(rng.normal(0, _TASTE, count))[:, None]
    age_days = (now - posted[:, None]).clip(0) / 24
    near = np.ones((count, len(now)))
    for i, clip in enumerate(bursts.clip):
        near[clip][(now > bursts.start[i] - 40) & (now < bursts.end[i] + 72)] = _NEAR_BURST_WEIGHT
    for i, clip in enumerate(bursts.clip):
        near[clip][(now > bursts.start[i]) & (now < bursts.end[i] + 24)] = _BURST_WEIGHT
    return np.where(now > posted[:, None], recency * popularity * near / (1 + age_days / _YOUNG_DAYS), 0)


def _choose(rng: np.random.Generator, weights: Floats, places: int) -> tuple[Ints, Ints]:
    """Draw without replacement by the Gumbel trick, heavy ones first; also how many clips there were to draw from."""
    with np.errstate(divide="ignore"):
        keys = np.log(weights) + rng.gumbel(size=weights.shape)
    best = np.argpartition(-keys, places - 1, axis=0)[:places]
    order = np.argsort(-np.take_along_axis(keys, best, axis=0), axis=0)
    return np.take_along_axis(best, order, axis=0).T, np.minimum((weights > 0).sum(axis=0), places)


def _show_all(rng: np.random.Generator, chosen: Ints, is_read: Bools, can_show: Bools) -> None:
    """Put clips that no run would read in the place of others that are read at least three times.

    Parameters
    ----------
    rng : numpy.random.Generator
    chosen : ndarray of int64, shape (runs, places)
        Changed in place.
    is_read : ndarray of bool, shape (runs, places)
    can_show : ndarray of bool, shape (clips, runs)
    """
    seen = np.bincount(chosen[is_read], minlength=len(can_show))
    for clip in np.flatnonzero(seen == 0):
        for run in rng.permutation(np.flatnonzero(can_show[clip])):
            places = np.flatnonzero(is_read[run] & (seen[chosen[run]] > 2))
            if len(places):
                place = int(rng.choice(places))
                seen[chosen[run, place]] -= 1
                chosen[run, place], seen[clip] = clip, 1
                break
