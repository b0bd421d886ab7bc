"""Rows of a panel in groups: text as codes, and rows in the order of group and time."""

from typing import NamedTuple

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]

MICROSECONDS_PER_HOUR = 3_600_000_000


class Coded(NamedTuple):
    """A text column: the code of each row (-1 for null) and the distinct texts, sorted, that the codes point at."""

    codes: CodeArray
    values: pa.StringArray


class Groups(NamedTuple):
    """Rows sorted by group, then time: `order[starts[g]:starts[g + 1]]` are the rows of group g."""

    order: IntArray
    starts: IntArray


def encode(column: pa.ChunkedArray | pa.Array) -> Coded:
    """Give each distinct text of a column a code, in the order of the texts.

    Parameters
    ----------
    column : pyarrow array of text, plain or dictionary encoded
        May have nulls.
    """
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return rank_texts(codes, coded.dictionary)


def rank_texts(codes: CodeArray, texts: pa.Array) -> Coded:
    """Recode rows so that codes sort as their texts do and equal texts share one; texts that no row has are dropped."""
    used = np.zeros(len(texts), bool)
    used[codes[codes >= 0]] = True
    merged = texts.filter(pa.array(used)).dictionary_encode()
    order = pc.sort_indices(merged.dictionary).to_numpy()
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    ranks = np.full(len(texts) + 1, -1, np.int32)
    ranks[:-1][used] = place[merged.indices.to_numpy()]
    return Coded(ranks[codes], merged.dictionary.take(pa.array(order)))


def decode(coded: Coded) -> pa.DictionaryArray:
    """Make the dictionary-encoded Arrow column of a coded text."""
    missing = coded.codes < 0
    return pa.DictionaryArray.from_arrays(pa.array(coded.codes, mask=missing if missing.any() else None), coded.values)


def group_rows(codes: CodeArray, groups: int, times: IntArray) -> Groups:
    """Sort rows by group, then time, then place; rows of code -1 are left out.

    Parameters
    ----------
    codes : ndarray of int32, shape (rows,)
        Group of each row, below `groups`.
    groups : int
        Number of groups.
    times : ndarray of int64, shape (rows,)
        Any unit.
    """
    by_time = np.argsort(times, kind="stable") if np.any(times[1:] < times[:-1]) else np.arange(len(times))
    starts, order = _spread(codes, by_time, groups)
    return Groups(order, starts)


@numba.njit(cache=True)
def _spread(codes, by_time, groups):  # type: ignore[no-untyped-def]
    starts = np.zeros(groups + 1, np.int64)
    for code in codes:
        if code >= 0:
            starts[code + 1] += 1
    starts = np.cumsum(starts)
    place = starts[:-1].copy()
    order = np.empty(starts[-1], np.int64)
    for row in by_time:
        code = codes[row]
        if code >= 0:
            order[place[code]] = row
            place[code] += 1
    return starts, order


@numba.njit(cache=True)
def round_significant(values, digits):  # type: ignore[no-untyped-def]
    """Round floats to a number of significant digits, so that the last bits, which processors disagree on, go away."""
    rounded = np.empty(values.shape[0], np.float64)
    for i in range(values.shape[0]):
        value = values[i]
        if value == 0 or not np.isfinite(value):
            rounded[i] = value
            continue
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(abs(value))))
        rounded[i] = np.round(value * scale) / scale
    return rounded
