"""What the defects of the published program did, measured with ties at their expected rank."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clipstudy.retrieval.basic_search import ViewerRanks
from clipstudy.retrieval.evaluate import expected_reciprocal_rank, imputed_rank, measure_queries
from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.normalise import Normaliser
from clipstudy.retrieval.texts import BASIC_PARTS, normalise_texts, read_collection
from clipstudy.retrieval.weight import SCHEMES
from clipstudy.study import Retrieval

_DIGITS = 6
CURLY = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def fold_quotes(text: str) -> str:
    """Curly quotes as straight ones, which the published normaliser drops instead of turning them into words."""
    return text.translate(CURLY)


def find_cosine(published: pd.DataFrame, ranks: pd.DataFrame, index_id: str, clips: int) -> dict:
    """What the defect of the cosine length did: each scheme as published and corrected.

    Returns
    -------
    dict
        `bxc_equals_bxx`: share of published ranks that are equal under both; `schemes`: scheme -> share first and
        median rank over all indexes, and share first and MRR on `index_id`, for published results and corrected.
    """
    wide = published[published["scheme"].isin(["bxc", "bxx"])].pivot(
        index=["index_id", "query_id"], columns="scheme", values="published"
    )
    same = wide["bxc"].fillna(0) == wide["bxx"].fillna(0)
    exact = published.assign(best=published["published"], worst=published["published"])
    exact["retrieved"] = exact["published"].notna()
    corrected = ranks[ranks["scheme"].isin(SCHEMES)]
    sides = {"published": exact, "corrected": corrected}
    schemes: dict[str, dict] = {scheme: {} for scheme in SCHEMES}
    for side, table in sides.items():
        measured = measure_queries(table, [1], imputed_rank(clips))
        detail = measured[measured["index_id"] == index_id].groupby("scheme")[["success_1", "mrr"]].mean()
        over_all = measured.groupby("scheme")
        for scheme in over_all.groups:
            schemes[str(scheme)][side] = {
                "share_first": _round(over_all["success_1"].mean()[scheme]),
                "median_rank": _round(over_all["rank"].median()[scheme]),
                "index_share_first": _round(detail.loc[scheme, "success_1"]),
                "index_mrr": _round(detail.loc[scheme, "mrr"]),
            }
    return {"bxc_equals_bxx": _round(same.mean()), "index_id": index_id, "schemes": schemes}


def count_quotes(clips: pa.Table, comments: pa.Table) -> dict[str, int]:
    """How often each curly quote stands in the texts of the corpus, and in how many clips any of them does."""
    corpus = clips.filter(clips["in_corpus"])
    said = comments.filter(pc.is_in(comments["clip_id"], value_set=corpus["clip_id"].combine_chunks()))
    columns = [corpus[name] for name in (*BASIC_PARTS, "cover_text", "speech_text")] + [said["text"]]
    names = {"\u2018": "left_single", "\u2019": "apostrophes", "\u201c": "left_double", "\u201d": "right_double"}
    return {
        name: int(sum(pc.sum(pc.count_substring(column, quote)).as_py() or 0 for column in columns))
        for quote, name in names.items()
    }


def find_quotes(tables: Mapping[str, pa.Table], normalise: Normaliser, ranks: pd.DataFrame, config: Retrieval) -> dict:
    """What it did that the published normaliser turned curly quotes into words.

    Parameters
    ----------
    tables : mapping
        `clips`, `comments`, `queries` of the study.
    normalise : callable
        The published normaliser.
    ranks : DataFrame
        The table `ranks`, made with that normaliser.

    Returns
    -------
    dict
        `counts` of curly quotes in the corpus; `changes`: for the best run alone and for its scheme on all indexes,
        what folding the quotes to straight ones first does to the same ranks.
    """
    texts = normalise_texts(**tables, normalise=lambda text: normalise(fold_quotes(text)))
    collection = read_collection(texts, tables["queries"])
    folded = pa.concat_tables(run_grid(collection, name, config)[1] for name in config.tokenisations).to_pandas()
    clips = len(collection.clip_ids)
    before, after = (table[table["scheme"] == config.best_scheme] for table in (ranks, folded))
    best_before, best_after = (table[table["index_id"] == config.best_index] for table in (before, after))
    return {
        "counts": count_quotes(tables["clips"], tables["comments"]),
        "changes": {
            "best_run": _compare(best_before, best_after, clips),
            "all_indexes": _compare(before, after, clips),
        },
    }


def _compare(before: pd.DataFrame, after: pd.DataFrame, clips: int) -> dict:
    keys = ["index_id", "scheme", "query_id"]
    measured = [measure_queries(table, [1], imputed_rank(clips)).set_index(keys) for table in (before, after)]
    change = measured[1]["rank"] - measured[0]["rank"]
    return {
        "ranks": len(before),
        "better": int((change < 0).sum()),
        "worse": int((change > 0).sum()),
        "newly_retrieved": int(((measured[0]["missed"] == 1) & (measured[1]["missed"] == 0)).sum()),
        "share_first": [_round(table["success_1"].mean()) for table in measured],
        "mrr": [_round(table["mrr"].mean()) for table in measured],
        "mean_rank": [_round(table["rank"].mean()) for table in measured],
    }


def find_viewer(ranks: ViewerRanks) -> dict:
    """Share first, MRR and missed of the viewer's search, as it assigned scores and with them added."""
    return {name: _describe_ties(ties) for name, ties in zip(ranks._fields, ranks, strict=True)}


def _describe_ties(ties: np.ndarray) -> dict[str, float]:
    best, worst = np.where(ties > 0, ties, np.nan).astype(float).T
    return {
        "share_first": _round(np.where(best == 1, 1 / (worst - best + 1), 0).mean()),
        "share_first_best": _round((best == 1).mean()),
        "share_first_worst": _round((worst == 1).mean()),
        "mrr": _round(expected_reciprocal_rank(best, worst).mean()),
        "missed": int(np.isnan(best).sum()),
    }


def _round(value: float) -> float:
    return round(float(value), _DIGITS)
