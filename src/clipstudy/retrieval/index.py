"""Indexes: one tokenisation, one set of fields, with or without attribution of a term to its field.

An index is a list of blocks, sparse counts of documents x terms. Without attribution it is one block, the sum of its
fields; with attribution it is one block a field, because a term then counts apart in each field it occurs in.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import sparse

from clipstudy.study import Retrieval

# The order in which the published study counted its indexes.
_PUBLISHED_SOURCES = [(), ("speech",), ("comments",), ("cover",), ("speech", "comments"), ("speech", "cover")]
_PUBLISHED_SOURCES += [("cover", "comments"), ("speech", "cover", "comments")]
_PUBLISHED_TOKENISATIONS = ["word", "char4", "char5", "char6", "char7"]


class IndexName(NamedTuple):
    """What distinguishes an index: tokenisation, texts added to the basic one, attribution."""

    tokenisation: str
    sources: tuple[str, ...]
    attributed: bool

    @property
    def slug(self) -> str:
        """Identifier such as `char4-speech+cover+comments-plain`."""
        return f"{self.tokenisation}-{'+'.join(self.sources) or 'basic'}-{'attributed' if self.attributed else 'plain'}"

    @property
    def published_id(self) -> int | None:
        """Number of the index in the published results, from 1; None where the published study had no such index."""
        if self.sources not in _PUBLISHED_SOURCES or self.tokenisation not in _PUBLISHED_TOKENISATIONS:
            return None
        tokenisation = _PUBLISHED_TOKENISATIONS.index(self.tokenisation)
        return 1 + 10 * _PUBLISHED_SOURCES.index(self.sources) + 5 * (not self.attributed) + tokenisation


def list_indexes(config: Retrieval) -> list[IndexName]:
    """All indexes of a study: every tokenisation, every subset of its sources, every attribution."""
    subsets = [subset for size in range(len(config.sources) + 1) for subset in combinations(config.sources, size)]
    return [
        IndexName(tokenisation, subset, attributed)
        for tokenisation in config.tokenisations
        for subset in subsets
        for attributed in config.attribution
    ]


def list_caption_indexes(config: Retrieval) -> list[IndexName]:
    """Indexes beside the grid, with the site's captions: in place of speech, and with all sources of the study."""
    without_speech = tuple(source for source in config.sources if source != "speech")
    return [
        IndexName(tokenisation, (*sources, "captions"), attributed)
        for tokenisation in config.tokenisations
        for sources in (without_speech, tuple(config.sources))
        for attributed in config.attribution
    ]


class Index(NamedTuple):
    """Counts of an index, and what follows from them alone."""

    blocks: list[sparse.csc_array]
    documents: int
    largest: np.ndarray

    @property
    def vocabulary(self) -> int:
        """Number of distinct terms."""
        return sum(int(np.count_nonzero(np.diff(block.indptr))) for block in self.blocks)

    @property
    def postings(self) -> int:
        """Number of (term, document) pairs."""
        return sum(block.nnz for block in self.blocks)

    @property
    def bytes(self) -> int:
        """Memory of the counts, in bytes."""
        return sum(block.data.nbytes + block.indices.nbytes + block.indptr.nbytes for block in self.blocks)


def build_index(blocks: list[sparse.csc_array]) -> Index:
    """Make an index of its blocks.

    Parameters
    ----------
    blocks : list of csc_array
        Counts of documents x terms, one for each field that terms are attributed to.

    Returns
    -------
    Index
        `documents` is the number of documents with at least one posting, the N of the collection weights; `largest`
        is the largest count of any term in each document, at least 1.
    """
    largest = np.maximum.reduce([_row_maxima(block) for block in blocks])
    return Index(blocks, int(np.count_nonzero(largest)), np.maximum(largest, 1.0))


def _row_maxima(block: sparse.csc_array) -> np.ndarray:
    maxima = np.zeros(block.shape[0])
    np.maximum.at(maxima, block.indices, block.data)
    return maxima


def build_indexes(
    counts: Mapping[str, sparse.csc_array], names: Iterable[IndexName]
) -> Iterator[tuple[IndexName, Index]]:
    """Build indexes of one tokenisation, one at a time; sums of fields are kept from one to the next.

    Parameters
    ----------
    counts : mapping
        Field -> counts over one vocabulary, from `count_terms`.
    names : iterable of IndexName
        Of that tokenisation.
    """
    sums: dict[tuple[str, ...], sparse.csc_array] = {(): counts["basic"]}

    def add_up(sources: tuple[str, ...]) -> sparse.csc_array:
        if sources not in sums:
            sums[sources] = (add_up(sources[:-1]) + counts[sources[-1]]).tocsc()
        return sums[sources]

    for name in names:
        if name.attributed:
            yield name, build_index([counts[field] for field in ("basic", *name.sources)])
        else:
            yield name, build_index([add_up(name.sources)])
