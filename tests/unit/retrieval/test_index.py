from collections import Counter

import pytest

from clipstudy.retrieval.index import IndexName, build_index, build_indexes, list_indexes
from clipstudy.retrieval.texts import QUERY
from clipstudy.retrieval.tokenise import count_terms, terms_of
from clipstudy.study import Retrieval


def count_fields(collection, tokenisation):
    counts = count_terms(collection.texts, tokenisation)
    counts.pop(QUERY)
    return counts


class TestNames:
    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            (IndexName("word", (), True), "word-basic-attributed"),
            (IndexName("char4", ("speech", "cover", "comments"), False), "char4-speech+cover+comments-plain"),
        ],
    )
    def test_slug(self, name, slug):
        assert name.slug == slug

    @pytest.mark.parametrize(
        ("tokenisation", "sources", "attributed", "number"),
        [
            ("word", (), True, 1),
            ("char7", (), True, 5),
            ("word", (), False, 6),
            ("word", ("speech",), True, 11),
            ("word", ("comments",), True, 21),
            ("word", ("cover",), True, 31),
            ("char4", ("speech", "cover", "comments"), False, 77),
            ("char5", ("speech", "cover", "comments"), False, 78),
            ("char7", ("speech", "cover", "comments"), False, 80),
        ],
    )
    def test_published_number(self, tokenisation, sources, attributed, number):
        assert IndexName(tokenisation, sources, attributed).published_id == number

    def test_published_numbers_are_one_to_eighty(self):
        names = list_indexes(Retrieval())
        assert sorted(name.published_id for name in names) == list(range(1, 81))
        assert len({name.slug for name in names}) == 80

    def test_an_index_that_was_not_published_has_no_number(self):
        assert IndexName("char8", (), True).published_id is None

    def test_the_best_index_of_a_study_is_one_of_its_indexes_by_default(self):
        assert Retrieval().best_index in {name.slug for name in list_indexes(Retrieval())}

    def test_a_smaller_grid(self):
        config = Retrieval(tokenisations=["word"], sources=["cover"], attribution=[False])
        assert [name.slug for name in list_indexes(config)] == ["word-basic-plain", "word-cover-plain"]


class TestBuildIndex:
    def test_plain(self, collection):
        counts = count_fields(collection, "word")
        index = build_index([(counts["basic"] + counts["speech"]).tocsc()])
        # 11: kettle steam tea; 12: tea tea cup; 13: cat cup purr purr purr; 14: dog tea purr
        assert (index.vocabulary, index.postings, index.documents) == (7, 3 + 2 + 3 + 3, 4)
        assert index.largest.tolist() == [1, 2, 3, 1]
        # data and indices of 11 postings (8 and 4 bytes), 9 column starts: fish is a term of the queries only
        assert index.bytes == 11 * (8 + 4) + 9 * 4

    def test_attributed(self, collection):
        counts = count_fields(collection, "word")
        index = build_index([counts["basic"], counts["cover"], counts["comments"]])
        # basic: kettle steam, tea cup, cat cup, dog; cover: cat; comments: tea, dog
        assert (index.vocabulary, index.postings) == (6 + 1 + 2, 2 + 2 + 2 + 1 + 1 + 2)
        assert index.largest.tolist() == [1, 2, 1, 2]

    def test_a_document_without_a_term_is_not_counted(self, collection):
        counts = count_fields(collection, "word")
        index = build_index([counts["comments"]])  # only of 11 and 14
        assert index.documents == 2
        assert index.largest.tolist() == [1, 1, 1, 2]


@pytest.mark.parametrize("tokenisation", ["word", "char4", "char5"])
def test_every_index_has_the_terms_of_its_fields(collection, tokenisation):
    names = list_indexes(Retrieval(tokenisations=[tokenisation]))
    built = dict(build_indexes(count_fields(collection, tokenisation), names))
    assert list(built) == names
    for name, index in built.items():
        documents = []
        for row in range(4):
            terms = Counter()
            for field in ("basic", *name.sources):
                prefix = f"{field}:" if name.attributed else ""
                terms.update(prefix + term for term in terms_of(collection.texts[field][row], tokenisation))
            documents.append(terms)
        assert index.vocabulary == len({term for terms in documents for term in terms})
        assert index.postings == sum(len(terms) for terms in documents)
        assert index.documents == sum(1 for terms in documents if terms)
        assert index.largest.tolist() == [max(terms.values(), default=1) for terms in documents]
