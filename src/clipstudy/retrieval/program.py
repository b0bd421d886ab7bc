"""The loops of the published program on integer keys, compiled: counting, indexing, document lengths, scoring.

`clipstudy.retrieval.emulate` prepares the keys and tells what is emulated. Documents are numbered in the order in
which the published corpus was iterated.
"""

import numpy as np
from numba import njit

from clipstudy.retrieval.julia import EMPTY, insert, new_table


@njit(cache=True, nogil=True)
def invert(
    tokens: np.ndarray, starts: np.ndarray, fields: np.ndarray, shifts: np.ndarray, hashes: np.ndarray, rules: tuple
) -> tuple:
    """Invert a corpus: count the terms of each document, then enter them in the index in the order of that count.

    Parameters
    ----------
    tokens : numpy.ndarray of int32
        Term numbers of all fields.
    starts : numpy.ndarray of int64
        Shape (fields, documents + 1): where the tokens of each document begin in `tokens`.
    fields : numpy.ndarray of int64
        Fields of this index, in the order in which a document's terms are counted.
    shifts : numpy.ndarray of int64
        Added to a term's number to make its key, one a field: keys of attributed terms differ by field.
    hashes : numpy.ndarray of int64
        Hash of every key.

    Returns
    -------
    tuple
        Keys of all documents in the order of their counts, the counts, the start of each document in both, the
        number of documents of each key, and the slots of the index.
    """
    documents = starts.shape[1] - 1
    total = 0
    for field in fields:
        total += starts[field, documents] - starts[field, 0]
    keys, counts = np.empty(total, np.int32), np.empty(total, np.int32)
    begins = np.zeros(documents + 1, np.int64)
    book = np.zeros((len(hashes), 2), np.int32)  # of a key: count in this document, documents; one memory access
    index, index_state = new_table(0, rules), np.zeros(2, np.int64)
    filled = 0
    for document in range(documents):
        terms, state = new_table(0, rules), np.zeros(2, np.int64)
        for field in fields:
            for token in tokens[starts[field, document] : starts[field, document + 1]]:
                key = token + shifts[field]
                if book[key, 0] == 0:
                    terms = insert(terms, state, key, hashes, rules)
                book[key, 0] += 1
        for key in terms:
            if key != EMPTY:
                if book[key, 1] == 0:
                    index = insert(index, index_state, key, hashes, rules)
                keys[filled], counts[filled] = key, book[key, 0]
                book[key, 0] = 0
                book[key, 1] += 1
                filled += 1
        begins[document + 1] = filled
    return keys[:filled], counts[:filled], begins, book[:, 1].copy(), index


