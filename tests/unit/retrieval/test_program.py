"""The loops of the published program on chosen hashes: what is visited last, and who wins a tie."""

import numpy as np
import pytest

from clipstudy.retrieval import program
from clipstudy.retrieval.julia import JULIA

RULES = JULIA[1:]
# Document 0: basic "0 0 2", speech "1"; document 1: basic "2", speech "". Terms 0 and 1 meet in slot 5, term 2 is in 3.
TOKENS = np.array([0, 0, 2, 2, 1], np.int32)
STARTS = np.array([[0, 3, 4], [4, 5, 5]])
HASHES = np.array([5, 5, 3])
PLAIN = np.zeros(2, np.int64)
ONES = np.ones((3, 3))


def invert(fields, shifts=PLAIN, hashes=HASHES):
    return program.invert(TOKENS, STARTS, np.array(fields), shifts, hashes, RULES)


def lengths(fields):
    keys, counts, begins, frequencies, index = invert(fields)
    return program.last_visited_lengths(keys, counts, begins, frequencies, index, ONES)


def test_terms_enter_the_index_in_the_order_of_their_count():
    keys, counts, begins, frequencies, index = invert([0, 1])
    assert keys.tolist() == [2, 0, 1, 2]  # document 0: slots 3, 5, 6; document 1: slot 3
    assert counts.tolist() == [1, 2, 1, 1]
    assert begins.tolist() == [0, 3, 4]
    assert frequencies.tolist() == [1, 1, 2]
    assert np.flatnonzero(index != -1).tolist() == [3, 5, 6]


def test_the_length_is_that_of_the_last_posting_in_the_order_of_the_index():
    # term 1 (tf 1) came after term 0 and went to slot 6, the last; document 1 has term 2 alone
    assert lengths([0, 1])[1, 0].tolist() == [1, 1]


def test_the_order_of_fields_decides_which_posting_is_last():
    # speech first: term 1 has slot 5, term 0 (tf 2) goes to slot 6
    assert lengths([1, 0])[1, 0].tolist() == [2, 1]


def test_attributed_terms_have_keys_of_their_own():
    keys, *_ = invert([0, 1], shifts=np.array([0, 3]), hashes=np.array([5, 5, 3, 9, 1, 9]))
    assert keys.tolist() == [4, 2, 0, 2]  # the speech term is key 3 + 1, in slot 1


def test_true_lengths_are_euclidean():
    keys, counts, begins, frequencies, _ = invert([0, 1])
    weights = np.array([[0, 0, 0], [1, 2, 3], [1, 5, 7]])  # by document frequency
    found = program.true_lengths(keys, counts, begins, frequencies, weights)
    # document 0, f: term 2 has df 2, terms 0 and 1 df 1; tf is 1, 2, 1
    assert found[0, 1, 0] == pytest.approx(np.sqrt(5**2 + 2**2 + 2**2))
    assert found[1, 1, 0] == pytest.approx(np.sqrt(5**2 + (2 * 2) ** 2 + 2**2))
    assert found[1, 2, 1] == pytest.approx(7)


def rank(query, targets, ids, weights=ONES, vectors=None):
    keys, counts, begins, frequencies, _ = invert([0, 1])
    postings = program.select_postings(keys, counts, begins, frequencies, np.unique(query))
    vectors = np.ones((2, 3, 2)) if vectors is None else vectors
    asked = np.tile(query, len(targets)), np.arange(len(targets) + 1) * len(query)
    return program.rank_targets(
        *asked, np.array(targets), postings, frequencies, weights, vectors, np.array(ids), RULES
    )


@pytest.mark.parametrize(("ids", "first"), [([4, 9], 0), ([9, 4], 1), ([9, 9], 0), ([15, 15], 1)])
def test_equal_scores_stay_in_the_order_of_the_dictionary(ids, first):
    # both documents have term 2 once; with equal hashes document 0 comes first, unless the other wraps around
    ranks = rank(np.array([2]), [0, 1], ids)[0]
    assert ranks[first].tolist() == [1, 1, 2]
    assert ranks[1 - first].tolist() == [2, 1, 2]


def test_higher_scores_come_first_and_missed_targets_have_no_rank():
    ranks = rank(np.array([0, 2]), [0, 1], [9, 4])
    assert ranks[0].tolist() == [[1, 1, 1], [2, 2, 2]]  # bxx: 2 terms against 1
    assert rank(np.array([1]), [1], [9, 4])[0].tolist() == [[0, 0, 0]]


def test_negative_sums_count_as_retrieved():
    weights = np.tile([[1.0], [1.0], [-1.0]], 3)
    ranks = rank(np.array([1, 2]), [1], [9, 4], weights)  # document 0: 1 - 1, document 1: -1
    assert ranks[0].tolist() == [[2, 2, 2]]


def test_nan_is_the_greatest_score():
    weights = np.tile([[1.0], [1.0], [0.0]], 3)
    vectors = np.ones((2, 3, 2))
    vectors[:, :, 1] = 0
    ranks = rank(np.array([1, 2]), [0, 1], [4, 9], weights, vectors)
    assert ranks[1, :, 0].tolist() == [2, 1]  # bxc: document 1 has 0/0
    assert ranks[0, :, 0].tolist() == [1, 2]  # bxx: it has 0
