"""How sure the comparisons are: bootstrap intervals, paired tests, honest selection.

Queries are the sampling unit. Every random draw comes from the study's seed, so that the numbers are the same
everywhere.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from clipstudy.retrieval.evaluate import FloatArray

LEVEL = 0.95
SIGNIFICANCE = 0.05  # of p-values after correction
TAILS = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
RESAMPLES = 10_000
PERMUTATIONS = 20_000
TOLERANCE = 1e-9  # equal statistics that differ in the last bits between processors


def bootstrap_intervals(
    values: FloatArray, seed: int, groups: Sequence[object] | None = None, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """95% percentile intervals of column means, resampling rows (queries) or whole groups of them (authors).

    Parameters
    ----------
    values : ndarray, shape (queries, columns)
        One row a query.
    seed : int
        Of the resampling; equal seeds resample equally, so intervals of paired columns belong together.
    groups : sequence, optional
        Group of each row; whole groups are then drawn, which respects that queries of one author are alike.
    resamples : int
        Number of bootstrap samples.

    Returns
    -------
    ndarray, shape (columns, 2)
        Lower and upper end, after Efron and Tibshirani (1993), chapter 13.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(len(values)) if groups is None else pd.factorize(np.asarray(groups))[0]
    members = int(labels.max()) + 1
    sums = np.stack([np.bincount(labels, column, members) for column in values.T], axis=1)
    sizes = np.bincount(labels, minlength=members)
    drawn = rng.integers(0, members, size=(resamples, members))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)[:, None]
    return np.quantile(means, TAILS, axis=0).T


def bootstrap_medians(values: FloatArray, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """95% percentile interval of the median, resampling queries; shape (2,)."""
    drawn = np.random.default_rng(seed).integers(0, len(values), size=(resamples, len(values)))
    return np.quantile(np.median(values[drawn], axis=1), TAILS)


def randomisation_test(differences: FloatArray, seed: int, permutations: int = PERMUTATIONS) -> float:
    """Two-sided paired randomisation test of a zero mean difference.

    The sign of each query's difference is drawn at random; the p-value counts the draws whose mean is at least as far
    from zero as the observed one, the observed one included (Smucker, Allan and Carterette, 2007).
    """
    rng = np.random.default_rng(seed)
    signs = rng.integers(0, 2, size=(permutations, len(differences))) * 2.0 - 1
    drawn = np.abs((signs * differences).sum(axis=1))
    extreme = int((drawn >= abs(differences.sum()) - TOLERANCE).sum())
    return (extreme + 1) / (permutations + 1)


def adjust_holm(p_values: Sequence[float]) -> list[float]:
    """Adjust a family of p-values by Holm (1979), which bounds the chance of any false claim in the family."""
    return [float(p) for p in multipletests(p_values, method="holm")[1]] if len(p_values) else []


def compare_runs(
    matrix: pd.DataFrame, pairs: Sequence[tuple[str, tuple[str, str], tuple[str, str]]], seed: int
) -> list[dict]:
    """Compare pairs of runs query by query and correct the family of tests.

    Parameters
    ----------
    matrix : DataFrame
        One row a query, one column a run `(index_id, scheme)`; a measure such as the reciprocal rank.
    pairs : sequence
        `(name, run, baseline)`; pairs with a run outside the matrix are left out.
    seed : int
        Of bootstrap and randomisation.

    Returns
    -------
    list of dict
        `name`, `run`, `baseline`, means of both, `difference` with its 95% `interval`, `better`, `worse` and `equal`
        queries, `p` and Holm-adjusted `p_holm`.
    """
    results = []
    for name, run, baseline in pairs:
        if run not in matrix.columns or baseline not in matrix.columns:
            continue
        new, old = matrix[run].to_numpy(float), matrix[baseline].to_numpy(float)
        differences = new - old
        low, high = bootstrap_intervals(differences[:, None], seed)[0]
        results.append(
            {
                "name": name,
                "run": list(run),
                "baseline": list(baseline),
                "mean_run": new.mean(),
                "mean_baseline": old.mean(),
                "difference": differences.mean(),
                "interval": [low, high],
                "better": int((differences > TOLERANCE).sum()),
                "worse": int((differences < -TOLERANCE).sum()),
                "equal": int((np.abs(differences) <= TOLERANCE).sum()),
                "p": randomisation_test(differences, seed),
            }
        )
    for result, p in zip(results, adjust_holm([r["p"] for r in results]), strict=True):
        result["p_holm"] = p
    return results


def compare_groups(values: pd.Series, flags: pd.DataFrame) -> list[dict]:
    """Mann-Whitney test of a measure between queries with and without each flag, Holm-adjusted.

    Parameters
    ----------
    values : Series
        One value a query (here its target's rank).
    flags : DataFrame
        Boolean columns on the same rows.

    Returns
    -------
    list of dict
        `name`, sizes and medians of both groups, `p`, `p_holm`; flags that all or no queries carry are left out.
    """
    results = []
    for name in flags.columns:
        flag = flags[name].to_numpy(bool)
        if flag.all() or not flag.any():
            continue
        yes, no = values[flag].to_numpy(float), values[~flag].to_numpy(float)
        p = float(stats.mannwhitneyu(yes, no, alternative="two-sided", method="asymptotic").pvalue)
        results.append(
            {
                "name": name,
                "with": len(yes),
                "without": len(no),
                "median_with": float(np.median(yes)),
                "median_without": float(np.median(no)),
                "p": p if np.isfinite(p) else 1.0,
            }
        )
    for result, p in zip(results, adjust_holm([r["p"] for r in results]), strict=True):
        result["p_holm"] = p
    return results


def correlate(values: pd.Series, covariates: pd.DataFrame) -> list[dict]:
    """Spearman's rank correlation of a measure with each covariate, Holm-adjusted; constant covariates left out."""
    results = []
    for name in covariates.columns:
        if covariates[name].nunique() < 2 or values.nunique() < 2:
            continue
        found = stats.spearmanr(covariates[name].to_numpy(float), values.to_numpy(float))
        results.append({"name": name, "rho": float(found.statistic), "p": float(found.pvalue)})
    for result, p in zip(results, adjust_holm([r["p"] for r in results]), strict=True):
        result["p_holm"] = p
    return results


def select_held_out(matrix: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """Choose the best run on all groups but one and score it on the one left out.

    What a grid's best run scores on the queries that chose it is optimistic; this is not.

    Parameters
    ----------
    matrix : DataFrame
        One row a query, one column a run; higher is better.
    groups : Series
        Group (author) of each row, same index.

    Returns
    -------
    Series
        Per query the score of the run chosen without its group; ties between runs go to the first column.
    """
    scores = pd.Series(index=matrix.index, dtype=float)
    for group in sorted(groups.unique()):
        out = groups == group
        means = matrix[~out].mean().round(10)
        scores[out] = matrix.loc[out, means.idxmax()]
    return scores
