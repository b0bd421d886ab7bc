"""The order in which a Julia 1.8 dictionary with string keys is iterated: its slots, from the first to the last.

A key goes to the slot of its hash or, probing upward and around, to the next free one; so the order depends on the
hashes, on the order of insertion and on when the table was rebuilt. Keys here are small integers whose hashes are
given, and only keys that are new to a table are inserted: finding a key changes nothing.

Sources: MurmurHash3_x64_128 of A. Appleby (public domain, package mmh3); `hash(::String)` in `base/hashing2.jl` and
`Dict` in `base/dict.jl` of Julia v1.8.0 (MIT), re-stated from their behaviour.
"""

from collections.abc import Iterable
from typing import NamedTuple

import mmh3
import numpy as np
from numba import njit

EMPTY = -1
SMALLEST = 16  # slots of a new table
_COUNT, _PROBE = 0, 1


class Rules(NamedTuple):
    """Constants of the language; other values are for experiments that change one thing."""

    seed: int = 0x71E729FD56419C81  # of the hash of a string
    probes: int = 16  # steps that a probe may take,
    probe_shift: int = 6  # or the number of slots >> 6 if that is more
    large: int = 64_000  # number of keys from which a table doubles instead of growing fourfold
    growth: int = 0  # least growth of a table that is sized beforehand, in quarters of its slots


JULIA = Rules()


def hash_strings(strings: Iterable[bytes], seed: int = JULIA.seed) -> np.ndarray:
    """Hash UTF-8 strings as Julia does: the second half of MurmurHash3, seeded with 32 bits, plus the whole seed.

    Returns
    -------
    numpy.ndarray of int64
        The 64 bits of each hash; only the low ones are used, so the sign has no meaning.
    """
    halves = [mmh3.hash64(string, seed & 0xFFFFFFFF, signed=False)[1] for string in strings]
    return (np.array(halves, dtype=np.uint64) + np.uint64(seed)).view(np.int64)


@njit(cache=True, nogil=True)
def table_size(wanted: int) -> int:
    """Slots of a table for at least `wanted`: a power of two, 16 or more."""
    size = SMALLEST
    while size < wanted:
        size *= 2
    return size


@njit(cache=True, nogil=True)
def new_table(expected: int, rules: tuple) -> np.ndarray:
    """Make an empty table; slots hold keys, or -1.

    Parameters
    ----------
    expected : int
        Known length of what will fill the dictionary, for which `sizehint!` makes room of 3/2, or 0.
    rules : tuple of int
        All of `Rules` but the seed.
    """
    wanted = (3 * expected + 1) // 2
    if 4 * wanted < (4 + rules[3]) * SMALLEST:
        wanted = SMALLEST
    return np.full(table_size(wanted), EMPTY, np.int32)


@njit(cache=True, nogil=True)
def insert(slots: np.ndarray, state: np.ndarray, key: int, hashes: np.ndarray, rules: tuple) -> np.ndarray:
    """Insert a new key.

    Parameters
    ----------
    slots : numpy.ndarray of int32
        The table; changed in place unless it is rebuilt.
    state : numpy.ndarray of int64
        Number of keys and longest probe, changed in place; zeros for a new table.
    key : int
        Not in the table yet.
    hashes : numpy.ndarray of int64
        Hash of every key.
    rules : tuple of int
        All of `Rules` but the seed.

    Returns
    -------
    numpy.ndarray
        The table, which is a new one after a rebuild.
    """
    probes, probe_shift, large, _ = rules
    while True:
        mask = len(slots) - 1
        slot = hashes[key] & mask
        allowed = max(probes, len(slots) >> probe_shift)
        steps = 0
        while slots[slot] != EMPTY and (steps < state[_PROBE] or steps + 1 < allowed):
            slot = (slot + 1) & mask
            steps += 1
        if slots[slot] == EMPTY:
            break
        slots = rebuild(slots, state, len(slots) * (2 if state[_COUNT] > large else 4), hashes)
    state[_PROBE] = max(state[_PROBE], steps)
    slots[slot] = key
    state[_COUNT] += 1
    if state[_COUNT] * 3 > len(slots) * 2:
        slots = rebuild(slots, state, state[_COUNT] * (2 if state[_COUNT] > large else 4), hashes)
    return slots


@njit(cache=True, nogil=True)
def rebuild(slots: np.ndarray, state: np.ndarray, wanted: int, hashes: np.ndarray) -> np.ndarray:
    """Move the keys, in the order of their slots, to a table for at least `wanted`; the longest probe starts anew."""
    moved = np.full(table_size(wanted), EMPTY, np.int32)
    mask = len(moved) - 1
    longest = 0
    for key in slots:
        if key != EMPTY:
            first = slot = hashes[key] & mask
            while moved[slot] != EMPTY:
                slot = (slot + 1) & mask
            longest = max(longest, (slot - first) & mask)
            moved[slot] = key
    state[_PROBE] = longest
    return moved


@njit(cache=True, nogil=True)
def iteration_order(keys: np.ndarray, hashes: np.ndarray, rules: tuple, presized: bool) -> np.ndarray:
    """Order in which a dictionary filled with these distinct keys is iterated.

    Parameters
    ----------
    keys : numpy.ndarray of int
        In the order of insertion.
    presized : bool
        Whether the dictionary is made from a generator of known length, which sizes it first.
    """
    slots = new_table(len(keys) if presized else 0, rules)
    state = np.zeros(2, np.int64)
    for key in keys:
        slots = insert(slots, state, key, hashes, rules)
    return slots[slots != EMPTY]
