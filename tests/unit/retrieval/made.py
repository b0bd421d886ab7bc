"""Invented tables of a study."""

import pyarrow as pa

from clipstudy.tables import build_table


def make_clips(*rows: dict) -> pa.Table:
    """Clips that are in the corpus and have empty texts unless a row says otherwise."""
    defaults = {
        "creator": "",
        "nickname": "",
        "description": "",
        "music_title": "",
        "cover_text": None,
        "speech_text": None,
        "captions_text": None,
        "in_corpus": True,
    }
    filled = [defaults | row for row in rows]
    columns = ("clip_id", *defaults)
    return build_table("clips", {name: [row[name] for row in filled] for name in columns})


def make_comments(*rows: tuple[str, int, str | None, str | None]) -> pa.Table:
    """Comments from clip id, position, commenter and text."""
    return build_table(
        "comments",
        {name: [row[i] for row in rows] for i, name in enumerate(("clip_id", "position", "commenter", "text"))},
    )


def make_queries(*rows: tuple[int, str, str]) -> pa.Table:
    """Queries from number, text and target."""
    return build_table(
        "queries", {name: [row[i] for row in rows] for i, name in enumerate(("query_id", "text", "target_id"))}
    )
