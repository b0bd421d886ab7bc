"""The main numbers of a study's retrieval part, small enough for Git: what figures and paper state.

Made from the ranks of the grid, the corpus tables and the study's choice of a best run to detail.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from clipstudy.retrieval.compare import (
    LEVEL,
    PERMUTATIONS,
    RESAMPLES,
    SIGNIFICANCE,
    bootstrap_intervals,
    bootstrap_medians,
    compare_groups,
    compare_runs,
    correlate,
    select_held_out,
)
from clipstudy.retrieval.describe import TEXTS, describe_corpus, measure_texts
from clipstudy.retrieval.evaluate import imputed_rank, measure_queries, summarise
from clipstudy.study import Retrieval, StudyError

SIGNIFICANT = 6  # digits of a number in the headline
PUBLISHED_FORM = "-published"


class Run(NamedTuple):
    """One index and one scheme."""

    index_id: str
    scheme: str


class Setting(NamedTuple):
    """What an index is made of."""

    tokenisation: str
    texts: frozenset[str]
    attributed: bool


def index_settings(indexes: pd.DataFrame) -> dict[Setting, str]:
    """Map what an index is made of to its id, from the `indexes` table."""
    return {
        Setting(
            row.tokenisation, frozenset(t for t in ("speech", "cover", "comments") if getattr(row, t)), row.attributed
        ): row.index_id
        for row in indexes.itertuples()
    }


def is_corrected(schemes: pd.Series) -> pd.Series:
    """Whether a scheme is in its correct form; published forms of the cosine schemes carry a suffix."""
    return ~schemes.str.endswith(PUBLISHED_FORM)


def planned_comparisons(indexes: pd.DataFrame, best: Run) -> list[tuple[str, tuple[str, str], tuple[str, str]]]:
    """List the comparisons that the paper makes, the same for every study: `(name, run, baseline)`.

    The list was written after the published findings were known and before the corrected grid was evaluated.
    Each differs from the best run in one choice only: its texts, its tokenisation, its attribution or its scheme.
    """
    settings = index_settings(indexes)
    chosen = {index_id: setting for setting, index_id in settings.items()}.get(best.index_id)
    if chosen is None:
        raise StudyError(
            f"retrieval.best_index: '{best.index_id}' is not in the grid; known indexes: "
            f"{', '.join(sorted(settings.values()))}"
        )
    basic = settings.get(chosen._replace(texts=frozenset()))
    pairs: list[tuple[str, str | None, str, str | None, str]] = [
        ("all_texts", best.index_id, best.scheme, basic, best.scheme)
    ]
    for text in sorted(chosen.texts):
        pairs.append((text, settings.get(chosen._replace(texts=frozenset({text}))), best.scheme, basic, best.scheme))
    for other in ("word", "char4", "char5"):
        if other != chosen.tokenisation:
            rival = settings.get(chosen._replace(tokenisation=other))
            pairs.append((f"over_{other}", best.index_id, best.scheme, rival, best.scheme))
    attributed, plain = (settings.get(chosen._replace(attributed=a)) for a in (True, False))
    pairs.append(("attribution", attributed, best.scheme, plain, best.scheme))
    for name, run, baseline in (
        ("cosine_binary", "bpc", "bpx"),
        ("cosine_raw", "txc", "txx"),
        ("binary_over_raw", "bpx", "tpx"),
        ("collection_weight", "bpx", "bxx"),
        ("augmented", "npx", "bpx"),
    ):
        pairs.append((name, best.index_id, run, best.index_id, baseline))
    return [(n, Run(i, s), Run(j, t)) for n, i, s, j, t in pairs if i is not None and j is not None]


def summarise_headline(
    ranks: pd.DataFrame,
    indexes: pd.DataFrame,
    clips: pd.DataFrame,
    comments: pd.DataFrame,
    queries: pd.DataFrame,
    settings: Retrieval,
    seed: int,
) -> dict:
    """Compute the main numbers of the retrieval part.

    Parameters
    ----------
    ranks, indexes, clips, comments, queries : DataFrame
        The tables of the same names.
    settings : Retrieval
        The study's retrieval section.
    seed : int
        Of bootstrap and randomisation.

    Returns
    -------
    dict
        Ready for JSON; floats have 6 significant digits.
    """
    corpus = describe_corpus(clips, comments, queries)
    best = Run(settings.best_index, settings.best_scheme)
    cutoffs = sorted({1, *settings.cutoffs})
    measured = measure_queries(ranks, cutoffs, imputed_rank(corpus["clips"]))
    queries = queries[queries["query_id"].isin(ranks["query_id"])].set_index("query_id").sort_index()
    correct = measured[is_corrected(measured["scheme"])]
    matrix = correct.pivot(index="query_id", columns=["index_id", "scheme"], values="mrr")
    if best not in matrix.columns:
        raise StudyError(f"retrieval.best_scheme: '{best.scheme}' is not in the grid of ranks")
    top = Run(*matrix.mean().round(10).idxmax())
    groups = queries["author"].fillna("").where(queries["author"].notna(), queries.index.astype(str))
    detail = measured.set_index(["index_id", "scheme"]).loc[best].set_index("query_id")
    return round_floats(
        {
            "corpus": corpus,
            "method": {
                "resamples": RESAMPLES,
                "permutations": PERMUTATIONS,
                "share_level": LEVEL,
                "significance": SIGNIFICANCE,
            },
            "grid": {
                "indexes": ranks["index_id"].nunique(),
                "schemes": int(is_corrected(pd.Series(ranks["scheme"].unique())).sum()),
                "published_forms": int((~is_corrected(pd.Series(ranks["scheme"].unique()))).sum()),
                "runs": len(ranks[["index_id", "scheme"]].drop_duplicates()),
                "ranks": len(ranks),
                "imputed_rank": imputed_rank(corpus["clips"]),
            },
            "runs": {
                name: _describe_run(measured, run, groups, cutoffs, seed)
                for name, run in _detailed_runs(indexes, best, top).items()
            },
            "schemes": _pool(correct, ["scheme"], settings),
            "texts": _pool_texts(measured, indexes, settings),
            "comparisons": _by_name(compare_runs(matrix, planned_comparisons(indexes, best), seed)),
            "held_out": _held_out(matrix, groups, top, seed),
            "labels": _by_name(
                compare_groups(detail["rank"], queries[list(corpus["labels"])].fillna(False).astype(bool))
            ),
            "lengths": _by_name(correlate(detail["rank"], _target_lengths(queries, clips, comments))),
            "authors": _by_author(detail, queries) if corpus["authors"] else {},
        }
    )


def _by_name(results: list[dict]) -> dict:
    return {result["name"]: {key: value for key, value in result.items() if key != "name"} for result in results}


def _detailed_runs(indexes: pd.DataFrame, best: Run, top: Run) -> dict[str, Run]:
    settings = index_settings(indexes)
    chosen = {index_id: setting for setting, index_id in settings.items()}[best.index_id]
    candidates = {"best": best.index_id, "basic": settings.get(chosen._replace(texts=frozenset()))}
    candidates |= {t: settings.get(chosen._replace(tokenisation=t)) for t in ("word", "char5")}
    runs = {name: Run(index_id, best.scheme) for name, index_id in candidates.items() if index_id is not None}
    return runs | {"top": top}


def _describe_run(measured: pd.DataFrame, run: Run, groups: pd.Series, cutoffs: list[int], seed: int) -> dict:
    rows = measured[(measured["index_id"] == run.index_id) & (measured["scheme"] == run.scheme)].sort_values("query_id")
    summary = summarise(rows, ["index_id", "scheme"]).iloc[0]
    names = [*(f"success_{k}" for k in cutoffs), "mrr", "rank", "missed"]
    values = rows[names].to_numpy(float)
    intervals = dict(zip(names, bootstrap_intervals(values, seed).tolist(), strict=True))
    clustered = dict(zip(names, bootstrap_intervals(values, seed, groups.tolist()).tolist(), strict=True))
    result: dict = {"index_id": run.index_id, "scheme": run.scheme}
    for name in names:
        key = "mean_rank" if name == "rank" else name
        result[key] = {"value": summary[key], "interval": intervals[name], "interval_by_author": clustered[name]}
        if name != "missed":
            result[key]["ties"] = [summary[f"{key}_worst"], summary[f"{key}_best"]]
    median = bootstrap_medians(rows["rank"].to_numpy(float), seed).tolist()
    ties = [summary["median_rank_worst"], summary["median_rank_best"]]
    result["median_rank"] = {"value": summary["median_rank"], "interval": median, "ties": ties}
    return result


def _pool(measured: pd.DataFrame, by: list[str], settings: Retrieval) -> dict:
    """Measures of all indexes together: over all queries and, as published, without the outlying ones."""
    kept = ["success_1", "mrr", "median_rank", "median_rank_worst", "median_rank_best", "missed"]
    pooled = summarise(measured, by).set_index(by)[kept].to_dict("index")
    outliers = settings.published.outliers if settings.published else []
    if outliers:
        without = summarise(measured[~measured["query_id"].isin(outliers)], by).set_index(by)[kept].to_dict("index")
        for key, values in without.items():
            pooled[key]["without_outliers"] = values
    return {str(key): values for key, values in pooled.items()}


def _pool_texts(measured: pd.DataFrame, indexes: pd.DataFrame, settings: Retrieval) -> dict:
    """Share first and missed by added text, averaged over tokenisations and attribution, at the best scheme."""
    names = {index_id: "+".join(sorted(s.texts)) or "basic" for s, index_id in index_settings(indexes).items()}
    rows = measured[measured["scheme"] == settings.best_scheme]
    pooled = summarise(rows.assign(texts=rows["index_id"].map(names)), ["texts"]).set_index("texts")
    return pooled[["success_1", "mrr", "missed"]].to_dict("index")


def _held_out(matrix: pd.DataFrame, groups: pd.Series, top: Run, seed: int) -> dict:
    held_out = select_held_out(matrix, groups)
    low, high = bootstrap_intervals(held_out.to_numpy(float)[:, None], seed)[0]
    return {"mrr": float(held_out.mean()), "interval": [low, high], "mrr_in_sample": float(matrix[top].mean())}


def _target_lengths(queries: pd.DataFrame, clips: pd.DataFrame, comments: pd.DataFrame) -> pd.DataFrame:
    lengths = measure_texts(clips, comments).reindex(queries["target_id"])[list(TEXTS)]
    lengths.index = queries.index
    return lengths.assign(query=queries["text"].str.len())


def _by_author(detail: pd.DataFrame, queries: pd.DataFrame) -> dict:
    rows = detail.assign(author=queries["author"])
    grouped = rows.groupby("author")
    return {
        str(author): {"queries": len(group), "mrr": float(group["mrr"].mean()), "median_rank": group["rank"].median()}
        for author, group in grouped
    }


def round_floats(value: Any, digits: int = SIGNIFICANT) -> Any:
    """Round every float of nested dicts and lists to significant digits; NumPy numbers become Python's."""
    if isinstance(value, dict):
        return {str(key): round_floats(v, digits) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [round_floats(v, digits) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value
