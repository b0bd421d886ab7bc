"""Creators of a simulated feed: followers, totals of likes, giants whose totals overflow."""

import numpy as np

from clipstudy.study import Feed
from clipstudy.world.chance import stream
from clipstudy.world.feed.model import Bools, Creators, Floats, Ints
from clipstudy.world.people import make_usernames

_FOLLOWERS = 10**5.2, 0.75 * np.log(10)  # median, and spread of the logarithm
_FEWEST_FOLLOWERS, _MOST_FOLLOWERS = 150, 3e7
# 5 % of creators below 4 likes a follower and 5 % above 38
_LIKES_PER_FOLLOWER = 12.0, np.log(38 / 4) / 2 / 1.645
_LARGEST_PLAIN_TOTAL = 1.9e9  # of a creator who is no giant; far enough below 2^31 to stay there
_OUTLIERS = 1 / 320  # of creators: followers left, likes did not
# True totals of giants in 10^9, taken in this order. Of totals above one wrap those are chosen that need the fewest
# likes of visible clips to be told from one wrap less. Equal bounds are crossed within the study.
_NEGATIVE, _POSITIVE = (2.2, 4.1), (4.4, 4.9)
_FIRST_CROSSING, _SECOND_CROSSING = (2**31 / 1e9,) * 2, (3 * 2**31 / 1e9,) * 2
_TWICE, _THRICE, _FOUR_TIMES = (6.46, 6.6), (10.8, 11.0), (15.1, 15.2)
_GIANTS = [
    *(_NEGATIVE, _FIRST_CROSSING, _POSITIVE, _TWICE, _NEGATIVE, _THRICE, _POSITIVE, _NEGATIVE, _SECOND_CROSSING),
    *(_NEGATIVE, _FIRST_CROSSING, _FOUR_TIMES, _POSITIVE, *[_NEGATIVE] * 2, _POSITIVE, *[_NEGATIVE] * 2, _POSITIVE),
    _NEGATIVE,
]
_AMBIGUOUS = 4.45, 4.6
_GIANTS_RATE = 3e-5, 5e-5  # likes per hour, of the total
_GIANTS_RATIO, _AMBIGUOUS_RATIO = (68, 76), (18, 30)  # likes per follower, of all and of new ones
MOST_LIKES_PER_FOLLOWER = 80  # above which the report trims; bounds the total of a giant from above


def make_creators(config: Feed, seed: int, hours: int) -> Creators:
    """Draw the creators: giants first, then ambiguous giants, those without followers, then the rest.

    Likes per follower are log-normal around 12. Of giants, followers are so many that one wrap more would mean over 80
    likes a follower; of ambiguous giants they are so many that one or two wraps more would not.
    """
    rng, count = stream(seed, "feed creators"), config.creators
    followers = np.exp(rng.normal(np.log(_FOLLOWERS[0]), _FOLLOWERS[1], count)).clip(_FEWEST_FOLLOWERS, _MOST_FOLLOWERS)
    ratio = np.exp(rng.normal(np.log(_LIKES_PER_FOLLOWER[0]), _LIKES_PER_FOLLOWER[1], count)).clip(0.8, 75)
    left = np.argsort(rng.random(count))[: int(np.ceil(count * _OUTLIERS))]
    followers[left], ratio[left] = rng.uniform(200, 5_000, len(left)), rng.uniform(500, 900, len(left))
    likes = np.minimum(followers * ratio, _LARGEST_PLAIN_TOTAL)
    growth = np.exp(rng.normal(np.log(4e-5), 0.6, count))
    giant, ambiguous = _giants(config, rng, hours, followers, likes, growth)
    rate = likes * growth
    new_ratio = np.exp(rng.normal(np.log(_LIKES_PER_FOLLOWER[0]), 0.4, count)).clip(3, 60)
    follower_rate = rate / np.where(giant, likes / np.maximum(followers, 1), new_ratio)
    nobody = slice(int(giant.sum()), int(giant.sum()) + config.faults.get("zero_followers", 0))
    followers[nobody], likes[nobody], rate[nobody], follower_rate[nobody] = 0, rng.integers(50, 900), 0.1, 0
    return Creators(
        username=make_usernames(seed, "feed creator names", count),
        followers=followers.astype(np.int64),
        likes=likes.astype(np.int64),
        like_rate=rate,
        follower_rate=follower_rate,
        gap_days=_gap_days(followers, rng),
        giant=giant,
        ambiguous=ambiguous,
    )


def _giants(
    config: Feed, rng: np.random.Generator, hours: int, followers: Floats, likes: Floats, growth: Floats
) -> tuple[Bools, Bools]:
    """Make the first creators giants: their followers, likes and growth are changed in place."""
    giants, hidden = config.giants, config.ambiguous_giants
    giant, ambiguous = np.arange(config.creators) < giants + hidden, np.zeros(config.creators, bool)
    ambiguous[giants : giants + hidden] = True
    ranges = [_GIANTS[i % len(_GIANTS)] for i in range(giants)] + [_AMBIGUOUS] * hidden
    for i, (low, high) in enumerate(ranges):
        growth[i] = rng.uniform(*_GIANTS_RATE)
        likes[i] = rng.uniform(low, high) * 1e9 * (1 - (low == high) * rng.uniform(0.3, 0.6) * growth[i] * hours)
        followers[i] = likes[i] / rng.uniform(*(_AMBIGUOUS_RATIO if ambiguous[i] else _GIANTS_RATIO))
    return giant, ambiguous


def _gap_days(followers: Floats, rng: np.random.Generator) -> Floats:
    """Mean days between uploads: shorter with more followers among those who post every few days, else unrelated."""
    count = len(followers)
    level = np.log10(np.maximum(followers, 100)) - np.log10(_FOLLOWERS[0])
    frequent = 10 ** (0.25 - 0.25 * level + rng.normal(0, 0.2, count))
    rare = np.exp(rng.uniform(np.log(5), np.log(40), count))
    return np.where(rng.random(count) < 0.75, frequent.clip(0.2, 5), rare)


def wraps_of(totals: Ints) -> Ints:
    """Number of wraps k of totals that a signed 32-bit integer shows as total - k 2^32."""
    return (totals + 2**31) >> 32
