from math import log2

from clipstudy.retrieval.basic_search import rank_viewer_targets, viewer_documents
from tests.unit.retrieval.made import make_clips, make_comments

NO_SYMBOLS = ({"\u03b1": "alpha"}, {})


def test_one_string_a_clip():
    clips = make_clips(
        {
            "clip_id": "71",
            "creator": "kettle",
            "nickname": "The Kettle",
            "description": "Well-known",
            "cover_text": "SHOW",
            "speech_text": "\u03b1 ol\u00e9",
            "music_title": "steam",
        },
        {"clip_id": "72", "creator": "cup"},
        {"clip_id": "73", "creator": "no", "in_corpus": False},
    )
    comments = make_comments(("71", 1, "b", "Second"), ("71", 0, "a_b", "First"), ("72", 0, None, None))
    assert viewer_documents(clips, comments, NO_SYMBOLS) == {
        "71": "kettle the kettle wellknown show alpha ol 71 steam a_b first b second",
        # runs of spaces become one
        "72": "cup 72 ",
    }


def test_clips_with_equal_scores_tie():
    documents = {"1": "black tea", "2": "black cat", "3": "green tea"}
    # `black` is in 1 and 2: log2(3 / 2) for both
    ranks = rank_viewer_targets(documents, [("black", "2")])
    assert ranks.assigned.tolist() == ranks.added.tolist() == [[1, 2]]


def test_the_last_term_replaces_what_was_before():
    documents = {"1": "aaaaabbbbb x", "2": "bbbbb x", "3": "ccccc x", "4": "ccccc x", "5": "ddddd x"}
    # 5-grams of the query: aaaaa, then four that only 1 has, then bbbbb
    query = "aaaaabbbbb"
    ranks = rank_viewer_targets(documents, [(query, "1")])
    # assigned: bbbbb alone counts, log2(5 / 2) for 1 and 2; added: 1 has five terms of log2(5 / 1) more
    assert ranks.assigned.tolist() == [[1, 2]]
    assert ranks.added.tolist() == [[1, 1]]
    assert 5 * log2(5 / 1) + log2(5 / 2) > log2(5 / 2)


def test_counts_multiply():
    documents = {"1": "tea_1 x", "2": "tea_1 tea_1 x", "3": "cup_1 x"}
    # tf 1 against tf 2, each times log2(3 / 2)
    ranks = rank_viewer_targets(documents, [("tea_1", "1"), ("tea_1", "2")])
    assert ranks.assigned.tolist() == [[2, 2], [1, 1]]


def test_the_last_ngram_of_a_clip_was_lost():
    # of `teapot` the 5-grams teapo and eapot, and the index has only the first
    ranks = rank_viewer_targets({"1": "teapot", "2": "kettle"}, [("teapo", "1"), ("eapot", "1")])
    assert ranks.assigned.tolist() == [[1, 1], [0, 0]]


def test_a_clip_without_a_match_is_not_listed():
    ranks = rank_viewer_targets({"1": "black tea", "2": "kettle on"}, [("black tea", "2"), ("cup", "1")])
    assert ranks.assigned.tolist() == ranks.added.tolist() == [[0, 0], [0, 0]]


def test_a_term_of_every_clip_lists_it_with_a_score_of_nothing():
    ranks = rank_viewer_targets({"1": "green1", "2": "green2"}, [("green", "2")])
    assert ranks.added.tolist() == [[1, 2]]  # log2(2 / 2) = 0 for both
