"""The search of the published viewer, with its defect: each matching term replaced a clip's score instead of adding.

The viewer indexed one string a clip in 5-grams, the last one of each clip missing, and scored a clip for a query term
with tf x log2(N / df). It *assigned* that value, so that only the last matching term of the query counted.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from clipstudy.retrieval.normalise import Symbols, normalise_basic, normalise_basic_query
from clipstudy.retrieval.tokenise import terms_of

_TOKENISATION = "char5"
_PARTS = ("creator", "nickname", "description", "cover_text", "speech_text", "clip_id", "music_title")


class ViewerRanks(NamedTuple):
    """Best and worst rank of each query's target, by query; 0 where it is not listed."""

    assigned: np.ndarray
    added: np.ndarray


def viewer_documents(clips: pa.Table, comments: pa.Table, symbols: Symbols) -> dict[str, str]:
    """Clip id -> the normalised string that the viewer indexed, for every clip in the corpus."""
    rows = comments.select(["clip_id", "position", "commenter", "text"]).sort_by(
        [("clip_id", "ascending"), ("position", "ascending")]
    )
    said = {
        clip_id: [f"{row['commenter'] or ''} {row['text'] or ''}" for row in group]
        for clip_id, group in groupby(rows.to_pylist(), key=lambda row: row["clip_id"])
    }
    corpus = clips.filter(clips["in_corpus"]).select([*_PARTS]).to_pylist()
    return {
        clip["clip_id"]: normalise_basic(
            " ".join([*(clip[part] or "" for part in _PARTS), *said.get(clip["clip_id"], [])]), symbols
        )
        for clip in corpus
    }


def rank_viewer_targets(documents: dict[str, str], queries: Sequence[tuple[str, str]]) -> ViewerRanks:
    """Rank each query's target as the viewer did, and as it would have with scores added.

    Parameters
    ----------
    documents : dict
        Clip id -> normalised string.
    queries : sequence of (text, target id)
        As typed.

    Returns
    -------
    ViewerRanks
        Two int arrays of shape (queries, 2): best and worst rank of the target's tie.
    """
    asked = [list(dict.fromkeys(terms_of(normalise_basic_query(text), _TOKENISATION))) for text, _ in queries]
    wanted = {term for terms in asked for term in terms}
    postings: dict[str, dict[str, int]] = defaultdict(dict)
    for clip_id, text in documents.items():
        # without its last character a text lacks exactly its last n-gram: the off-by-one of the published index
        for term, count in Counter(terms_of(text[:-1], _TOKENISATION)).items():
            if term in wanted:
                postings[term][clip_id] = count
    ranks = np.array(
        [_rank(terms, target, postings, len(documents)) for terms, (_, target) in zip(asked, queries, strict=True)]
    )
    return ViewerRanks(ranks[:, 0], ranks[:, 1])


def _rank(
    terms: list[str], target: str, postings: dict[str, dict[str, int]], documents: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    assigned: dict[str, float] = {}
    added: dict[str, float] = defaultdict(float)
    for term in terms:
        weight = np.log2(documents / len(postings[term])) if postings.get(term) else 0.0
        for clip_id, count in postings.get(term, {}).items():
            assigned[clip_id] = count * weight
            added[clip_id] += count * weight
    return _tie(assigned, target), _tie(added, target)


def _tie(scores: dict[str, float], target: str) -> tuple[int, int]:
    if target not in scores:
        return 0, 0
    values = np.fromiter(scores.values(), dtype=np.float64).round(9)
    own = round(scores[target], 9)
    better = int(np.count_nonzero(values > own))
    return better + 1, better + int(np.count_nonzero(values == own))
