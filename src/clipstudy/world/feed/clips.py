"""Clips of a simulated feed: whose they are, when they were posted, with which sound, and how liked they are."""

import numpy as np

from clipstudy.study import Feed
from clipstudy.world.chance import stream
from clipstudy.world.feed.model import HOUR, Audios, Clips, Creators, Floats, Grid, Ints
from clipstudy.world.feed.people import wraps_of
from clipstudy.world.words import load_voices

_SITE = "https://www.clip-replica.test"
_DAY = 24 * HOUR
_POSTED_WITHIN = 0.32  # of creators, their last clip within the study
_LEAST_GAP = 600  # seconds between two uploads of a creator
_GIANTS_LARGEST = 250e6  # likes of a giant's clip where there are enough clips to share them
_WRAP = 2**32
_ON_THE_WAY = 1.02  # a total that so much more takes over the boundary is held as one beyond it
_LIKES = 120_000, 1.0  # of clips posted before the study: median, and spread of the logarithm
_COMMENTS_PER_LIKE = 0.008  # median, at 160,000 followers


def make_clips(config: Feed, seed: int, grid: Grid, creators: Creators) -> Clips:
    """Draw the clips, sorted by creator and post time."""
    owner = _owners(config, stream(seed, "feed owners"), creators)
    posted_at = _post_times(stream(seed, "feed posts"), grid, creators, owner)
    likes = _likes_so_far(stream(seed, "feed likes so far"), grid, creators, owner, posted_at)
    ratio = _comments_per_like(stream(seed, "feed comments per like"), creators, owner)
    rng = stream(seed, "feed clip ids")
    # the lowest bits number the clips, so that ids differ; upper 32 bits are the post time
    low = rng.integers(0, 2**16, len(owner)) << 16 | rng.permutation(len(owner))
    return Clips(
        clip_id=posted_at << 32 | low,
        creator=owner,
        posted_at=posted_at,
        audio=_audio_use(config, stream(seed, "feed audio use"), len(owner)),
        likes=likes,
        comments=rng.poisson(likes * ratio),
        comments_per_like=ratio,
    )


def _owners(config: Feed, rng: np.random.Generator, creators: Creators) -> Ints:
    """Give every creator a clip and the rest to few: giants whose wraps need a lower bound, and a prolific sixth."""
    spare = config.clips - config.creators
    wanted = visible_of_giants(creators) / _GIANTS_LARGEST
    wanted *= min(1, spare / 2 / max(wanted.sum(), 1))
    extra = np.repeat(np.arange(config.creators), wanted.astype(np.int64))
    others = np.flatnonzero(~creators.giant & (creators.followers > 0))
    prolific = rng.permutation(others)[: max(1, len(others) // 6)]
    more = rng.choice(prolific, spare - len(extra))
    return np.sort(np.concatenate([np.arange(config.creators), extra, more]))


def _post_times(rng: np.random.Generator, grid: Grid, creators: Creators, owner: Ints) -> Ints:
    """Count back from the last upload of each creator by exponential gaps of the creator's own mean."""
    begin, end = grid.begin + 2 * HOUR, grid.begin + HOUR * int(grid.runs[-1]) - _DAY // 2
    count = len(creators.likes)
    before = grid.begin - _DAY * np.expm1(rng.uniform(0, np.log(91), count))
    within = rng.uniform(begin, end, count)
    is_within = (rng.random(count) < _POSTED_WITHIN) & ~creators.giant
    last = np.where(is_within, within, before)
    gaps = np.maximum(rng.exponential(_DAY * creators.gap_days[owner]), _LEAST_GAP)
    is_last = np.r_[owner[1:] != owner[:-1], True]
    gaps[is_last] = 0
    # sum of the gaps from each clip to its creator's last one
    total = np.cumsum(gaps[::-1])[::-1]
    last_of = np.flatnonzero(is_last)[np.searchsorted(owner[is_last], owner)]
    return (last[owner] - (total - total[last_of])).astype(np.int64)


def _likes_so_far(rng: np.random.Generator, grid: Grid, creators: Creators, owner: Ints, posted_at: Ints) -> Ints:
    """Draw the likes of clips posted before the grid; later ones have none yet.

    An anonymous feed shows what is liked already, so that clips differ less than their creators. No creator's clips
    have more than half of the total, except those of giants, which have what `visible_of_giants` tells.
    """
    is_old = posted_at < grid.begin
    clips_of = np.bincount(owner, is_old, len(creators.likes)).clip(1)
    likes = np.exp(rng.normal(np.log(_LIKES[0]), _LIKES[1], len(owner)))
    likes = np.minimum(likes, (creators.likes / 2 / clips_of)[owner])
    weight = rng.uniform(0.8, 1.2, len(owner))
    share = weight / np.bincount(owner, weight)[owner]
    likes = np.where(creators.giant[owner], visible_of_giants(creators)[owner] * share, likes)
    return np.where(is_old, likes, 0).astype(np.int64)


def visible_of_giants(creators: Creators) -> Floats:
    """Likes of all clips that the feed has of each giant, 0 for others.

    They are more than the total less one wrap, so that one wrap less is ruled out; of ambiguous giants they are not.
    """
    total = creators.likes.astype(float)
    least = np.where(wraps_of((total * _ON_THE_WAY).astype(np.int64)) > 0, total * _ON_THE_WAY - _WRAP, 0).clip(0)
    enough = least + 0.06 * total.clip(0, _WRAP)
    return np.where(creators.giant, np.where(creators.ambiguous, 0.3 * least, enough), 0)


def _comments_per_like(rng: np.random.Generator, creators: Creators, owner: Ints) -> Floats:
    """Draw a level for each creator, lower and less spread with more followers, and small changes from clip to clip."""
    level = np.log10(np.maximum(creators.followers, 100))
    spread = np.where(level < 5, 1.0, 0.65)
    typical = np.log(_COMMENTS_PER_LIKE) - 0.3 * (level - 5.2)
    own = typical + spread * rng.normal(size=len(level))
    return np.exp(own[owner] + 0.25 * rng.normal(size=len(owner))).clip(1e-4, 0.3)


def _audio_use(config: Feed, rng: np.random.Generator, clips: int) -> Ints:
    """Use every sound once, and some of them, the fewer the oftener, for the remaining clips."""
    popular = rng.zipf(1.6, clips - config.audios) % max(1, config.audios // 12)
    return rng.permutation(np.concatenate([np.arange(config.audios), popular]))


def make_audios(config: Feed, seed: int, grid: Grid) -> Audios:
    """Name the sounds: popular ones are songs and tunes, most others are called `original sound`."""
    rng, voices = stream(seed, "feed audios"), load_voices()
    titles = [song["title"] for song in voices["songs"]] + list(voices["tunes"])
    popular = config.audios // 12
    names, urls = [], []
    for i in range(config.audios):
        name = titles[i % len(titles)] if i < popular or rng.random() < 0.1 else "original sound"
        posted = grid.begin - int(rng.integers(_DAY, 300 * _DAY))
        audio_id = posted << 32 | int(rng.integers(2**16)) << 16 | i
        names.append(name)
        urls.append(f"{_SITE}/music/{name.replace(' ', '-')}-{audio_id}")
    return Audios(names, urls)


def clip_address(username: str, clip_id: int) -> str:
    """Address of a clip's page."""
    return f"{creator_address(username)}/video/{clip_id}"


def creator_address(username: str) -> str:
    """Address of a creator's page."""
    return f"{_SITE}/@{username}"
