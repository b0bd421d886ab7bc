"""The media of a study as a whole: texts in the published form, and ledgers that say why a text is missing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from clipstudy.media.batches import read_json
from clipstudy.tables import build_table, check_table, read_table

Results = dict[str, dict[str, Any]]


def gather_texts(results: Iterable[Path | str]) -> dict[str, str | None]:
    """Texts of all jobs of a step, clip -> text or null, as the published study kept them.

    Parameters
    ----------
    results : iterable of Path or str
        JSON files of `read_covers` or `transcribe_speech`: clip -> {text, reason}.
    """
    return {clip_id: result["text"] for clip_id, result in _merge(results).items()}


def gather_reasons(steps: dict[str, list[str]]) -> pa.Table:
    """Make the table `media_texts`: for every clip and step whether there is a result, how long it is, or why not.

    Parameters
    ----------
    steps : dict
        Step (cover, audio, speech) -> its JSON files; audio has no text, so its characters are null.
    """
    rows = [
        (clip_id, step, result["reason"] is None, None if text is None else len(text), result["reason"])
        for step, files in steps.items()
        for clip_id, result in _merge(files).items()
        for text in [result.get("text")]
    ]
    columns = ("clip_id", "step", "is_read", "characters", "reason")
    return build_table("media_texts", {name: [row[i] for row in rows] for i, name in enumerate(columns)})


def gather_downloads(ledgers: Iterable[Path | str]) -> pa.Table:
    """Put the parts of the table `downloads` together."""
    empty = build_table("downloads", {})
    return check_table("downloads", pa.concat_tables([empty, *(read_table("downloads", path) for path in ledgers)]))


def _merge(files: Iterable[Path | str]) -> Results:
    merged: Results = {}
    for path in files:
        merged |= read_json(path)
    return merged
