import numpy as np
import pandas as pd
import pytest

from clipstudy.retrieval.basic_search import ViewerRanks
from clipstudy.retrieval.findings import count_quotes, find_cosine, find_quotes, find_viewer, fold_quotes
from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.normalise import normalise_published
from clipstudy.retrieval.texts import normalise_texts, read_collection
from clipstudy.retrieval.weight import SCHEMES
from clipstudy.study import Retrieval
from tests.unit.retrieval.made import make_clips, make_comments, make_queries

LEFT, APOSTROPHE, LEFT_TWO, RIGHT_TWO = "\u2018", "\u2019", "\u201c", "\u201d"
QUOTES = ({APOSTROPHE: "rq", LEFT: "lq", LEFT_TWO: "ldq", RIGHT_TWO: "rdq"}, {})


def test_fold_quotes():
    assert fold_quotes(f"{LEFT}a{APOSTROPHE} {LEFT_TWO}b{RIGHT_TWO} 'c'") == "'a' \"b\" 'c'"


def test_count_quotes_of_the_corpus_alone():
    clips = make_clips(
        {"clip_id": "1", "creator": f"a{APOSTROPHE}b", "nickname": f"{LEFT}x{APOSTROPHE}", "speech_text": RIGHT_TWO},
        {"clip_id": "2", "description": APOSTROPHE * 9, "in_corpus": False},
    )
    comments = make_comments(
        ("1", 0, APOSTROPHE, f"{APOSTROPHE}{APOSTROPHE}"), ("1", 1, "b", None), ("2", 0, "c", LEFT)
    )
    # commenters' names are in no index, so that theirs are not counted
    assert count_quotes(clips, comments) == {"apostrophes": 4, "left_single": 1, "left_double": 0, "right_double": 1}


def test_folding_quotes_helps_a_query_typed_straight():
    tables = {
        "clips": make_clips(
            {"clip_id": "1", "description": f"don{APOSTROPHE}t spill"},
            {"clip_id": "2", "description": "black tea"},
            {"clip_id": "3", "description": "black cat"},
            {"clip_id": "4", "description": "black dog"},
        ),
        "comments": make_comments(("1", 0, "a", "well")),
        "queries": make_queries((1, "don't", "1"), (2, "tea", "2")),
    }
    config = Retrieval(tokenisations=["word"], sources=[], attribution=[False], best_index="word-basic-plain")
    normalise = lambda text: normalise_published(text, QUOTES)  # noqa: E731
    collection = read_collection(normalise_texts(**tables, normalise=normalise), tables["queries"])
    ranks = run_grid(collection, "word", config)[1].to_pandas()
    found = find_quotes(tables, normalise, ranks, config)
    assert found["counts"]["apostrophes"] == 1
    # as published `donrqt` is not found, and has half of the four clips for its rank; folded it is first
    expected = {
        "ranks": 2,
        "better": 1,
        "worse": 0,
        "newly_retrieved": 1,
        "share_first": [1 / 2, 2 / 2],
        "mrr": [1 / 2, 2 / 2],
        "mean_rank": [(2 + 1) / 2, (1 + 1) / 2],
    }
    assert found["changes"] == {"best_run": expected, "all_indexes": expected}


def test_viewer_ties_are_expected_over_their_order():
    # first alone; first to second; fourth; not listed
    ties = np.array([[1, 1], [1, 2], [4, 4], [0, 0]])
    found = find_viewer(ViewerRanks(assigned=ties, added=ties[:1]))
    assert found["assigned"] == {
        "share_first": (1 + 1 / 2) / 4,
        "share_first_best": 2 / 4,
        "share_first_worst": 1 / 4,
        "mrr": pytest.approx((1 + (1 / 1 + 1 / 2) / 2 + 1 / 4) / 4),
        "missed": 1,
    }
    assert found["added"]["share_first"] == 1


def test_cosine_as_published_and_corrected():
    keys = ["index_id", "scheme", "query_id"]
    published = pd.DataFrame(
        [
            ("a", "bxx", 1, 1),
            ("a", "bxx", 2, None),
            ("b", "bxx", 1, 3),
            ("b", "bxx", 2, 2),
            ("a", "bxc", 1, 1),
            ("a", "bxc", 2, None),
            ("b", "bxc", 1, 3),
            ("b", "bxc", 2, 4),
        ],
        columns=[*keys, "published"],
    ).astype({"published": "Int64"})
    corrected = pd.DataFrame(
        [
            *((index, scheme, query, 1, 2, 1.5, True) for index in "ab" for scheme in SCHEMES for query in (1, 2)),
            ("a", "bxc-published", 1, 9, 9, 9, True),
        ],
        columns=[*keys, "best", "worst", "expected", "retrieved"],
    )
    found = find_cosine(published, corrected, "a", clips=10)
    assert found["bxc_equals_bxx"] == 3 / 4
    assert found["index_id"] == "a"
    assert set(found["schemes"]) == set(SCHEMES)
    assert found["schemes"]["bxc"] == {
        # ranks 1, 5 (missed: half of 10 clips), 3, 4
        "published": {"share_first": 1 / 4, "median_rank": 3.5, "index_share_first": 1 / 2, "index_mrr": 1 / 2},
        "corrected": {"share_first": 1 / 2, "median_rank": 1.5, "index_share_first": 1 / 2, "index_mrr": 3 / 4},
    }
    assert "published" not in found["schemes"]["nfc"]  # the published study had no n
