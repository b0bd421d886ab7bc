from itertools import product
from math import log2, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.retrieval.index import build_index
from clipstudy.retrieval.texts import Collection
from clipstudy.retrieval.tokenise import count_terms
from clipstudy.retrieval.weight import (
    PUBLISHED_COSINE,
    PUBLISHED_SCHEMES,
    SCHEMES,
    collection_weights,
    published_length_weights,
    score,
)
from tests.unit.retrieval import oracle

FIELDS = ("basic", "speech")
# documents 11: kettle steam tea; 12: tea tea cup; 13: cat cup purr purr purr; 14: dog tea purr
# so that N = 4 and df of tea 3, cup 2, purr 2, all others 1
TEA_IDF, CUP_IDF = log2(4 / 3), log2(4 / 2)
TEA_ODDS, CUP_ODDS = log2((4 - 3) / 3), log2((4 - 2) / 2)
CAT_IDF = log2(4 / 1)


def score_fields(collection, tokenisation, attributed, fields=FIELDS):
    counts = count_terms({field: collection.texts[field] for field in (*fields, "query")}, tokenisation)
    queries = counts.pop("query")
    blocks = list(counts.values())
    return score(build_index(blocks if attributed else [sum(blocks[1:], blocks[0]).tocsc()]), queries)


class TestCollectionWeights:
    def test_four_documents(self):
        expected = [
            [0, 0, 0],
            [1, log2(4 / 1), log2(3 / 1)],
            [1, log2(4 / 2), log2(2 / 2)],
            [1, log2(4 / 3), log2(1 / 3)],
            [1, log2(4 / 4), 0],  # log2(0 / 4) would be minus infinity
        ]
        assert collection_weights(4) == pytest.approx(np.array(expected))

    def test_published_lengths(self):
        assert published_length_weights(4)[:, 1] == pytest.approx([0, log2(4) / 1, log2(4) / 2, log2(4) / 3, 2 / 4])
        assert published_length_weights(4)[:, [0, 2]] == pytest.approx(collection_weights(4)[:, [0, 2]])

    def test_no_document(self):
        assert collection_weights(0).tolist() == [[0, 0, 0]]


def test_eighteen_schemes_and_twelve_published_ones():
    assert len(SCHEMES) == len(set(SCHEMES)) == 3 * 3 * 2
    assert len(PUBLISHED_SCHEMES) == len(set(PUBLISHED_SCHEMES)) == 2 * 3 * 2
    assert {name.removesuffix("-published") for name in PUBLISHED_COSINE} == {
        name for name in PUBLISHED_SCHEMES if name[2] == "c"
    }


