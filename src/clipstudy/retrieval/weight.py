"""Salton-Buckley weighting: a scheme is a triple of term, collection and normalisation component, such as `bpx`.

Salton and Buckley, Term-weighting approaches in automatic text retrieval, Information Processing & Management 24(5),
1988. Terms: b = 1, t = tf, n = 0.5 + 0.5 tf / max tf of the document. Collection, with N documents of which df have
the term: x = 1, f = log2(N / df), p = log2((N - df) / df). Normalisation: x = none, c = cosine. Queries are binary.
"""

from itertools import product

import numpy as np
from scipy import sparse

from clipstudy.retrieval.index import Index

TERM, COLLECTION, NORMALISATION = "btn", "xfp", "xc"
SCHEMES = tuple("".join(triple) for triple in product(TERM, COLLECTION, NORMALISATION))
# The published program had no n, and its cosine was not one; the schemes that it called cosine get a name of their own.
PUBLISHED_COSINE = tuple(f"{t}{c}c-published" for t, c in product("bt", COLLECTION))
PUBLISHED_SCHEMES = tuple(f"{t}{c}{n}" for t, c, n in product("bt", COLLECTION, NORMALISATION))


def collection_weights(documents: int) -> np.ndarray:
    """Collection components of a term by the number of documents that have it.

    Parameters
    ----------
    documents : int
        Documents with at least one term (N).

    Returns
    -------
    numpy.ndarray
        Shape (N + 1, 3): row df, columns in the order of `COLLECTION`; 0 where df is 0, and for p where df is N.
    """
    frequency = np.arange(1, documents + 1)
    weights = np.zeros((documents + 1, 3))
    weights[1:, 0] = 1
    weights[1:, 1] = np.log2(documents / frequency)
    weights[1:-1, 2] = np.log2((documents - frequency[:-1]) / frequency[:-1])
    return weights


def published_length_weights(documents: int) -> np.ndarray:
    """Collection components as the published document length had them: f is log2(N) / df, otherwise as they should."""
    weights = collection_weights(documents)
    weights[1:, 1] = np.log2(max(documents, 1)) / np.arange(1, documents + 1)
    return weights


def score(index: Index, queries: sparse.csc_array) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Score every document for every query under all 18 schemes, and the published cosines.

    The published length of a document is the weight of its last posting in the order of the dictionary; here the
    order of the vocabulary stands in for that of the dictionary (`emulate` has the true one).

    Parameters
    ----------
    index : Index
        Of D documents.
    queries : csc_array
        Counts of queries x terms, over the vocabulary of the index's blocks.

    Returns
    -------
    tuple
        Scheme -> scores of shape (D, queries), and the mask of retrieved pairs, of that shape: a document is
        retrieved when it shares a term with the query, whatever its score.
    """
    asked = np.flatnonzero(np.diff(queries.indptr))
    binary_queries = _ones(queries[:, asked].T.tocsc())
    shape = (len(index.largest), queries.shape[0])
    sums = {(t, c): np.zeros(shape) for t in "bt" for c in COLLECTION}
    squares = np.zeros((3, shape[0], 3))
    last = np.zeros((2, shape[0], 3))
    retrieved = np.zeros(shape, dtype=bool)
    weights_by_frequency = collection_weights(index.documents)
    squares_by_frequency = weights_by_frequency**2
    length_weights = published_length_weights(index.documents)
    for block in index.blocks:
        frequency = np.diff(block.indptr)
        squared_weights = squares_by_frequency[frequency]
        for power in range(3):
            squares[power] += _raised(block, power) @ squared_weights
        _keep_last_posting(block, length_weights, last)
        asked_counts = block[:, asked]
        weights = weights_by_frequency[frequency[asked]]
        weighted = sparse.hstack([binary_queries * weights[:, [c]] for c in range(3)], format="csc")
        for t, counts in (("b", _ones(asked_counts)), ("t", asked_counts)):
            products = np.hsplit((counts @ weighted).toarray(), 3)
            for c, product_of_c in zip(COLLECTION, products, strict=True):
                sums[t, c] += product_of_c
        retrieved |= (_ones(asked_counts) @ binary_queries).toarray() > 0
    return _schemes(sums, squares, last, index.largest[:, None]), retrieved


def _raised(block: sparse.csc_array, power: int) -> sparse.csc_array:
    return sparse.csc_array((block.data**power, block.indices, block.indptr), shape=block.shape)


def _ones(block: sparse.csc_array) -> sparse.csc_array:
    return _raised(block, 0)


def _keep_last_posting(block: sparse.csc_array, weights_by_frequency: np.ndarray, last: np.ndarray) -> None:
    """Overwrite `last`, |weight| of shape (b and t, documents, 3), where this block has a posting of the document."""
    position = np.full(block.shape[0], -1)
    position[block.indices] = np.arange(block.nnz)  # in column order: the last assignment stays
    mine = np.flatnonzero(position >= 0)
    columns = np.searchsorted(block.indptr, position[mine], side="right") - 1
    frequency = block.indptr[columns + 1] - block.indptr[columns]
    last[0, mine] = np.abs(weights_by_frequency[frequency])
    last[1, mine] = block.data[position[mine], None] * last[0, mine]


def _schemes(
    sums: dict[tuple[str, str], np.ndarray], squares: np.ndarray, last: np.ndarray, largest: np.ndarray
) -> dict[str, np.ndarray]:
    scores = {}
    for number, c in enumerate(COLLECTION):
        b, t = sums["b", c], sums["t", c]
        one, tf, tf2 = (squares[power, :, [number]].T for power in range(3))
        augmented = 0.25 * (one + 2 * tf / largest + tf2 / largest**2)
        components = {"b": (b, one), "t": (t, tf2), "n": (0.5 * b + 0.5 * t / largest, augmented)}
        for name, (total, square) in components.items():
            scores[f"{name}{c}x"] = total
            scores[f"{name}{c}c"] = _divide(total, np.sqrt(square))
        for name, total, length in zip("bt", (b, t), last[:, :, [number]], strict=True):
            scores[f"{name}{c}c-published"] = _divide(total, length)
    return scores


def _divide(scores: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Scores over lengths of shape (D, 1); a document of length 0 has only terms of weight 0, so its score is 0."""
    return np.divide(scores, lengths, out=np.zeros_like(scores), where=lengths > 0)
