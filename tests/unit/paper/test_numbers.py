"""How results become macros."""

import pytest

from clipstudy.paper.numbers import (
    describe_comparisons,
    describe_index,
    escape,
    flatten,
    format_interval,
    format_number,
    join_words,
    write_numbers,
)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1462, "", "1,462"),
        (-3, "", "$-$3"),
        (0.66279, "share", r"66.3\%"),
        (0.95, "percent", r"95\%"),
        (0.745164, "score", "0.745"),
        (-0.0587, "score", "$-$0.059"),
        (2.0, "rank", "2"),
        (39.709, "rank", "39.7"),
        (0.0004, "probability", "$<$0.001"),
        (0.0436, "probability", "0.044"),
        (18.04, "", "18"),
    ],
)
def test_number_is_printed_by_its_kind(value, kind, text):
    assert format_number(value, kind) == text


def test_interval_has_one_percent_sign():
    assert format_interval([0.562, 0.761], "share") == r"[56.2, 76.1]\%"
    assert format_interval([-0.11, 0.02], "score") == "[$-$0.110, 0.020]"


def test_measure_is_found_along_the_path():
    results = {
        "runs": {"best": {"success_1": {"value": 0.5, "interval": [0.4, 0.6]}, "mrr": {"ties": [0.7, 0.8]}}},
        "comparisons": {"speech": {"interval": [0.01, 0.2], "p_holm": 0.0001, "better": 12, "run": ["a", "b"]}},
        "simulated": True,
    }
    assert dict(flatten(results)) == {
        "runs.best.success_1.value": r"50.0\%",
        "runs.best.success_1.interval": r"[40.0, 60.0]\%",
        "runs.best.success_1.interval.low": r"40.0\%",
        "runs.best.success_1.interval.high": r"60.0\%",
        "runs.best.mrr.ties": "[0.700, 0.800]",
        "runs.best.mrr.ties.low": "0.700",
        "runs.best.mrr.ties.high": "0.800",
        "comparisons.speech.interval": "[0.010, 0.200]",
        "comparisons.speech.interval.low": "0.010",
        "comparisons.speech.interval.high": "0.200",
        "comparisons.speech.p_holm": "$<$0.001",
        "comparisons.speech.p_holm.stated": "$p<$ 0.001",
        "comparisons.speech.better": "12",
        "simulated": "yes",
    }


def test_words_follow_the_numbers():
    words = describe_comparisons({"a": {"difference": 0.1, "p_holm": 0.04}, "b": {"difference": -0.1, "p_holm": 0.06}})
    assert words["a"] == {"verb": "raises", "higher": "higher", "firm": "significant after Holm's correction"}
    assert words["b"] == {"verb": "lowers", "higher": "lower", "firm": "not significant after Holm's correction"}
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b", "c"]) == "a, b and c"
    assert describe_index("word-basic-plain") == {"tokens": "words", "texts": "basic", "form": "plain"}


def test_text_cannot_break_the_document():
    assert escape("50% of_{all} #1 & $\\~^") == (
        r"50\% of\_\{all\} \#1 \& \$\textbackslash{}\textasciitilde{}\textasciicircum{}"
    )


def test_macros_are_sorted_and_switches_set(tmp_path):
    count = write_numbers({"b": 2, "a": {"mrr": 0.5}}, {"simulated": True, "timed": False}, tmp_path / "n.tex")
    lines = (tmp_path / "n.tex").read_text().splitlines()
    assert count == 2
    assert lines[1:3] == [r"\newif\ifsimulated\simulatedtrue", r"\newif\iftimed\timedfalse"]
    assert lines[-2:] == [r"\setval{a.mrr}{0.500}", r"\setval{b}{2}"]