class TestScore:
    """Query 1 is `tea cup`, query 2 `purr`, query 5 `fish dog`; fish is in no document."""

    @pytest.mark.parametrize(
        ("scheme", "expected"),
        [
            ("bxx", [1, 1 + 1, 1, 1]),
            ("txx", [1, 2 + 1, 1, 1]),
            ("nxx", [1, 1 + (0.5 + 0.5 * 1 / 2), 0.5 + 0.5 * 1 / 3, 1]),
            ("bfx", [TEA_IDF, TEA_IDF + CUP_IDF, CUP_IDF, TEA_IDF]),
            ("tfx", [TEA_IDF, 2 * TEA_IDF + CUP_IDF, CUP_IDF, TEA_IDF]),
            ("bpx", [TEA_ODDS, TEA_ODDS + CUP_ODDS, CUP_ODDS, TEA_ODDS]),
            ("tpx", [TEA_ODDS, 2 * TEA_ODDS + CUP_ODDS, CUP_ODDS, TEA_ODDS]),
            ("bxc", [1 / sqrt(3), 2 / sqrt(2), 1 / sqrt(3), 1 / sqrt(3)]),
            ("txc", [1 / sqrt(3), 3 / sqrt(2**2 + 1), 1 / sqrt(1 + 1 + 3**2), 1 / sqrt(3)]),
            (
                "bfc",
                [
                    TEA_IDF / sqrt(2**2 + 2**2 + TEA_IDF**2),  # kettle, steam: log2(4 / 1) = 2
                    (TEA_IDF + CUP_IDF) / sqrt(TEA_IDF**2 + CUP_IDF**2),
                    CUP_IDF / sqrt(CAT_IDF**2 + CUP_IDF**2 + 1**2),  # purr: log2(4 / 2) = 1
                    TEA_IDF / sqrt(2**2 + TEA_IDF**2 + 1**2),
                ],
            ),
        ],
    )
    def test_first_query(self, collection, scheme, expected):
        scores, _ = score_fields(collection, "word", attributed=False)
        assert scores[scheme][:, 0] == pytest.approx(np.array(expected))

    def test_attributed_terms_count_apart(self, collection):
        scores, retrieved = score_fields(collection, "word", attributed=True)
        # basic: tea of 12 alone, cup of 12 and 13; speech: tea of 11 and 14
        assert scores["bfx"][:, 0] == pytest.approx([log2(4 / 2), log2(4 / 1) + log2(4 / 2), log2(4 / 2), log2(4 / 2)])
        assert retrieved[:, 1].tolist() == [False, False, True, True]

    def test_retrieved_is_who_shares_a_term_whatever_the_score(self, collection):
        scores, retrieved = score_fields(collection, "word", attributed=False)
        assert retrieved.T.tolist() == [[True] * 4, [False, False, True, True], [False, False, False, True]]
        assert scores["bpx"][2, 0] == 0  # cup is in half of the documents
        assert scores["bpx"][0, 0] < 0

    def test_a_term_of_every_document_weighs_nothing(self):
        everywhere = Collection(["1", "2"], [1], {"basic": ["tea", "tea cup"], "query": ["tea"]}, np.array([0]))
        scores, retrieved = score_fields(everywhere, "word", attributed=False, fields=["basic"])
        assert retrieved.all()
        for scheme in ("bfx", "bpx", "bfc", "tpc"):
            assert scores[scheme].tolist() == [[0], [0]]  # 1 has the length 0 too

    def test_published_cosine_divides_by_the_last_posting(self, collection):
        scores, _ = score_fields(collection, "word", attributed=False)
        # in order of first sight: kettle steam tea cup cat dog purr; so last is tea of 11, cup of 12, purr of 13 and 14
        assert scores["bxc-published"][:, 0].tolist() == [1, 2, 1, 1]
        assert scores["txc-published"][:, 0] == pytest.approx([1 / 1, 3 / 1, 1 / 3, 1 / 1])
        lengths = [log2(4) / 3, log2(4) / 2, log2(4) / 2, log2(4) / 2]
        expected = np.array([TEA_IDF, TEA_IDF + CUP_IDF, CUP_IDF, TEA_IDF]) / lengths
        assert scores["bfc-published"][:, 0] == pytest.approx(expected)
        # cup and purr are in half of the documents: a length of 0
        assert scores["bpc-published"][:, 0] == pytest.approx([TEA_ODDS / abs(TEA_ODDS), 0, 0, 0])

    def test_published_bxc_is_bxx(self, collection):
        scores, _ = score_fields(collection, "char4", attributed=True)
        assert scores["bxc-published"].tolist() == scores["bxx"].tolist()

    def test_every_scheme_is_there_once(self, collection):
        scores, _ = score_fields(collection, "word", attributed=False)
        assert sorted(scores) == sorted([*SCHEMES, *PUBLISHED_COSINE])


WORDS = st.lists(st.sampled_from(["tea", "cup", "cat", "dog"]), max_size=5).map(" ".join)


@pytest.mark.parametrize(("tokenisation", "attributed"), product(["word", "char2"], [True, False]))
@given(data=st.data())
def test_every_scheme_equals_its_definition(tokenisation, attributed, data):
    texts = {field: data.draw(st.lists(WORDS, min_size=4, max_size=4)) for field in FIELDS}
    texts["query"] = data.draw(st.lists(WORDS, min_size=2, max_size=2))
    collection = Collection(["1", "2", "3", "4"], [1, 2], texts, np.array([0, 1]))
    scores, retrieved = score_fields(collection, tokenisation, attributed)
    documents = oracle.count_documents(collection, FIELDS, tokenisation, attributed)
    for scheme in SCHEMES:
        weighted = oracle.weigh(documents, scheme)
        for number, query in enumerate(texts["query"]):
            expected = oracle.score(weighted, oracle.ask(query, FIELDS, tokenisation, attributed))
            assert retrieved[:, number].tolist() == [value is not None for value in expected]
            assert scores[scheme][:, number] == pytest.approx([value or 0.0 for value in expected], abs=1e-12)
