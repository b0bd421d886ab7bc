import numpy as np
import pytest

from clipstudy.retrieval.grid import describe_index, run_grid
from clipstudy.retrieval.index import IndexName, build_index, list_indexes
from clipstudy.retrieval.tokenise import count_terms
from clipstudy.retrieval.weight import PUBLISHED_COSINE, SCHEMES
from clipstudy.study import Retrieval
from tests.unit.retrieval import oracle

NAMES = list_indexes(Retrieval(tokenisations=["char4"]))


@pytest.fixture
def tables(collection):
    told = []
    indexes, ranks = run_grid(collection, "char4", Retrieval(), told.append)
    assert told == [name.slug for name in NAMES]
    return indexes, ranks


def test_one_row_an_experiment_and_query(tables):
    indexes, ranks = tables
    assert indexes["index_id"].to_pylist() == sorted(name.slug for name in NAMES)
    assert ranks.num_rows == 16 * (18 + 6) * 3
    assert set(ranks["scheme"].to_pylist()) == {*SCHEMES, *PUBLISHED_COSINE}
    assert set(ranks["query_id"].to_pylist()) == {1, 2, 5}


def test_ranks_equal_the_definition_of_every_scheme(tables, collection):
    ranks = {(row["index_id"], row["scheme"], row["query_id"]): row for row in tables[1].to_pylist()}
    for name in NAMES:
        fields = ("basic", *name.sources)
        documents = oracle.count_documents(collection, fields, "char4", name.attributed)
        for scheme in SCHEMES:
            weighted = oracle.weigh(documents, scheme)
            for number, (query_id, target) in enumerate(zip(collection.query_ids, collection.targets, strict=True)):
                terms = oracle.ask(collection.texts["query"][number], fields, "char4", name.attributed)
                scores = oracle.score(weighted, terms)
                row = ranks[name.slug, scheme, query_id]
                own = scores[target]
                if own is None:
                    assert [row[key] for key in ("best", "worst", "expected", "retrieved")] == [None, None, None, False]
                    continue
                found = [score for score in scores if score is not None]
                better = sum(score > own + 1e-9 for score in found)
                tied = sum(abs(score - own) <= 1e-9 for score in found)
                assert (row["best"], row["worst"]) == (better + 1, better + tied)
                assert row["expected"] == better + (1 + tied) / 2
                assert row["retrieved"]


def test_a_tie_by_hand(collection):
    _, ranks = run_grid(collection, "word", Retrieval(sources=["speech"], attribution=[False]))
    rows = {(row["index_id"], row["scheme"], row["query_id"]): row for row in ranks.to_pylist()}
    # query 2, `purr`: 13 says it three times, 14 once; 13 is the target
    assert [rows["word-speech-plain", "bxx", 2][key] for key in ("best", "worst", "expected")] == [1, 2, 1.5]
    assert [rows["word-speech-plain", "txx", 2][key] for key in ("best", "worst", "expected")] == [1, 1, 1.0]
    # query 5 looks for 11, which has neither fish nor dog
    assert not rows["word-speech-plain", "bxx", 5]["retrieved"]


def test_describe_index(collection):
    counts = count_terms({"basic": collection.texts["basic"]}, "word")
    row = describe_index(IndexName("word", ("cover",), True), build_index([counts["basic"]]))
    assert row == {
        "index_id": "word-cover-attributed",
        "published_id": 31,
        "tokenisation": "word",
        "speech": False,
        "cover": True,
        "comments": False,
        "attributed": True,
        "vocabulary": 6,
        "postings": 7,
        "bytes": 7 * (8 + 4) + (6 + 1) * 4,
    }


def test_the_order_of_the_clips_does_not_matter(collection, tables):
    order = np.array([2, 0, 3, 1])
    shuffled = collection._replace(
        clip_ids=[collection.clip_ids[row] for row in order],
        texts={
            field: column if field == "query" else [column[row] for row in order]
            for field, column in collection.texts.items()
        },
        targets=np.argsort(order)[collection.targets],
    )
    indexes, ranks = run_grid(shuffled, "char4", Retrieval())
    assert indexes.equals(tables[0])
    assert ranks.equals(tables[1])
