"""The headline numbers of a study of four clips."""

import pandas as pd
import pytest

from clipstudy.retrieval.describe import describe_corpus, measure_texts
from clipstudy.retrieval.headline import (
    Run,
    index_settings,
    planned_comparisons,
    round_floats,
    summarise_headline,
)
from clipstudy.study import Retrieval, StudyError
from tests.unit.tiny import BEST, Tiny


def test_lengths_and_counts_of_a_corpus(tiny: Tiny):
    clips = tiny.frames["clips"]
    lengths = measure_texts(clips, tiny.frames["comments"])
    # creator "c1" + nickname "n" + description "kettle steam" + music "m"; comments "tea" and "yes"
    assert lengths.loc["11"].to_dict() == {"basic": 2 + 1 + 12 + 1, "speech": 3, "cover": 0, "comments": 6}
    found = describe_corpus(*(tiny.frames[name] for name in ("clips", "comments", "queries")))
    assert (found["clips"], found["scraped"], found["missing"]) == (4, 5, {"cover": 1})
    assert found["with_text"]["speech"] == 3 / 4
    assert found["labels"] == {"useful_description": 1, "comments_on_topic": 2}


def test_headline_of_a_tiny_study(tiny: Tiny):
    found = tiny.headline
    assert found["grid"]["schemes"] == 18
    assert found["grid"]["imputed_rank"] == 2.0
    assert set(found["runs"]) == {"best", "basic", "word", "top"}
    # the reference run: see the ranks of the fixture's three queries
    rows = tiny.frames["ranks"]
    rows = rows[(rows["index_id"] == BEST) & (rows["scheme"] == "bpx")]
    first = ((rows["best"] == 1) / (rows["worst"] - rows["best"] + 1)).fillna(0).mean()
    assert found["runs"]["best"]["success_1"]["value"] == pytest.approx(float(first), abs=1e-5)
    assert found["runs"]["top"]["mrr"]["value"] >= found["runs"]["best"]["mrr"]["value"]
    assert set(found["authors"]) == {"A1", "A2"}
    assert {"all_texts", "comments", "cover", "speech", "over_word", "attribution"} <= set(found["comparisons"])


def test_comparisons_differ_from_the_best_run_in_one_choice(tiny: Tiny):
    settings = {index_id: setting for setting, index_id in index_settings(tiny.frames["indexes"]).items()}
    for name, run, baseline in planned_comparisons(tiny.frames["indexes"], Run(BEST, "bpx")):
        one, two = settings[run[0]], settings[baseline[0]]
        changed = sum([*(a != b for a, b in zip(one, two, strict=True)), run[1] != baseline[1]])
        assert changed == 1, name


def test_unknown_best_index_is_named(tiny: Tiny):
    with pytest.raises(StudyError, match=r"retrieval\.best_index: 'char9-basic-plain' is not in the grid"):
        planned_comparisons(tiny.frames["indexes"], Run("char9-basic-plain", "bpx"))


def test_study_without_authors_labels_or_cover(tiny: Tiny):
    queries = tiny.frames["queries"].assign(author=None, useful_description=None, comments_on_topic=None)
    indexes = tiny.frames["indexes"]
    indexes = indexes[~indexes["cover"]]
    ranks = tiny.frames["ranks"]
    ranks = ranks[ranks["index_id"].isin(indexes["index_id"])]
    frames = tiny.frames | {"queries": queries, "indexes": indexes, "ranks": ranks}
    settings = Retrieval(best_index="char4-speech+comments-plain", best_scheme="bpx")
    found = summarise_headline(**frames, settings=settings, seed=1)
    assert found["authors"] == {}
    assert found["labels"] == {}
    assert "cover" not in found["comparisons"]


def test_floats_are_rounded_to_significant_digits():
    assert round_floats({"a": [1 / 3, 123456.789], "b": pd.Series([7]).iloc[0]}) == {"a": [0.333333, 123457.0], "b": 7}
