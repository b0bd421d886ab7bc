"""What the scraper could not read on a page, one JSON object a line beside the batches."""

from pathlib import Path

from clipstudy.corpus.checks import check_text, require
from clipstudy.corpus.quarantine import WHOLE_FILE, Rejected, UnreadableError, excerpt
from clipstudy.corpus.rawjson import json_type, parse_json


def read_failures(path: Path, source: str) -> list[Rejected]:
    """Read the scraper's failures as rows of `rejected`; a line that is none is itself such a row.

    Parameters
    ----------
    path : Path
        Lines with the keys source, position (from 0; -1 for the whole file), field, reason and excerpt; field and
        excerpt may be null or left out.
    source : str
        The name of the file in `rejected`.
    """
    rows = []
    for number, line in enumerate(path.read_bytes().splitlines()):
        try:
            if line.strip():
                rows.append(_read_failure(parse_json(line)))
        except UnreadableError as fault:
            rows.append(fault.row(source, number))
    return rows


def _read_failure(failure: object) -> Rejected:
    if not isinstance(failure, dict):
        raise UnreadableError(None, f"must be an object, is {json_type(failure)}", failure)
    position = require(failure, "position")
    if isinstance(position, bool) or not isinstance(position, int) or not WHOLE_FILE <= position < 2**63:
        raise UnreadableError("position", "must be a whole number from -1", position)
    for key in ("source", "reason"):
        check_text(key, require(failure, key))
    for key in ("field", "excerpt"):
        if failure.get(key) is not None:
            check_text(key, failure[key])
    shown = excerpt(failure.get("excerpt"))
    return Rejected(failure["source"], position, failure.get("field"), failure["reason"], shown)
