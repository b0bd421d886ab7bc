"""The grid of experiments: every index of a tokenisation under every scheme, for every query."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from clipstudy.retrieval.index import Index, IndexName, build_indexes, list_indexes
from clipstudy.retrieval.rank import TargetRanks, rank_targets
from clipstudy.retrieval.texts import QUERY, Collection
from clipstudy.retrieval.tokenise import count_terms
from clipstudy.retrieval.weight import score
from clipstudy.study import Retrieval
from clipstudy.tables import build_table


def run_grid(
    collection: Collection, tokenisation: str, config: Retrieval, report: Callable[[str], None] = lambda _: None
) -> tuple[pa.Table, pa.Table]:
    """Run every experiment of the grid with one tokenisation.

    Parameters
    ----------
    collection : Collection
        Normalised texts, queries and targets.
    report : callable
        Told the identifier of each index when it is done.

    Returns
    -------
    tuple of pyarrow.Table
        Tables `indexes` and `ranks`.
    """
    names = list_indexes(config.model_copy(update={"tokenisations": [tokenisation]}))
    return run_indexes(collection, names, config.significant_digits, report)


def run_indexes(
    collection: Collection, names: Sequence[IndexName], digits: int, report: Callable[[str], None] = lambda _: None
) -> tuple[pa.Table, pa.Table]:
    """Run every scheme on some indexes of one tokenisation; see `run_grid`.

    Parameters
    ----------
    digits : int
        Significant digits of a score that count.
    """
    fields = {"basic", QUERY, *(source for name in names for source in name.sources)}
    texts = {field: column for field, column in collection.texts.items() if field in fields}
    counts = count_terms(texts, names[0].tokenisation)
    queries = counts.pop(QUERY)
    described: list[dict[str, object]] = []
    slugs, schemes, ranks = [], [], []
    for name, index in build_indexes(counts, names):
        described.append(describe_index(name, index))
        scores, retrieved = score(index, queries)
        for scheme, values in scores.items():
            ranks.append(rank_targets(values, retrieved, collection.targets, digits))
            slugs.append(name.slug)
            schemes.append(scheme)
        report(name.slug)
    return build_table("indexes", _columns(described)), _ranks_table(slugs, schemes, ranks, collection.query_ids)


def describe_index(name: IndexName, index: Index) -> dict[str, object]:
    """Row of the table `indexes`."""
    return {
        "index_id": name.slug,
        "published_id": name.published_id,
        "tokenisation": name.tokenisation,
        **{source: source in name.sources for source in ("speech", "cover", "comments")},
        "attributed": name.attributed,
        "vocabulary": index.vocabulary,
        "postings": index.postings,
        "bytes": index.bytes,
    }


def _columns(rows: list[dict[str, object]]) -> dict[str, object]:
    return {key: [row[key] for row in rows] for key in rows[0]}


def _ranks_table(slugs: list[str], schemes: list[str], ranks: list[TargetRanks], query_ids: Sequence[int]) -> pa.Table:
    best = np.concatenate([r.best for r in ranks])
    worst = np.concatenate([r.worst for r in ranks])
    missed = best == 0
    return build_table(
        "ranks",
        {
            "index_id": np.repeat(slugs, len(query_ids)),
            "scheme": np.repeat(schemes, len(query_ids)),
            "query_id": np.tile(query_ids, len(slugs)),
            "best": pa.array(best, mask=missed),
            "worst": pa.array(worst, mask=missed),
            "expected": pa.array((best + worst) / 2, mask=missed),
            "retrieved": ~missed,
        },
    )
