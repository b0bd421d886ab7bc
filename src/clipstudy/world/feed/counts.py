"""How likes, comments and followers come: intensities by the hour, and what chance makes of them."""

import numpy as np

from clipstudy.world.chance import stream
from clipstudy.world.feed.bursts import arrived_share
from clipstudy.world.feed.model import HOUR, Bursts, Clips, Counts, Creators, Floats, Grid, Ints

_LIKES_AN_HOUR = 0.03  # for the square root of the likes so far, of a clip posted before the study; median
_FADING_HOURS = 800
_WAVE = 18_000  # likes in all that a new clip gets without a burst; median
_WAVE_HOURS, _WAVE_POWER = 12.0, 2.2  # of the decay (1 + age / hours)^-power
_DAILY = 0.1  # of the intensity, up and down within a day
_CHANCE = 0.05  # relative spread of the hourly intensity beyond Poisson's


def make_likes(seed: int, grid: Grid, clips: Clips, bursts: Bursts) -> Counts:
    """Likes of clips: a background that fades, a first wave of new clips, and bursts."""
    rng = stream(seed, "feed likes")
    level = _LIKES_AN_HOUR * np.exp(rng.normal(0, 0.6, len(clips.likes)))
    rate = (np.sqrt(clips.likes) * level)[:, None] * np.exp(-np.arange(grid.hours) / _FADING_HOURS)
    rate += _first_wave(rng, grid, clips)
    rate *= daily(grid)
    in_bursts = _per_hour(grid, bursts, bursts.clip, bursts.likes, len(level))
    return _realise(rng, clips.likes, rate + in_bursts, in_bursts)


def make_comments(seed: int, clips: Clips, likes: Counts) -> Counts:
    """Comments of clips: a constant share of likes, with a chance of their own."""
    share = clips.comments_per_like[:, None]
    return _realise(stream(seed, "feed comments"), clips.comments, likes.rate * share, likes.burst_rate * share)


def make_followers(seed: int, grid: Grid, creators: Creators, clips: Clips, bursts: Bursts) -> Counts:
    """Followers of creators: a constant growth, and what bursts bring after their lag."""
    owner = clips.creator[bursts.clip]
    in_bursts = _per_hour(grid, bursts, owner, bursts.followers, len(creators.likes), bursts.lag_hours)
    rate = creators.follower_rate[:, None] * daily(grid)
    return _realise(stream(seed, "feed followers"), creators.followers, rate + in_bursts, in_bursts)


def make_creator_likes(seed: int, grid: Grid, creators: Creators, clips: Clips, likes: Counts) -> Counts:
    """Likes of creators over all clips: those of the clips in the feed, and those of clips that are never shown."""
    rng, count = stream(seed, "feed creator likes"), len(creators.likes)
    hidden = creators.like_rate[:, None] * daily(grid)
    unseen = _realise(rng, creators.likes, hidden, np.zeros_like(hidden))
    of_creator = np.argsort(clips.creator, kind="stable")
    first = np.searchsorted(clips.creator[of_creator], np.arange(count))
    rate, burst_rate, gained = (
        np.add.reduceat(array[of_creator], first, axis=0) for array in (likes.rate, likes.burst_rate, likes.gained)
    )
    return Counts(creators.likes, hidden + rate, burst_rate, unseen.gained + gained)


def daily(grid: Grid) -> Floats:
    """Factor of every hour: more in the evening (UTC) than in the morning."""
    hour = (grid.begin // HOUR + np.arange(grid.hours)) % 24
    return 1 + _DAILY * np.cos((hour - 19) * np.pi / 12)


def _first_wave(rng: np.random.Generator, grid: Grid, clips: Clips) -> Floats:
    """Likes per hour of new clips by their age: a power law that sums up to a few thousand, none for old clips."""
    total = np.exp(rng.normal(np.log(_WAVE), 0.5, len(clips.posted_at))).clip(500, 2 * _WAVE)
    age = (grid.edges() - clips.posted_at[:, None]).clip(0) / HOUR
    arrived = 1 - (1 + age / _WAVE_HOURS) ** (1 - _WAVE_POWER)
    return np.where(clips.posted_at < grid.begin, 0, total)[:, None] * np.diff(arrived, axis=1)


def _per_hour(grid: Grid, bursts: Bursts, owner: Ints, size: Floats, owners: int, lag_hours: float = 0) -> Floats:
    arrived = arrived_share(bursts, np.arange(grid.hours + 1.0), lag_hours)
    rate = np.zeros((owners, grid.hours))
    np.add.at(rate, owner, size[:, None] * np.diff(arrived, axis=1))
    return rate


def _realise(rng: np.random.Generator, start: Ints, rate: Floats, burst_rate: Floats) -> Counts:
    """Draw negative binomial gains: Poisson around an intensity that itself varies by `_CHANCE`."""
    shape = _CHANCE**-2
    gained = rng.poisson(rate * rng.gamma(shape, 1 / shape, rate.shape))
    return Counts(start, rate, burst_rate, gained)
