"""Ranks: the target's place among the retrieved documents, as best, worst and expected rank of its tie.

Scores are rounded to a stated number of significant digits first, so that the last bits of a floating-point sum,
which differ between processors, neither make nor break a tie.
"""

from typing import NamedTuple

import numpy as np

# Weights of opposite sign that cancel leave the last bits of their sum or nothing, depending on the processor.
CANCELLED = 1e-12


class TargetRanks(NamedTuple):
    """Ranks from 1, one a query; 0 where the target is not retrieved."""

    best: np.ndarray
    worst: np.ndarray


def round_significant(values: np.ndarray, digits: int) -> np.ndarray:
    """Round float64 to at least the given number of significant decimal digits, by rounding its binary significand.

    Numbers of a size below `CANCELLED` become 0.

    Parameters
    ----------
    values : numpy.ndarray
        Any shape, finite.
    digits : int
        1 to 15: log2(10) bits a digit are kept, rounded up, halves away from zero.
    """
    drop = 52 - int(np.ceil(digits * np.log2(10)))
    values = np.where(np.abs(values) < CANCELLED, 0.0, values)
    if drop <= 0:
        return values
    bits = values.view(np.int64)
    return ((bits + (1 << (drop - 1))) & ~((1 << drop) - 1)).view(np.float64)


def rank_targets(scores: np.ndarray, retrieved: np.ndarray, targets: np.ndarray, digits: int) -> TargetRanks:
    """Rank each query's target among the documents retrieved for it.

    Parameters
    ----------
    scores : numpy.ndarray
        Shape (documents, queries).
    retrieved : numpy.ndarray of bool
        The same shape.
    targets : numpy.ndarray of int
        Shape (queries,): the row of each query's target.
    digits : int
        Significant digits of a score that count.
    """
    rounded = round_significant(scores, digits)
    queries = np.arange(len(targets))
    target_scores = rounded[targets, queries]
    better = np.count_nonzero((rounded > target_scores) & retrieved, axis=0)
    equal = np.count_nonzero((rounded == target_scores) & retrieved, axis=0)
    found = retrieved[targets, queries]
    return TargetRanks(np.where(found, better + 1, 0), np.where(found, better + equal, 0))


def order_documents(scores: np.ndarray, retrieved: np.ndarray, digits: int) -> np.ndarray:
    """Rows of the retrieved documents of one query in the frozen total order: score descending, then row ascending.

    Parameters
    ----------
    scores, retrieved : numpy.ndarray
        Shape (documents,); rows are in the order of clip ids, so that equal scores are ordered by id.
    """
    rows = np.flatnonzero(retrieved)
    return rows[np.argsort(-round_significant(scores, digits)[rows], kind="stable")]
