import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clipstudy.retrieval.rank import CANCELLED, order_documents, rank_targets, round_significant

NUMBERS = st.floats(-1e200, 1e200).filter(lambda value: value == 0 or abs(value) >= CANCELLED)
DIGITS = st.integers(4, 15)


def rounded(value: float, digits: int) -> float:
    return float(round_significant(np.array([value]), digits)[0])


class TestRoundSignificant:
    def test_last_bits_of_a_sum_do_not_count(self):
        assert 0.1 + 0.2 != 0.3
        assert rounded(0.1 + 0.2, 10) == rounded(0.3, 10)

    def test_the_tenth_digit_counts(self):
        assert rounded(1.000000001, 10) != rounded(1.000000002, 10)

    def test_exact_numbers_stay(self):
        assert [rounded(value, 4) for value in (0.0, 1.0, -0.5, 12.25)] == [0.0, 1.0, -0.5, 12.25]

    def test_four_digits_are_fourteen_bits(self):
        # ceil(4 * log2(10)) = ceil(13.29) = 14 bits after the leading one; halves go away from zero
        step = 2**-14
        assert rounded(1 + 1.5 * step, 4) == 1 + 2 * step
        assert rounded(1 + 1.49 * step, 4) == 1 + step
        assert rounded(-1 - 1.5 * step, 4) == -1 - 2 * step

    def test_all_digits_of_a_float_leave_it_alone(self):
        assert rounded(0.1 + 0.2, 16) == 0.1 + 0.2

    def test_what_cancelled_weights_leave_is_nothing(self):
        # the last bits of a sum that should be 0, here in either order
        left = 0.1 + 0.2 - 0.3
        assert left != 0
        assert rounded(left, 10) == rounded(-left, 15) == 0
        assert rounded(1e-11, 10) != 0

    @given(NUMBERS, DIGITS)
    def test_close(self, value, digits):
        assert abs(rounded(value, digits) - value) <= 0.5 * 10.0**-digits * abs(value)

    @given(NUMBERS, DIGITS)
    def test_idempotent_and_odd(self, value, digits):
        once = rounded(value, digits)
        assert rounded(once, digits) == once
        assert rounded(-value, digits) == -once

    @given(NUMBERS, NUMBERS, DIGITS)
    def test_keeps_order(self, one, other, digits):
        low, high = sorted((one, other))
        assert rounded(low, digits) <= rounded(high, digits)


class TestRankTargets:
    @pytest.mark.parametrize(
        ("target", "best", "worst"),
        [(0, 1, 1), (1, 2, 3), (2, 2, 3), (3, 0, 0), (4, 4, 4)],
    )
    def test_one_query(self, target, best, worst):
        scores = np.array([[9.0], [5.0], [5.0], [7.0], [-1.0]])
        retrieved = np.array([[True], [True], [True], [False], [True]])
        ranks = rank_targets(scores, retrieved, np.array([target]), digits=10)
        assert (ranks.best.tolist(), ranks.worst.tolist()) == ([best], [worst])

    def test_scores_that_differ_in_the_last_bits_are_tied(self):
        scores = np.array([[0.1 + 0.2], [0.3]])
        ranks = rank_targets(scores, np.full((2, 1), True), np.array([1]), digits=10)
        assert (ranks.best[0], ranks.worst[0]) == (1, 2)

    @given(
        arrays(np.int64, (6, 4), elements=st.integers(-2, 2)),
        arrays(bool, (6, 4)),
        arrays(np.int64, 4, elements=st.integers(0, 5)),
    )
    def test_equals_counting_by_hand(self, scores, retrieved, targets):
        ranks = rank_targets(scores.astype(float), retrieved, targets, digits=10)
        for query, target in enumerate(targets):
            found = [int(scores[row, query]) for row in range(6) if retrieved[row, query]]
            own = int(scores[target, query])
            places = [place for place, score in enumerate(sorted(found, reverse=True), start=1) if score == own]
            expected = (places[0], places[-1]) if retrieved[target, query] else (0, 0)
            assert (ranks.best[query], ranks.worst[query]) == expected


class TestOrderDocuments:
    def test_score_descending_then_row(self):
        scores = np.array([1.0, 0.1 + 0.2, 5.0, 0.3, -2.0, 0.0])
        retrieved = np.array([True, True, False, True, True, True])
        assert order_documents(scores, retrieved, digits=10).tolist() == [0, 1, 3, 5, 4]

    @given(arrays(np.int64, 8, elements=st.integers(-2, 2)), arrays(bool, 8))
    def test_the_target_stands_within_its_tie(self, scores, retrieved):
        order = order_documents(scores.astype(float), retrieved, digits=10).tolist()
        assert sorted(order) == np.flatnonzero(retrieved).tolist()
        for place, row in enumerate(order, start=1):
            ranks = rank_targets(scores[:, None].astype(float), retrieved[:, None], np.array([row]), digits=10)
            assert ranks.best[0] <= place <= ranks.worst[0]
