"""The normalised text of every field of every clip in the corpus, and of every query: what indexes are made of."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clipstudy.retrieval.normalise import Normaliser
from clipstudy.retrieval.tokenise import PART
from clipstudy.study import StudyError
from clipstudy.tables import build_table

BASIC_PARTS = ("creator", "nickname", "description", "music_title")
FIELDS = ("basic", "speech", "cover", "comments", "captions")
QUERY = "query"


class Collection(NamedTuple):
    """Documents and queries of a retrieval study, ready to be indexed."""

    clip_ids: list[str]
    query_ids: list[int]
    texts: dict[str, list[str]]
    targets: np.ndarray


def normalise_texts(clips: pa.Table, comments: pa.Table, queries: pa.Table, normalise: Normaliser) -> pa.Table:
    """Normalise the fields of the clips in the corpus, and the queries.

    Parameters
    ----------
    clips, comments, queries : pyarrow.Table
        Tables of the study. The comments of a clip are joined by one space, replies in their place; the four parts
        of the basic field stay apart. A text that is null is empty.

    Returns
    -------
    pyarrow.Table
        Table `texts`.

    Raises
    ------
    StudyError
        Where no clip is in the corpus.
    """
    corpus = clips.filter(clips["in_corpus"]).sort_by("clip_id")
    if not corpus.num_rows:
        raise StudyError(f"none of {clips.num_rows} clips is in the corpus: see column `missing` of clips.parquet")
    said = _joined_comments(comments)
    rows: list[tuple[str, str, str]] = []
    for clip in corpus.select(["clip_id", *BASIC_PARTS, "speech_text", "cover_text", "captions_text"]).to_pylist():
        clip_id = clip["clip_id"]
        basic = PART.join(normalise(clip[part] or "") for part in BASIC_PARTS)
        others = (clip["speech_text"], clip["cover_text"], said.get(clip_id), clip["captions_text"])
        texts = (basic, *(normalise(text or "") for text in others))
        rows += [(field, clip_id, text) for field, text in zip(FIELDS, texts, strict=True)]
    rows += [
        (QUERY, str(query["query_id"]), normalise(query["text"]))
        for query in queries.select(["query_id", "text"]).to_pylist()
    ]
    field, owner_id, text = zip(*rows, strict=True)
    return build_table("texts", {"field": field, "owner_id": owner_id, "text": text})


def _joined_comments(comments: pa.Table) -> dict[str, str]:
    ordered = comments.select(["clip_id", "position", "text"]).sort_by(
        [("clip_id", "ascending"), ("position", "ascending")]
    )
    pairs = zip(ordered["clip_id"].to_pylist(), ordered["text"].to_pylist(), strict=True)
    return {clip_id: " ".join(text or "" for _, text in group) for clip_id, group in groupby(pairs, key=lambda p: p[0])}


def read_collection(texts: pa.Table, queries: pa.Table, fields: Sequence[str] = FIELDS) -> Collection:
    """Arrange normalised texts by clip id and query id.

    Parameters
    ----------
    texts : pyarrow.Table
        Table `texts`.
    queries : pyarrow.Table
        Table `queries`; a query whose target is not in the corpus cannot be judged and is left out.

    Raises
    ------
    StudyError
        Where no query can be judged.
    """
    by_field: dict[str, dict[str, str]] = {}
    for field in (*fields, QUERY):
        part = texts.filter(pc.equal(texts["field"], field))
        by_field[field] = dict(zip(part["owner_id"].to_pylist(), part["text"].to_pylist(), strict=True))
    clip_ids = sorted(by_field["basic"])
    row = {clip_id: number for number, clip_id in enumerate(clip_ids)}
    judged = sorted(
        (query_id, row[target])
        for query_id, target in zip(queries["query_id"].to_pylist(), queries["target_id"].to_pylist(), strict=True)
        if target in row
    )
    if not judged:
        raise StudyError(f"none of {queries.num_rows} queries has its target in the corpus: see column `target_id`")
    return Collection(
        clip_ids,
        [query_id for query_id, _ in judged],
        {field: [by_field[field][clip_id] for clip_id in clip_ids] for field in fields}
        | {QUERY: [by_field[QUERY][str(query_id)] for query_id, _ in judged]},
        np.array([target for _, target in judged], dtype=np.int64),
    )
