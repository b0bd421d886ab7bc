import pytest

from clipstudy.retrieval.texts import normalise_texts, read_collection
from clipstudy.retrieval.tokenise import terms_of
from clipstudy.study import StudyError
from tests.unit.retrieval.made import make_clips, make_comments, make_queries

CLIPS = make_clips(
    {"clip_id": "2", "creator": "KETTLE", "nickname": "Tea", "description": "Hot", "music_title": "Steam"},
    {"clip_id": "1", "creator": "CUP", "speech_text": "Say", "cover_text": "SHOW", "captions_text": "Read"},
    {"clip_id": "3", "creator": "NO", "speech_text": "NO", "in_corpus": False},
)
# given out of order; the second comment of 2 has no text
COMMENTS = make_comments(("2", 2, "b", "Two"), ("3", 0, "a", "NO"), ("2", 0, "a", "ONE"), ("2", 1, "c", None))
QUERIES = make_queries((3, "Which CUP", "1"), (1, "gone", "3"), (2, "Kettle", "2"))


def lower(text):
    return text.lower()


@pytest.fixture
def texts():
    return normalise_texts(CLIPS, COMMENTS, QUERIES, lower)


def test_every_field_of_every_clip_in_the_corpus(texts):
    rows = {(row["field"], row["owner_id"]): row["text"] for row in texts.to_pylist()}
    assert rows == {
        ("basic", "1"): "cup\n\n\n",
        ("basic", "2"): "kettle\ntea\nhot\nsteam",
        ("speech", "1"): "say",
        ("speech", "2"): "",
        ("cover", "1"): "show",
        ("cover", "2"): "",
        ("comments", "1"): "",
        ("captions", "1"): "read",
        ("captions", "2"): "",
        ("comments", "2"): "one  two",  # joined by one space each, in the order of their positions
        ("query", "1"): "gone",
        ("query", "2"): "kettle",
        ("query", "3"): "which cup",
    }


def test_parts_of_the_basic_field_are_normalised_one_by_one():
    whole = []
    normalise_texts(CLIPS, COMMENTS, QUERIES, lambda text: whole.append(text) or text)
    assert not [text for text in whole if "\n" in text]


def test_terms_do_not_cross_parts(texts):
    basic = next(row["text"] for row in texts.to_pylist() if (row["field"], row["owner_id"]) == ("basic", "2"))
    assert terms_of(basic, "char5") == ["kettl", "ettle", "steam"]


def test_collection_by_clip_id_and_query_id(texts):
    collection = read_collection(texts, QUERIES)
    assert collection.clip_ids == ["1", "2"]
    # query 1 looks for a clip that is not in the corpus
    assert collection.query_ids == [2, 3]
    assert collection.targets.tolist() == [1, 0]
    assert collection.texts == {
        "basic": ["cup\n\n\n", "kettle\ntea\nhot\nsteam"],
        "speech": ["say", ""],
        "cover": ["show", ""],
        "captions": ["read", ""],
        "comments": ["", "one  two"],
        "query": ["kettle", "which cup"],
    }


def test_an_empty_corpus_is_an_error():
    outside = make_clips({"clip_id": "3", "in_corpus": False})
    with pytest.raises(StudyError, match=r"^none of 1 clips is in the corpus: see column `missing`"):
        normalise_texts(outside, COMMENTS, QUERIES, lower)


def test_queries_that_cannot_be_judged_are_an_error(texts):
    with pytest.raises(StudyError, match=r"^none of 1 queries has its target in the corpus"):
        read_collection(texts, make_queries((1, "gone", "3")))
