"""What each index costs when it is built alone: construction time, memory, vocabulary, time of a query.

These are measurements of one machine: they are kept apart from everything that is compared byte by byte.
"""

from collections.abc import Callable
from functools import partial
from statistics import fmean, median
from time import perf_counter
from typing import TypeVar

import numpy as np
from scipy import sparse

from clipstudy.retrieval.index import Index, IndexName, build_index
from clipstudy.retrieval.rank import order_documents
from clipstudy.retrieval.texts import QUERY, Collection
from clipstudy.retrieval.tokenise import count_terms
from clipstudy.retrieval.weight import COLLECTION, collection_weights

REPEATS = 3
Result = TypeVar("Result")


def time_index(collection: Collection, name: IndexName, scheme: str, digits: int) -> dict[str, object]:
    """Build one index alone and answer every query from it.

    Parameters
    ----------
    collection : Collection
        Normalised texts and queries; normalisation is not part of the time.
    name : IndexName
        The index to build.
    scheme : str
        A triple without normalisation and with binary terms, such as `bpx`, under which queries are answered.
    digits : int
        Significant digits of a score.

    Returns
    -------
    dict
        index_id; construction_seconds (median of `REPEATS`); memory_bytes of the counts; vocabulary;
        mean_query_seconds to score one query and order what it retrieves.
    """
    texts = {field: collection.texts[field] for field in ("basic", *name.sources, QUERY)}
    seconds = []
    for _ in range(REPEATS):
        elapsed, (index, queries) = _timed(partial(_build, texts, name))
        seconds.append(elapsed)
    weighted = weigh_blocks(index, scheme)
    times = [
        _timed(partial(answer_query, weighted, _terms(queries, row), digits))[0] for row in range(queries.shape[0])
    ]
    return {
        "index_id": name.slug,
        "construction_seconds": float(f"{median(seconds):.3g}"),
        "memory_bytes": index.bytes,
        "vocabulary": index.vocabulary,
        "mean_query_seconds": float(f"{fmean(times):.3g}"),
    }


def _build(texts: dict[str, list[str]], name: IndexName) -> tuple[Index, sparse.csr_array]:
    counts = count_terms(texts, name.tokenisation)
    queries = counts.pop(QUERY).tocsr()
    blocks = list(counts.values())
    return build_index(blocks if name.attributed else [sum(blocks[1:], blocks[0]).tocsc()]), queries


def weigh_blocks(index: Index, scheme: str) -> list[sparse.csc_array]:
    """Weights of documents x terms under a scheme without normalisation and with binary terms, such as `bpx`."""
    return [
        _weigh(block, collection_weights(index.documents)[:, COLLECTION.index(scheme[1])]) for block in index.blocks
    ]


def _weigh(block: sparse.csc_array, weights_by_frequency: np.ndarray) -> sparse.csc_array:
    frequency = np.diff(block.indptr)
    data = np.repeat(weights_by_frequency[frequency], frequency)
    return sparse.csc_array((data, block.indices, block.indptr), shape=block.shape)


def _terms(queries: sparse.csr_array, row: int) -> np.ndarray:
    return queries.indices[queries.indptr[row] : queries.indptr[row + 1]]


def answer_query(weighted: list[sparse.csc_array], terms: np.ndarray, digits: int) -> np.ndarray:
    """Rank the documents that share a term with one query.

    Parameters
    ----------
    weighted : list of csc_array
        From `weigh_blocks`.
    terms : numpy.ndarray of int
        Columns of the query's distinct terms.
    digits : int
        Significant digits of a score.

    Returns
    -------
    numpy.ndarray of int
        Rows of the retrieved documents, best first.
    """
    scores = np.zeros(weighted[0].shape[0])
    retrieved = np.zeros(len(scores), dtype=bool)
    for block in weighted:
        chosen = block[:, terms]
        scores += np.bincount(chosen.indices, weights=chosen.data, minlength=len(scores))
        retrieved[chosen.indices] = True
    return order_documents(scores, retrieved, digits)


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = perf_counter()
    result = work()
    return perf_counter() - started, result
