"""Intervals where rows depend on one another: whole clusters (creators) are drawn, with all of their rows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from clipstudy.virality.groups import FloatArray, IntArray

RESAMPLES = 2000
Interval = tuple[float, float]


def cluster_interval(
    statistic: Callable[[IntArray], float | FloatArray], clusters: NDArray, seed: int, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """95 % percentile interval by the cluster bootstrap (Davison and Hinkley, 1997, section 3.8).

    Parameters
    ----------
    statistic : callable
        Takes row numbers, with repetition, and gives one number or several.
    clusters : ndarray, shape (rows,)
        Cluster of each row.
    seed : int
        Of the draws.
    resamples : int
        Number of draws.

    Returns
    -------
    ndarray, shape (2,) or (2, statistics)
        Lower and upper ends.
    """
    rng = np.random.default_rng(seed)
    labels, of_row = np.unique(clusters, return_inverse=True)
    rows, drawn = np.arange(len(of_row)), []
    for _ in range(resamples):
        times = np.bincount(rng.integers(0, len(labels), len(labels)), minlength=len(labels))
        drawn.append(statistic(np.repeat(rows, times[of_row])))
    return np.nanquantile(np.array(drawn, float), [0.025, 0.975], axis=0)


def share_interval(hits: int, trials: int) -> Interval:
    """Exact 95 % interval of a share of independent trials (Clopper and Pearson, 1934)."""
    low = float(stats.beta.ppf(0.025, hits, trials - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high


def significant(content: object, digits: int = 6) -> object:
    """Round every float within a JSON-like object to significant digits; what is not finite becomes None."""
    if isinstance(content, dict):
        return {key: significant(value, digits) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [significant(value, digits) for value in content]
    if isinstance(content, float | np.floating):
        return float(f"{content:.{digits}g}") if np.isfinite(content) else None
    return content.item() if isinstance(content, np.generic) else content
