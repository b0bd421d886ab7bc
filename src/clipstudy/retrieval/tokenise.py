"""Tokenisers: from normalised texts to counts of terms, as sparse matrices over one shared vocabulary.

A text may have several parts, divided by a line feed, which no normaliser leaves in a text: terms never cross it.
Character n-grams are packed into 64-bit integers with six bits a character, joined with the numbers of their document
and field, and sorted once: what is left is counting runs.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz_@# "
PART = "\n"
_BITS = 6
_BOUNDARY = 63
_CODES = np.full(256, 64, dtype=np.uint8)
_CODES[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(ALPHABET))
_CODES[ord(PART)] = _BOUNDARY


def terms_of(text: str, tokenisation: str) -> list[str]:
    """Terms of one normalised text, in order, repeats kept.

    Parameters
    ----------
    text : str
        Normalised; parts divided by a line feed.
    tokenisation : str
        `word`, or `char` and a length, such as `char4`.
    """
    if tokenisation == "word":
        return text.split()
    size = ngram_size(tokenisation)
    return [part[i : i + size] for part in text.split(PART) for i in range(len(part) - size + 1)]


def ngram_size(tokenisation: str) -> int:
    """Length of the character n-grams of a tokenisation such as `char4`."""
    return int(tokenisation.removeprefix("char"))


def count_terms(texts: Mapping[str, Sequence[str]], tokenisation: str) -> dict[str, sparse.csc_array]:
    """Count the terms of every text of every field over one vocabulary.

    Parameters
    ----------
    texts : mapping
        Field -> normalised texts, one a document. Queries may be one of the fields, with a number of their own.
    tokenisation : str
        See `terms_of`.

    Returns
    -------
    dict
        Field -> counts, float64 of shape (documents of that field, terms). Terms are ordered as words by first
        sight, as n-grams by `ALPHABET`; those that a field lacks are empty columns there.

    Raises
    ------
    ValueError
        Where a text has a character outside `ALPHABET`, or the corpus is too large for 64 bits.
    """
    terms, documents, fields = _words(texts) if tokenisation == "word" else _ngrams(texts, ngram_size(tokenisation))
    document_bits = max((len(column) for column in texts.values()), default=1).bit_length()
    field_bits = len(texts).bit_length()
    if len(terms) and int(terms.max()).bit_length() + document_bits + field_bits > 64:
        raise ValueError(f"{tokenisation}: terms, documents and fields do not fit in 64 bits")
    keys = (((terms << np.uint64(field_bits)) | fields) << np.uint64(document_bits)) | documents
    keys.sort()
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    counts = np.diff(starts, append=len(keys)).astype(np.float64)
    postings = keys[starts]
    documents = (postings & np.uint64((1 << document_bits) - 1)).astype(np.int32)
    fields = (postings >> np.uint64(document_bits)) & np.uint64((1 << field_bits) - 1)
    terms = postings >> np.uint64(document_bits + field_bits)
    columns = np.cumsum(np.concatenate([[False], terms[1:] != terms[:-1]])) if len(terms) else terms
    size = int(columns[-1]) + 1 if len(terms) else 0
    matrices = {}
    for number, (field, column) in enumerate(texts.items()):
        mine = np.flatnonzero(fields == number)
        starts = np.concatenate([[0], np.cumsum(np.bincount(columns[mine].astype(np.int64), minlength=size))])
        content = (counts[mine], documents[mine], starts.astype(np.int32))
        matrices[field] = sparse.csc_array(content, shape=(len(column), size))
    return matrices


def _words(texts: Mapping[str, Sequence[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    words, documents, fields = [], [], []
    for number, column in enumerate(texts.values()):
        split = [text.split() for text in column]
        lengths = [len(part) for part in split]
        words += [word for part in split for word in part]
        documents.append(np.repeat(np.arange(len(column), dtype=np.uint64), lengths))
        fields.append(np.full(sum(lengths), number, dtype=np.uint64))
    codes, _ = pd.factorize(np.array(words, dtype=object))
    return codes.astype(np.uint64), np.concatenate(documents), np.concatenate(fields)


def _ngrams(texts: Mapping[str, Sequence[str]], size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    terms, documents, fields = [], [], []
    for number, column in enumerate(texts.values()):
        grams, where = pack_ngrams(column, size)
        terms.append(grams)
        documents.append(where)
        fields.append(np.full(len(grams), number, dtype=np.uint64))
    return np.concatenate(terms), np.concatenate(documents), np.concatenate(fields)


def pack_ngrams(column: Sequence[str], size: int) -> tuple[np.ndarray, np.ndarray]:
    """All n-grams of normalised texts as integers, with the number of the text each stands in.

    Parameters
    ----------
    column : sequence of str
        Normalised texts.
    size : int
        Characters a term, at most 10: six bits each.

    Returns
    -------
    tuple of numpy.ndarray
        uint64 n-grams in order of occurrence, and uint64 text numbers, both of the number of occurrences.
    """
    lengths = np.fromiter((len(text) + 1 for text in column), dtype=np.int64, count=len(column))
    codes = _CODES[np.frombuffer(PART.join([*column, ""]).encode(), dtype=np.uint8)]
    if len(codes) != lengths.sum() or (codes > _BOUNDARY).any():
        raise ValueError("a text has characters that normalised text cannot have")
    windows = len(codes) - size + 1
    if windows <= 0:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    packed = np.zeros(windows, dtype=np.uint64)
    whole = np.ones(windows, dtype=bool)
    for offset in range(size):
        letter = codes[offset : offset + windows]
        packed = (packed << np.uint64(_BITS)) | letter
        whole &= letter != _BOUNDARY
    documents = np.repeat(np.arange(len(column), dtype=np.uint64), lengths)
    return packed[whole], documents[:windows][whole]
