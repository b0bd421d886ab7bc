"""Seeded chance: one stream a purpose, so that a change in one part of the world leaves the others as they were."""

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

import numpy as np

T = TypeVar("T")


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Make the random stream of one purpose, such as "comments 7012345"."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(purpose.encode())])))


def pick(rng: np.random.Generator, items: Sequence[T]) -> T:
    """Draw one item, all alike."""
    return items[int(rng.integers(len(items)))]


def pick_some(rng: np.random.Generator, items: Sequence[T], count: int) -> list[T]:
    """Draw `count` different items (all of them where there are fewer), in random order."""
    return [items[int(i)] for i in rng.permutation(len(items))[:count]]


def chance(rng: np.random.Generator, share: float) -> bool:
    """Tell true in this share of the cases."""
    return bool(rng.random() < share)


def spread(rng: np.random.Generator, count: int) -> list[float]:
    """Draw `count` levels between 0 and 1, evenly spread and in random order.

    Even a small world then has its share of the rare: of 16 clips exactly one is above 15/16.
    """
    return [(int(i) + 0.5) / count for i in rng.permutation(count)]
