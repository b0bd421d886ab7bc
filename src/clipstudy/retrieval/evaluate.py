"""Measures of known-item retrieval from target ranks that may be tied.

A target that shares its score with others has no single rank, only the interval `best..worst`. Every measure is
therefore given three times: expected over a uniformly random order of the tie, and with the tie broken always against
(`_worst`) and always for (`_best`) the target. A target that shares no term with the query is *missed*: it counts as
unsuccessful, its reciprocal rank is 0, and its rank is imputed with half the corpus, as the published analysis did.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from clipstudy.study import StudyError

FloatArray = NDArray[np.float64]

DIGITS = 10  # sums differ in the last bits between processors


def expected_success(best: ArrayLike, worst: ArrayLike, cutoff: int) -> FloatArray:
    """Probability that a target is among the first `cutoff` clips.

    Parameters
    ----------
    best, worst : array_like
        First and last position of the target's tie, from 1; NaN where it was missed.
    cutoff : int
        Depth of the result list.

    Returns
    -------
    ndarray
        Share of the tie's positions that are within the cutoff; 0 where the target was missed.
    """
    best, worst = np.asarray(best, float), np.asarray(worst, float)
    share = np.clip((cutoff - best + 1) / (worst - best + 1), 0, 1)
    return np.nan_to_num(share, nan=0.0)


def expected_reciprocal_rank(best: ArrayLike, worst: ArrayLike) -> FloatArray:
    """Mean of 1/r over the positions r of a tie, as a difference of harmonic numbers; 0 where missed."""
    best, worst = np.asarray(best, float), np.asarray(worst, float)
    last = int(np.nanmax(worst, initial=1))
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, last + 1))])
    hit = ~np.isnan(best)
    low, high = best[hit].astype(int), worst[hit].astype(int)
    result = np.zeros(best.shape)
    result[hit] = (harmonic[high] - harmonic[low - 1]) / (high - low + 1)
    return result


def measure_queries(ranks: pd.DataFrame, cutoffs: Sequence[int], imputed_rank: float) -> pd.DataFrame:
    """Add the measures of each single query to a ranks table.

    Parameters
    ----------
    ranks : DataFrame
        Columns of the `ranks` table; `best`, `worst`, `expected` are missing where `retrieved` is false.
    cutoffs : sequence of int
        Depths k of success@k.
    imputed_rank : float
        Rank of a missed target.

    Returns
    -------
    DataFrame
        The key columns and, for each measure of `measure_names`, `<measure>`, `<measure>_worst`, `<measure>_best`.

    Raises
    ------
    StudyError
        Where a rank contradicts itself: retrieved without a rank, or `best` > `worst`, or below 1.
    """
    best, worst = ranks["best"].to_numpy(float, na_value=np.nan), ranks["worst"].to_numpy(float, na_value=np.nan)
    hit = ranks["retrieved"].to_numpy(bool)
    wrong = (hit != ~np.isnan(best)) | (hit != ~np.isnan(worst)) | (hit & ~((best >= 1) & (worst >= best)))
    if wrong.any():
        row = ranks.iloc[int(wrong.nonzero()[0][0])]
        raise StudyError(
            f"table ranks: {wrong.sum()} rows contradict themselves, first: index {row['index_id']}, scheme "
            f"{row['scheme']}, query {row['query_id']}: best {row['best']}, worst {row['worst']}, "
            f"retrieved {row['retrieved']}; make the ranks again"
        )
    columns: dict[str, FloatArray] = {}
    for suffix, low, high in (("", best, worst), ("_worst", worst, worst), ("_best", best, best)):
        for cutoff in cutoffs:
            columns[f"success_{cutoff}{suffix}"] = expected_success(low, high, cutoff)
        columns[f"mrr{suffix}"] = expected_reciprocal_rank(low, high)
        columns[f"rank{suffix}"] = np.where(hit, (low + high) / 2, imputed_rank)
    columns["missed"] = (~hit).astype(float)
    keys = ranks[["index_id", "scheme", "query_id"]].reset_index(drop=True)
    return pd.concat([keys, pd.DataFrame(columns)], axis=1)


def summarise(measured: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Average the measures of `measure_queries` over groups of rows.

    Returns
    -------
    DataFrame
        One row a group, sorted: `queries` (rows), means of every measure (`rank` as `mean_rank`) and the median rank
        (`median_rank`), rounded to 10 decimals.
    """
    values = [c for c in measured.columns if c.startswith(("success_", "mrr", "rank", "missed"))]
    groups = measured.groupby(list(by), sort=True, observed=True)
    means = groups[values].mean().rename(columns=lambda c: f"mean_{c}" if c.startswith("rank") else c)
    medians = groups[["rank", "rank_worst", "rank_best"]].median().add_prefix("median_")
    return pd.concat([groups.size().rename("queries"), means, medians], axis=1).round(DIGITS).reset_index()


def imputed_rank(clips: int) -> float:
    """Rank that a missed target is given: half the corpus, what a random order would give on average."""
    return clips / 2


def evaluate_grid(ranks: pd.DataFrame, cutoffs: Sequence[int], clips: int) -> pd.DataFrame:
    """Evaluate every run (index x scheme) of a grid over all its queries.

    Parameters
    ----------
    ranks : DataFrame
        The `ranks` table.
    cutoffs : sequence of int
        Depths k of success@k.
    clips : int
        Size of the corpus.

    Returns
    -------
    DataFrame
        See `summarise`, keyed by `index_id` and `scheme`.
    """
    return summarise(measure_queries(ranks, cutoffs, imputed_rank(clips)), ["index_id", "scheme"])
