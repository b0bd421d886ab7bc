"""Measures on ties, by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.retrieval.evaluate import (
    evaluate_grid,
    expected_reciprocal_rank,
    expected_success,
    imputed_rank,
    measure_queries,
)
from clipstudy.study import StudyError


def ranks_frame(rows: list[tuple[int, int] | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "index_id": "word-basic-plain",
            "scheme": "bpx",
            "query_id": range(1, len(rows) + 1),
            "best": pd.array([row and row[0] for row in rows], dtype="Int64"),
            "worst": pd.array([row and row[1] for row in rows], dtype="Int64"),
            "retrieved": [row is not None for row in rows],
        }
    )


def test_success_is_the_share_of_a_tie_within_the_cutoff():
    # ties at 1..4, 3..6 and 7..7; within the first 4 are 4/4, 2/4 and 0/1 of their places
    assert expected_success([1, 3, 7], [4, 6, 7], 4).tolist() == [1.0, 0.5, 0.0]
    assert expected_success([1, 3, 7], [4, 6, 7], 1).tolist() == [0.25, 0.0, 0.0]


def test_reciprocal_rank_is_the_mean_over_a_tie():
    expected = [(1 / 1 + 1 / 2) / 2, (1 / 3 + 1 / 4 + 1 / 5) / 3, 0.0]
    assert expected_reciprocal_rank([1, 3, np.nan], [2, 5, np.nan]) == pytest.approx(expected)


def test_missed_target_counts_nothing_and_ranks_in_the_middle():
    measured = measure_queries(ranks_frame([(2, 2), None]), [1, 5], imputed_rank(40))
    assert measured["success_5"].tolist() == [1.0, 0.0]
    assert measured["mrr"].tolist() == [0.5, 0.0]
    assert measured["rank"].tolist() == [2.0, 20.0]
    assert measured["missed"].tolist() == [0.0, 1.0]


def test_grid_is_averaged_by_run_with_bounds():
    found = evaluate_grid(ranks_frame([(1, 2), (1, 1), None, (3, 3)]), [1], 10).iloc[0]
    assert found["queries"] == 4
    assert found["success_1"] == (0.5 + 1 + 0 + 0) / 4
    assert (found["success_1_worst"], found["success_1_best"]) == (1 / 4, 2 / 4)
    assert found["mean_rank"] == (1.5 + 1 + 5 + 3) / 4
    assert found["median_rank"] == (1.5 + 3) / 2
    assert found["missed"] == 1 / 4


@pytest.mark.parametrize("row", [(0, 1), (3, 2)])
def test_impossible_rank_is_named(row):
    with pytest.raises(StudyError, match=r"first: index word-basic-plain, scheme bpx, query 2"):
        measure_queries(ranks_frame([(1, 1), row]), [1], 5.0)


def test_retrieved_without_rank_is_named():
    frame = ranks_frame([None])
    frame["retrieved"] = True
    with pytest.raises(StudyError, match="make the ranks again"):
        measure_queries(frame, [1], 5.0)


ties = st.tuples(st.integers(1, 50), st.integers(0, 50)).map(lambda t: (t[0], t[0] + t[1]))


@given(st.lists(st.one_of(st.none(), ties), min_size=1, max_size=20), st.integers(1, 60))
def test_expectation_lies_between_its_bounds_and_equals_the_mean_over_places(rows, cutoff):
    measured = measure_queries(ranks_frame(rows), [cutoff], 100.0)
    for name in (f"success_{cutoff}", "mrr"):
        assert (measured[f"{name}_worst"] <= measured[name] + 1e-12).all()
        assert (measured[name] <= measured[f"{name}_best"] + 1e-12).all()
    for row, success, reciprocal in zip(rows, measured[f"success_{cutoff}"], measured["mrr"], strict=True):
        places = np.arange(row[0], row[1] + 1) if row else np.array([])
        assert success == pytest.approx(np.mean(places <= cutoff) if row else 0)
        assert reciprocal == pytest.approx(np.mean(1 / places) if row else 0)
