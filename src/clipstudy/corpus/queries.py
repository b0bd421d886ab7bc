"""Queries of people who look for one known clip; their names become A1, A2, ... here and are kept nowhere."""

from collections import Counter
from collections.abc import Container
from pathlib import Path

import pyarrow as pa

from clipstudy.corpus.checks import require, take_texts, texts, unknown_keys
from clipstudy.corpus.quarantine import Rejected, UnreadableError, unknown_key_rows
from clipstudy.corpus.rawjson import json_type, read_json
from clipstudy.study import StudyError
from clipstudy.tables import build_table

LABELS = ("useful-description", "comments-on-topic", "purely-visual", "important-lyrics", "subtextual")

_TEXTS = texts("text", "target", "author")
_KEYS = frozenset((*_TEXTS.keys, *LABELS))


def read_queries(path: Path, source: str, clip_ids: Container[str], rejected: list[Rejected]) -> pa.Table:
    """Read the queries and make table `queries`.

    Parameters
    ----------
    path : Path
        A JSON list of queries, each with its text, target and author, and five labels that are true or false.
    source : str
        The name of the file in `rejected`.
    clip_ids : container of str
        The clips of the study; a query for any other one is left out with a row in `rejected`.
    rejected : list of Rejected
        Added to; no excerpt holds the name of an author.

    Returns
    -------
    pyarrow.Table
        Queries numbered from 1 by their place in the file, authors from A1 by their first query that is kept.

    Raises
    ------
    StudyError
        Where the file is not a list.
    """
    try:
        content = read_json(path, list)
    except UnreadableError as error:
        raise StudyError(f"{path}: {error.reason}; fetch or make it again") from None
    authors: dict[str, str] = {}
    unknown: Counter[str] = Counter()
    rows = []
    for position, query in enumerate(content):
        try:
            text, target, author, *labels = _read_query(query, unknown)
            if target not in clip_ids:
                raise UnreadableError("target", "no such clip", target)
        except UnreadableError as fault:
            if fault.field in (None, "author"):
                fault.value = None
            rejected.append(fault.row(source, position))
            continue
        rows.append((position + 1, text, target, authors.setdefault(author, f"A{len(authors) + 1}"), *labels))
    rejected += unknown_key_rows(source, unknown)
    names = ("query_id", "text", "target_id", "author", *(label.replace("-", "_") for label in LABELS))
    return build_table("queries", {name: [row[i] for row in rows] for i, name in enumerate(names)})


def _read_query(query: object, unknown: Counter[str]) -> tuple:
    query, values = take_texts(query, _TEXTS)
    if not values[0].strip():
        raise UnreadableError("text", "a query without a word", values[0])
    labels = [require(query, label) for label in LABELS]
    for label, value in zip(LABELS, labels, strict=True):
        if not isinstance(value, bool):
            raise UnreadableError(label, f"must be true or false, is {json_type(value)}", value)
    unknown.update(unknown_keys(query, _KEYS))
    return (*values, *labels)
