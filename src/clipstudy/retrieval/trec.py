"""Runs and relevance judgements in TREC form, and the check of our measures against ir-measures.

Evaluators treat equal scores differently. A run is therefore frozen in one total order (score descending, clip id
ascending) and written with N - rank as its score, so that every evaluator sees the same ranking.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures
import numpy as np
import pandas as pd
from ir_measures import RR, Success

from clipstudy.files import whole_file
from clipstudy.retrieval.evaluate import DIGITS, imputed_rank, measure_queries
from clipstudy.retrieval.index import build_indexes, list_indexes
from clipstudy.retrieval.rank import order_documents
from clipstudy.retrieval.texts import QUERY, Collection
from clipstudy.retrieval.tokenise import count_terms
from clipstudy.retrieval.weight import score
from clipstudy.study import Retrieval, StudyError

TOLERANCE = 1e-9


def rank_clips(collection: Collection, index_id: str, scheme: str, config: Retrieval) -> list[list[str]]:
    """Rank the clips for every query of one run in the frozen total order.

    Parameters
    ----------
    collection : Collection
        Normalised texts, queries and targets.
    index_id, scheme : str
        The run.
    config : Retrieval
        The study's retrieval section.

    Returns
    -------
    list of list of str
        For each query the ids of the retrieved clips, best first.

    Raises
    ------
    StudyError
        Where the grid has no such index.
    """
    names = [name for name in list_indexes(config) if name.slug == index_id]
    if not names:
        raise StudyError(f"run {index_id} x {scheme}: the grid has no index '{index_id}'")
    counts = count_terms(collection.texts, names[0].tokenisation)
    queries = counts.pop(QUERY)
    _, index = next(build_indexes(counts, names))
    scores, retrieved = score(index, queries)
    return [
        [collection.clip_ids[row] for row in order_documents(values, found, config.significant_digits)]
        for values, found in zip(scores[scheme].T, retrieved.T, strict=True)
    ]


def write_run(path: Path, query_ids: Sequence[int], rankings: Sequence[Sequence[str]], clips: int, tag: str) -> None:
    """Write a run: `query Q0 clip rank score tag`, with score = clips - rank."""
    _write_lines(
        path,
        (
            f"{query_id} Q0 {clip_id} {rank} {clips - rank} {tag}"
            for query_id, ranking in zip(query_ids, rankings, strict=True)
            for rank, clip_id in enumerate(ranking, start=1)
        ),
    )


def write_qrels(path: Path, query_ids: Sequence[int], targets: Sequence[str]) -> None:
    """Write relevance judgements: `query 0 clip 1`, one relevant clip a query."""
    _write_lines(path, (f"{query_id} 0 {target} 1" for query_id, target in zip(query_ids, targets, strict=True)))


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def find_positions(rankings: Sequence[Sequence[str]], targets: Sequence[str]) -> list[float]:
    """Position of each query's target in its ranking, from 1; NaN where it is not there."""
    positions = (
        {clip_id: rank for rank, clip_id in enumerate(ranking, start=1)}.get(target, np.nan)
        for ranking, target in zip(rankings, targets, strict=True)
    )
    return [float(position) for position in positions]


def check_run(
    run: Path, qrels: Path, ties: pd.DataFrame, positions: Sequence[float], cutoffs: Sequence[int], clips: int
) -> dict[str, float]:
    """Hold an exported run against the ranks table and our measures against those of ir-measures.

    Parameters
    ----------
    run, qrels : Path
        Files in TREC form.
    ties : DataFrame
        Rows of the `ranks` table for this run, in the order of `positions`.
    positions : sequence of float
        Position of each target in the run; NaN where missed.
    cutoffs : sequence of int
        Depths of success@k.
    clips : int
        Size of the corpus.

    Returns
    -------
    dict
        `mrr` and `success_<k>` by ir-measures.

    Raises
    ------
    StudyError
        Where a target's position is outside its tie, or a measure differs by more than 1e-9.
    """
    position = np.asarray(positions, float)
    best, worst = (ties[column].to_numpy(float, na_value=np.nan) for column in ("best", "worst"))
    inside = (np.isnan(position) & np.isnan(best)) | ((position >= best) & (position <= worst))
    if not inside.all():
        row = ties.iloc[int((~inside).nonzero()[0][0])]
        raise StudyError(
            f"{run}: {(~inside).sum()} targets are not where table ranks has them, first query {row['query_id']}"
        )
    frozen = measure_queries(ties.assign(best=position, worst=position), cutoffs, imputed_rank(clips))
    measures = {RR: "mrr"} | {Success @ k: f"success_{k}" for k in cutoffs}
    theirs = ir_measures.calc_aggregate(
        list(measures), list(ir_measures.read_trec_qrels(str(qrels))), list(ir_measures.read_trec_run(str(run)))
    )
    found = {name: round(float(theirs[measure]), DIGITS) for measure, name in measures.items()}
    for name, value in found.items():
        if abs(value - frozen[name].mean()) > TOLERANCE:
            raise StudyError(f"{run}: {name} is {frozen[name].mean():.10f} by us and {value:.10f} by ir-measures")
    return found


def export_runs(
    collection: Collection, ranks: pd.DataFrame, runs: Mapping[str, Mapping], config: Retrieval, folder: Path
) -> dict[str, dict[str, float]]:
    """Write named runs and the judgements to a folder and check every one of them.

    Parameters
    ----------
    collection : Collection
        Normalised texts, queries and targets.
    ranks : DataFrame
        The `ranks` table.
    runs : mapping
        Name -> `index_id` and `scheme`; each becomes `<name>.run` beside `qrels.txt`.
    config : Retrieval
        The study's retrieval section.
    folder : Path
        Where the files go.

    Returns
    -------
    dict
        Name -> measures by ir-measures on the frozen order.
    """
    targets = [collection.clip_ids[row] for row in collection.targets]
    qrels = folder / "qrels.txt"
    write_qrels(qrels, collection.query_ids, targets)
    checked = {}
    for name, run in sorted(runs.items()):
        rankings = rank_clips(collection, run["index_id"], run["scheme"], config)
        path = folder / f"{name}.run"
        write_run(path, collection.query_ids, rankings, len(collection.clip_ids), name)
        ties = ranks[(ranks["index_id"] == run["index_id"]) & (ranks["scheme"] == run["scheme"])]
        ties = ties.set_index("query_id").loc[collection.query_ids].reset_index()
        positions = find_positions(rankings, targets)
        checked[name] = check_run(path, qrels, ties, positions, config.cutoffs, len(collection.clip_ids))
    return checked
