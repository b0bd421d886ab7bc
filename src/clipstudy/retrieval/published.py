"""The published results of the retrieval experiments, read from their SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from clipstudy.retrieval.index import list_indexes
from clipstudy.study import Retrieval, StudyError

_INDEXES = """
SELECT index_id AS published_id, ngram_size, sr AS speech, ocr AS cover, comments, field_attributions AS attributed,
       indexing_time AS seconds, storage AS bytes, vocab_size AS vocabulary
FROM indexes ORDER BY index_id
"""
_RANKS = """
SELECT e.index_id AS published_id, e.term_weight || e.collection_weight || e.normalizer AS scheme, r.query_id,
       r.target_rank AS published, r.retrieval_time AS seconds
FROM ranking_results r JOIN experiments e USING (experiment_id)
ORDER BY published_id, scheme, r.query_id
"""


class Published(NamedTuple):
    """Published tables.

    `indexes`: published_id (1-80), index_id, ngram_size (missing for words), speech, cover, comments, attributed,
    seconds to build it, bytes, vocabulary. `ranks`: published_id, index_id, scheme, query_id (from 1), published
    (rank of the target, missing where it was not retrieved), seconds to retrieve it.
    """

    indexes: pd.DataFrame
    ranks: pd.DataFrame


def read_published(path: Path) -> Published:
    """Read the published results; the file is opened read-only.

    Raises
    ------
    StudyError
        Where the file is missing or is not such a database.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            indexes = pd.read_sql_query(_INDEXES, connection)
            ranks = pd.read_sql_query(_RANKS, connection)
    except (sqlite3.Error, pd.errors.DatabaseError) as error:
        raise StudyError(f"{path}: not a readable database of published results: {error}; fetch it again") from None
    flags = ["speech", "cover", "comments", "attributed"]
    indexes = indexes.astype(dict.fromkeys(flags, bool) | {"ngram_size": "Int64"})
    slugs = {name.published_id: name.slug for name in list_indexes(Retrieval())}
    unknown = sorted(set(indexes["published_id"]) - set(slugs))
    if unknown:
        raise StudyError(f"{path}: table indexes: unknown index_id {unknown[0]}; known are 1 to {len(slugs)}")
    for frame in (indexes, ranks):
        frame.insert(1, "index_id", frame["published_id"].map(slugs))
    return Published(indexes, ranks.astype({"published": "Int64"}))