@njit(cache=True, nogil=True)
def last_visited_lengths(
    keys: np.ndarray,
    counts: np.ndarray,
    begins: np.ndarray,
    frequencies: np.ndarray,
    index: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """Lengths of documents as published: of each only the posting that comes last in the order of the index.

    Parameters
    ----------
    weights : numpy.ndarray
        Shape (documents + 1, 3): collection weights within the length by document frequency, for x, f and p.

    Returns
    -------
    numpy.ndarray
        Shape (2, 3, documents), for b and t. The root of a square, as in the program, not the absolute value.
    """
    position = np.zeros(len(frequencies), np.int64)
    for slot in range(len(index)):
        if index[slot] != EMPTY:
            position[index[slot]] = slot
    documents = len(begins) - 1
    lengths = np.zeros((2, 3, documents))
    for document in range(documents):
        last = -1
        for posting in range(begins[document], begins[document + 1]):
            if last < 0 or position[keys[posting]] > position[keys[last]]:
                last = posting
        if last >= 0:
            for c in range(3):
                weight = weights[frequencies[keys[last]], c]
                lengths[0, c, document] = np.sqrt(weight * weight)
                weight *= counts[last]
                lengths[1, c, document] = np.sqrt(weight * weight)
    return lengths


@njit(cache=True, nogil=True)
def true_lengths(
    keys: np.ndarray, counts: np.ndarray, begins: np.ndarray, frequencies: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Euclidean lengths of documents, in the form of `last_visited_lengths`."""
    documents = len(begins) - 1
    lengths = np.zeros((2, 3, documents))
    for document in range(documents):
        for posting in range(begins[document], begins[document + 1]):
            for c in range(3):
                square = weights[frequencies[keys[posting]], c] ** 2
                lengths[0, c, document] += square
                lengths[1, c, document] += square * counts[posting] ** 2
    return np.sqrt(lengths)


@njit(cache=True, nogil=True)
def select_postings(
    keys: np.ndarray, counts: np.ndarray, begins: np.ndarray, frequencies: np.ndarray, asked: np.ndarray
) -> tuple:
    """Postings lists of the asked keys: where each key's begin, their documents in corpus order, their counts."""
    starts = np.zeros(len(frequencies) + 1, np.int64)
    for key in asked:
        starts[key + 1] = frequencies[key]
    starts = np.cumsum(starts)
    ends = starts[:-1].copy()
    documents, numbers = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)
    for document in range(len(begins) - 1):
        for posting in range(begins[document], begins[document + 1]):
            key = keys[posting]
            if starts[key + 1] > starts[key]:
                documents[ends[key]], numbers[ends[key]] = document, counts[posting]
                ends[key] += 1
    return starts, documents, numbers


@njit(cache=True, nogil=True)
def comes_before(first: float, second: float) -> bool:
    """Whether a score sorts before another in descending order, where NaN is the greatest number."""
    if np.isnan(first):
        return not np.isnan(second)
    return first > second


@njit(cache=True, nogil=True, error_model="numpy")  # a score over a length of 0 is infinite or NaN, as in Julia
def rank_targets(
    query_keys: np.ndarray,
    query_starts: np.ndarray,
    targets: np.ndarray,
    postings: tuple,
    frequencies: np.ndarray,
    weights: np.ndarray,
    lengths: np.ndarray,
    hashes: np.ndarray,
    rules: tuple,
) -> np.ndarray:
    """Rank every query's target under every scheme.

    Parameters
    ----------
    query_keys, query_starts : numpy.ndarray
        Keys of all queries, each in the order of the query's dictionary, and where each query begins.
    targets : numpy.ndarray of int64
        Document that each query asks for.
    postings : tuple
        From `select_postings`.
    weights : numpy.ndarray
        Shape (documents + 1, 3): collection weights by document frequency, for x, f and p.
    lengths : numpy.ndarray
        Shape (2, 3, documents), for b and t.
    hashes : numpy.ndarray of int64
        Hashes of the documents' ids.

    Returns
    -------
    numpy.ndarray of int32
        Shape (12, queries, 3): rank in the order of the dictionary, first and last rank of the tie; 0 where the
        target shares no term with the query. Schemes are ordered bxx, bxc, bfx, bfc, bpx, bpc, then the same for t.
        Scores that differ by no more than 1e-10 of their size are tied, in `first` and `last` only.
    """
    starts, documents, numbers = postings
    ranks = np.zeros((12, len(targets), 3), np.int32)
    scores = np.empty((12, lengths.shape[2]))
    components = np.empty(12)
    for query in range(len(targets)):
        mine = query_keys[query_starts[query] : query_starts[query + 1]]
        found = np.zeros(lengths.shape[2], np.bool_)
        table, state = new_table(0, rules), np.zeros(2, np.int64)
        in_query = 1.0 / np.sqrt(float(len(mine)))
        for key in mine:
            for posting in range(starts[key], starts[key + 1]):
                document = documents[posting]
                for c in range(3):
                    binary = weights[frequencies[key], c]
                    raw = numbers[posting] * binary
                    components[2 * c] = binary
                    components[2 * c + 1] = binary / lengths[0, c, document]
                    components[6 + 2 * c] = raw
                    components[7 + 2 * c] = raw / lengths[1, c, document]
                if found[document]:
                    for scheme in range(12):
                        scores[scheme, document] += in_query * components[scheme]
                else:
                    found[document] = True
                    table = insert(table, state, document, hashes, rules)
                    for scheme in range(12):
                        scores[scheme, document] = in_query * components[scheme]
        target = targets[query]
        if found[target]:
            for scheme in range(12):
                _place(scores[scheme], target, table, ranks[scheme, query])
    return ranks


@njit(cache=True, nogil=True)
def _place(scores: np.ndarray, target: int, table: np.ndarray, rank: np.ndarray) -> None:
    score = scores[target]
    passed = False
    rank[0] = rank[1] = 1
    for document in table:
        if document == target:
            passed = True
        elif document != EMPTY:
            other = scores[document]
            before = comes_before(other, score)
            rank[0] += before or (not passed and not comes_before(score, other))
            tied = abs(other - score) <= 1e-10 * max(abs(other), abs(score)) or other == score
            rank[1] += before and not tied
            rank[2] += tied
    rank[2] += rank[1]
