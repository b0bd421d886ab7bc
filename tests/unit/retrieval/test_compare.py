"""Intervals, tests and selection on numbers that can be checked by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from clipstudy.retrieval.compare import (
    adjust_holm,
    bootstrap_intervals,
    bootstrap_medians,
    compare_groups,
    compare_runs,
    correlate,
    randomisation_test,
    select_held_out,
)


def test_interval_of_a_share_is_near_the_binomial_one():
    values = np.repeat([1.0, 0.0], [60, 40])[:, None]
    low, high = bootstrap_intervals(values, seed=1)[0]
    # normal approximation: 0.6 -+ 1.96 * sqrt(0.6 * 0.4 / 100)
    assert low == pytest.approx(0.504, abs=0.015)
    assert high == pytest.approx(0.696, abs=0.015)


def test_groups_that_agree_within_widen_the_interval():
    values = np.repeat([0.0, 1.0, 0.0, 1.0], 25)[:, None]
    single = np.diff(bootstrap_intervals(values, seed=1)[0])
    grouped = np.diff(bootstrap_intervals(values, 1, groups=np.repeat(list("abcd"), 25))[0])
    assert grouped > 2 * single


def test_equal_seeds_resample_equally():
    values = np.sqrt(np.arange(20.0))[:, None]
    assert (bootstrap_intervals(values, 3) == bootstrap_intervals(values, 3)).all()
    assert (bootstrap_intervals(values, 3) != bootstrap_intervals(values, 4)).any()
    assert bootstrap_medians(np.ones(5), 3).tolist() == [1.0, 1.0]


def test_randomisation_approaches_the_exact_test():
    differences = np.array([0.5, 0.3, -0.1, 0.4, 0.2])
    sums = [abs(np.dot(signs, differences)) for signs in product([-1, 1], repeat=5)]
    exact = np.mean(np.array(sums) >= abs(differences.sum()) - 1e-9)  # 4 of 32 signings
    assert exact == 4 / 32
    assert randomisation_test(differences, seed=1) == pytest.approx(exact, abs=0.01)
    assert randomisation_test(np.zeros(5), seed=1) == 1.0


def test_holm_multiplies_by_the_tests_that_are_left():
    # sorted 0.01, 0.03, 0.04: 3 * 0.01, 2 * 0.03, max(1 * 0.04, the one before)
    assert adjust_holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert adjust_holm([]) == []


def test_runs_are_compared_query_by_query():
    a, b, absent = ("i", "bpx"), ("j", "bpx"), ("k", "bpx")
    matrix = pd.DataFrame({a: [1.0, 0.5, 1.0, 0.0], b: [0.5, 0.5, 0.5, 0.5]})
    results = compare_runs(matrix, [("one", a, b), ("none", absent, b)], seed=1)
    assert [r["name"] for r in results] == ["one"]
    assert results[0]["difference"] == pytest.approx((0.5 + 0 + 0.5 - 0.5) / 4)
    assert (results[0]["better"], results[0]["worse"], results[0]["equal"]) == (2, 1, 1)
    assert results[0]["p_holm"] == results[0]["p"]


def test_groups_without_contrast_are_left_out():
    flags = pd.DataFrame({"some": [True, True, False, False], "all": [True] * 4, "no": [False] * 4})
    results = compare_groups(pd.Series([1.0, 3.0, 10.0, 20.0]), flags)
    assert [r["name"] for r in results] == ["some"]
    assert (results[0]["median_with"], results[0]["median_without"]) == (2.0, 15.0)


def test_correlation_is_of_ranks():
    found = correlate(pd.Series([1.0, 2.0, 3.0, 4.0]), pd.DataFrame({"x": [1, 10, 100, 1000], "flat": [1] * 4}))
    assert [r["name"] for r in found] == ["x"]
    assert found[0]["rho"] == pytest.approx(1)


def test_selection_never_sees_what_it_is_scored_on():
    # on group b alone run 2 is best, so group a is scored with run 2, and the other way round
    matrix = pd.DataFrame({"run 1": [1.0, 1.0, 0.0], "run 2": [0.0, 0.0, 1.0]})
    scores = select_held_out(matrix, pd.Series(["a", "a", "b"]))
    assert scores.tolist() == [0.0, 0.0, 0.0]
