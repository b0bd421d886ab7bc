"""Viral bursts: which clips have one, when, how large, and the followers that it brings."""

import numpy as np

from clipstudy.study import Feed
from clipstudy.world.chance import stream
from clipstudy.world.feed.model import HOUR, Bursts, Clips, Creators, Floats, Grid, Ints

_FOLLOWERS = 30_000, 3_000_000  # of creators who can have a burst
_MOST_LIKES_BEFORE = 400_000  # of a clip, lest the step of its shown count hides the burst
_SECOND = 0.12  # of bursts, the second one of their clip
_SECOND_AFTER = 110, 150  # hours
_LEAST_LIKES = 90_000
_LIKES_PER_NEW_FOLLOWER, _USUAL_EFFECT = 12, 0.1
_END = 0.1  # of the peak's intensity


def make_bursts(config: Feed, seed: int, grid: Grid, creators: Creators, clips: Clips) -> Bursts:
    """Draw the bursts, at most one clip of a creator, some clips twice."""
    rng = stream(seed, "feed bursts")
    wanted = config.bursts - int(config.bursts * _SECOND)
    clip = _choose_clips(rng, wanted, grid, creators, clips)
    start = _first_starts(rng, grid, clips.posted_at[clip])
    late = start + rng.uniform(*_SECOND_AFTER, len(start))
    second = np.flatnonzero(late < grid.hours - 36)[: config.bursts - wanted]
    clip, start = np.r_[clip, clip[second]], np.r_[start, late[second]]
    rise, decay = rng.uniform(4, 10, len(clip)), rng.uniform(10, 22, len(clip))
    spread = 0.4  # of the logarithm; the mean is the effect asked for
    size = creators.followers[clips.creator[clip]] * np.exp(rng.normal(-(spread**2) / 2, spread, len(clip)))
    likes_each = np.exp(rng.normal(np.log(_LIKES_PER_NEW_FOLLOWER), 0.35, len(clip))).clip(5, 40)
    # at the usual effect, so that a world with another one has the same likes
    likes = np.maximum(_USUAL_EFFECT * size * likes_each, _LEAST_LIKES)
    order = np.lexsort((clip, start))
    return Bursts(
        clip=clip[order],
        start=start[order],
        peak=(start + rise)[order],
        end=(start + rise - decay * np.log(_END))[order],
        decay_hours=decay[order],
        likes=likes[order],
        followers=np.asarray(config.follower_effect * size[order], float),
        lag_hours=config.follower_lag_hours,
    )


def _choose_clips(rng: np.random.Generator, wanted: int, grid: Grid, creators: Creators, clips: Clips) -> Ints:
    """Choose one clip a creator, half of them new ones where there are enough."""
    followers = creators.followers[clips.creator]
    fits = (followers >= _FOLLOWERS[0]) & (followers <= _FOLLOWERS[1]) & (clips.likes <= _MOST_LIKES_BEFORE)
    last_post = grid.begin + HOUR * (grid.hours - 4 * 24)
    candidates = rng.permutation(np.flatnonzero(fits & ~creators.giant[clips.creator] & (clips.posted_at < last_post)))
    _, first = np.unique(clips.creator[candidates], return_index=True)
    candidates = candidates[np.sort(first)]
    is_new = clips.posted_at[candidates] >= grid.begin
    new, old = candidates[is_new], candidates[~is_new]
    new = new[: max(wanted // 2, wanted - len(old))]
    return np.sort(np.r_[new, old[: wanted - len(new)]])


def _first_starts(rng: np.random.Generator, grid: Grid, posted_at: Ints) -> Floats:
    """Start some hours after the upload, or anywhere in the study with days before and after it in most cases."""
    count, posted, last = len(posted_at), (posted_at - grid.begin) / HOUR, grid.hours - 12
    usual = rng.uniform(min(36, grid.hours / 4), max(grid.hours - 84, grid.hours / 2), count)
    old = np.where(rng.random(count) < 0.85, usual, rng.uniform(6, last, count))
    return np.where(posted >= 0, np.minimum(posted + rng.uniform(8, 48, count), last), old)


def arrived_share(bursts: Bursts, hours: Floats, lag_hours: float = 0) -> Floats:
    """Share of each burst that is over by each instant.

    Parameters
    ----------
    bursts : Bursts
    hours : ndarray, shape (instants,) or (bursts, instants)
        Hours since the beginning of the grid.
    lag_hours : float
        0 for likes, `bursts.lag_hours` for followers.

    Returns
    -------
    ndarray, shape (bursts, instants)
        0 before the start; a linear rise of the intensity, then an exponential decay, which together are 1.
    """
    since = np.maximum(hours - bursts.start[:, None] - lag_hours, 0)
    rise, decay = (bursts.peak - bursts.start)[:, None], bursts.decay_hours[:, None]
    rising = np.minimum(since, rise) ** 2 / (2 * rise)
    decaying = decay * (1 - np.exp(-np.maximum(since - rise, 0) / decay))
    return (rising + decaying) / (rise / 2 + decay)
