"""A few numbers that say how a study did, small enough to compare between versions at a glance (`dvc metrics`)."""

from collections.abc import Mapping

import pandas as pd

from clipstudy.retrieval.evaluate import expected_success

DEEPEST = 50  # of the curve of success, which hardly rises after it
CURVES = ("best", "basic", "top")
MEASURES = ("mrr", "median_rank", "success_1", "missed")
RECOVERED = {
    "media": [
        "planted_faults_right_share",
        "comments_recovered_share",
        "replies_recovered_share",
        "captions_recovered_share",
    ],
    "virality": ["episode_precision", "episode_recall", "overflow_repaired_share", "follower_effect_coverage"],
}


def summarise_retrieval(headline: Mapping) -> dict:
    """Pick the size of the corpus and the main measures of the detailed runs from the headline of the retrieval part.

    Returns
    -------
    dict
        clips, queries; of each run in `CURVES` its reciprocal rank (mrr), median rank, share first (success_1) and
        share missed; the reciprocal rank of the top run on queries that had no part in choosing it (held_out_mrr).
    """
    chosen = {name: headline["runs"][name] for name in CURVES if name in headline["runs"]}
    runs = {name: {key: run[key]["value"] for key in MEASURES} for name, run in chosen.items()}
    corpus = {key: headline["corpus"][key] for key in ("clips", "queries")}
    return corpus | runs | {"held_out_mrr": headline["held_out"]["mrr"]}


def trace_success(ranks: pd.DataFrame, headline: Mapping) -> list[dict]:
    """Share of targets among the first N clips, for N from 1 to 50, a column for each run in `CURVES`.

    Parameters
    ----------
    ranks : DataFrame
        The table `ranks` of the grid.
    headline : mapping
        Of the retrieval part, which names the runs.

    Returns
    -------
    list of dict
        One row for each cutoff, shares rounded to 6 digits.
    """
    rows: list[dict] = [{"cutoff": cutoff} for cutoff in range(1, DEEPEST + 1)]
    for name in (name for name in CURVES if name in headline["runs"]):
        run = headline["runs"][name]
        chosen = ranks[(ranks["index_id"] == run["index_id"]) & (ranks["scheme"] == run["scheme"])]
        best, worst = (chosen[end].to_numpy(float, na_value=float("nan")) for end in ("best", "worst"))
        for row in rows:
            row[name] = round(float(expected_success(best, worst, row["cutoff"]).mean()), 6)
    return rows


def list_recovered(parts: Mapping[str, Mapping]) -> list[dict]:
    """Shares of a simulated truth that were recovered: one row for each measure of the `media` and `virality` parts."""
    return [
        {"part": part, "measure": measure, "share": numbers[measure]}
        for part, numbers in parts.items()
        for measure in RECOVERED.get(part, [])
    ]
