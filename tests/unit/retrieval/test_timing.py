import numpy as np
import pytest

from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.index import build_index, list_indexes
from clipstudy.retrieval.rank import order_documents
from clipstudy.retrieval.timing import answer_query, time_index, weigh_blocks
from clipstudy.retrieval.tokenise import count_terms
from clipstudy.retrieval.weight import score
from clipstudy.study import Retrieval


def test_an_index_built_alone_is_the_one_of_the_grid(collection):
    indexes, _ = run_grid(collection, "char5", Retrieval())
    described = {row["index_id"]: row for row in indexes.to_pylist()}
    for name in list_indexes(Retrieval(tokenisations=["char5"])):
        measured = time_index(collection, name, "bpx", digits=10)
        assert set(measured) == {
            "index_id",
            "construction_seconds",
            "memory_bytes",
            "vocabulary",
            "mean_query_seconds",
        }
        assert measured["vocabulary"] == described[name.slug]["vocabulary"]
        # alone it has no columns for terms of fields that it lacks
        assert 0 < measured["memory_bytes"] <= described[name.slug]["bytes"]
        assert 0 < measured["mean_query_seconds"] < 1
        assert 0 < measured["construction_seconds"] < 1


@pytest.mark.parametrize("scheme", ["bxx", "bfx", "bpx"])
@pytest.mark.parametrize("attributed", [True, False])
def test_answers_equal_the_order_by_score(collection, scheme, attributed):
    counts = count_terms({field: collection.texts[field] for field in ("basic", "speech", "query")}, "word")
    queries = counts.pop("query")
    blocks = list(counts.values()) if attributed else [(counts["basic"] + counts["speech"]).tocsc()]
    index = build_index(blocks)
    scores, retrieved = score(index, queries)
    weighted = weigh_blocks(index, scheme)
    for number, query in enumerate(queries.toarray()):
        expected = order_documents(scores[scheme][:, number], retrieved[:, number], digits=10)
        assert answer_query(weighted, np.flatnonzero(query), digits=10).tolist() == expected.tolist()
