"""Tables from results."""

import pytest

from clipstudy.paper.tables import (
    judge_claim,
    tabular,
    tabulate_claims,
    tabulate_comparisons,
    tabulate_cosine,
    tabulate_replication,
    tabulate_runs,
    tabulate_schemes,
)
from tests.unit.tiny import Tiny


def test_tabular_has_the_rules_of_booktabs():
    assert tabular("lr", ["a", "b"], [["x", "1"], ["y", "2"]], rules=[1]).splitlines() == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"a & b \\",
        r"\midrule",
        r"x & 1 \\",
        r"\midrule",
        r"y & 2 \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


def test_tables_of_a_tiny_study_have_all_their_rows(tiny: Tiny):
    assert tabulate_schemes(tiny.headline).count(r"\texttt") == 9
    assert "Words, all texts & bpx" in tabulate_runs(tiny.headline)
    assert tabulate_comparisons(tiny.headline).count("\\\\") == 1 + len(tiny.headline["comparisons"])


@pytest.mark.parametrize(
    ("difference", "p", "sign", "verdict"),
    [
        (0.1, 0.01, 1, "supported"),
        (0.1, 0.2, 1, "direction only"),
        (0.1, 0.01, -1, "reversed"),
        (0.1, 0.2, -1, "not seen"),
    ],
)
def test_claim_is_judged_by_sign_and_chance(difference, p, sign, verdict):
    assert judge_claim(difference, p, sign) == verdict


def test_claims_without_a_comparison_are_left_out():
    table = tabulate_claims({"comparisons": {"cosine_raw": {"difference": 0.09, "p_holm": 0.04}}})
    assert r"No normalisation is best: raw tf & 0.090 & 0.040 & reversed \\" in table
    assert table.count("\\\\") == 2


def test_published_figures_stand_beside_ours():
    headline = {"index_77_bpx_share_first": {"published": 0.6628, "ours": [0.64, 0.69]}}
    assert r"4-grams, targets first & 66.3\% & [64.0, 69.0]\% \\" in tabulate_replication({"headline": headline})


def test_cosine_schemes_are_shown_on_both_sides():
    side = {"share_first": 0.2, "median_rank": 8.0, "index_mrr": 0.3}
    schemes = {"bpc": {"published": side, "corrected": side}, "bpx": {"published": side, "corrected": side}, "npc": {}}
    table = tabulate_cosine({"cosine": {"schemes": schemes}})
    assert r"\texttt{bpc} & 20.0\% & 20.0\% & 8 & 8 & 0.300 & 0.300 \\" in table
    assert r"\texttt{bpx}" not in table
