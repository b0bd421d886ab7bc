from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.retrieval.tokenise import ALPHABET, PART, count_terms, ngram_size, pack_ngrams, terms_of

TOKENISATIONS = ("word", "char1", "char2", "char4", "char5", "char6", "char7", "char8")
TEXTS = st.lists(st.text(st.sampled_from("ab0z_@# " + PART), max_size=14), min_size=1, max_size=4)


def unpack(terms: np.ndarray, size: int) -> list[str]:
    return ["".join(ALPHABET[int(term) >> 6 * place & 63] for place in reversed(range(size))) for term in terms]


def expected_vocabulary(texts, tokenisation):
    terms = dict.fromkeys(term for column in texts.values() for text in column for term in terms_of(text, tokenisation))
    if tokenisation == "word":
        return list(terms)
    return sorted(terms, key=lambda term: [ALPHABET.index(letter) for letter in term])


class TestTermsOf:
    def test_words(self):
        assert terms_of("tea  cup\ntea ", "word") == ["tea", "cup", "tea"]

    def test_ngrams_keep_spaces_and_repeats(self):
        assert terms_of("aaaa b", "char3") == ["aaa", "aaa", "aa ", "a b"]

    def test_ngrams_never_cross_parts(self):
        assert terms_of("abcd\nefg\nhi", "char3") == ["abc", "bcd", "efg"]

    @pytest.mark.parametrize("text", ["", "abc", "\n\n"])
    def test_a_text_shorter_than_the_size_has_none(self, text):
        assert terms_of(text, "char4") == []

    def test_size(self):
        assert ngram_size("char7") == 7


class TestPackNgrams:
    def test_six_bits_a_character(self):
        packed, owners = pack_ngrams(["ab", "", "b a"], 2)
        a, b, space = 10, 11, 39
        assert packed.tolist() == [a << 6 | b, b << 6 | space, space << 6 | a]
        assert owners.tolist() == [0, 2, 2]

    @given(TEXTS, st.integers(1, 10))
    def test_equals_slicing(self, texts, size):
        packed, owners = pack_ngrams(texts, size)
        expected = [(row, term) for row, text in enumerate(texts) for term in terms_of(text, f"char{size}")]
        assert list(zip(owners.tolist(), unpack(packed, size), strict=True)) == expected

    @pytest.mark.parametrize("text", ["Tea", "ol\u00e9", "a-b", "a\x00", "\ud83d"])
    def test_text_that_is_not_normalised_is_refused(self, text):
        with pytest.raises(ValueError):  # noqa: PT011  # a lone surrogate cannot be encoded, which is a ValueError too
            pack_ngrams(["tea", text], 4)


class TestCountTerms:
    def test_words_of_two_fields(self):
        counts = count_terms({"basic": ["tea tea cup", "cup"], "speech": ["", "tea dog"]}, "word")
        # columns in the order of first sight: tea, cup, dog
        assert counts["basic"].toarray().tolist() == [[2, 1, 0], [0, 1, 0]]
        assert counts["speech"].toarray().tolist() == [[0, 0, 0], [1, 0, 1]]

    def test_ngrams_in_the_order_of_the_alphabet(self):
        counts = count_terms({"text": ["aab", "baa"], "query": ["ab"]}, "char2")
        # aa, ab, ba
        assert counts["text"].toarray().tolist() == [[1, 1, 0], [1, 0, 1]]
        assert counts["query"].toarray().tolist() == [[0, 1, 0]]

    @pytest.mark.parametrize("tokenisation", TOKENISATIONS)
    @given(basic=TEXTS, query=TEXTS)
    def test_equals_a_counter(self, tokenisation, basic, query):
        texts = {"basic": basic, "comments": [text[::-1] for text in basic], "query": query}
        vocabulary = expected_vocabulary(texts, tokenisation)
        counts = count_terms(texts, tokenisation)
        assert list(counts) == list(texts)
        for field, column in texts.items():
            assert counts[field].shape == (len(column), len(vocabulary))
            assert counts[field].has_sorted_indices
            for row, text in zip(counts[field].toarray(), column, strict=True):
                found = {vocabulary[place]: int(row[place]) for place in row.nonzero()[0]}
                assert found == Counter(terms_of(text, tokenisation))

    @pytest.mark.parametrize("tokenisation", ["word", "char4"])
    def test_texts_without_a_term(self, tokenisation):
        counts = count_terms({"basic": ["", ""], "query": [""]}, tokenisation)
        assert {field: matrix.shape for field, matrix in counts.items()} == {"basic": (2, 0), "query": (1, 0)}

    def test_a_corpus_beyond_64_bits_is_refused(self):
        text = " " * 10  # ten characters of code 39 = 0b100111: 60 bits
        assert count_terms({"text": [text] * 7}, "char10")["text"].nnz == 7  # 60 + 3 + 1 bits
        with pytest.raises(ValueError, match=r"char10: .* do not fit in 64 bits"):
            count_terms({"text": [text] * 8}, "char10")  # 60 + 4 + 1 bits
