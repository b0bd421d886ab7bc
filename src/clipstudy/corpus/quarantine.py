"""What could not be read: every value that is left out of a table has a row here, with its place and its reason."""

import reprlib
from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from clipstudy.tables import build_table

WIDTH = 80
WHOLE_FILE = -1

_short = reprlib.Repr()
_short.maxother = _short.maxstring = _short.maxlong = WIDTH


class Rejected(NamedTuple):
    """One thing left out: its file, the position of its record from 0 (-1: the whole file), field and reason."""

    source: str
    position: int
    field: str | None
    reason: str
    excerpt: str | None = None


class UnreadableError(Exception):
    """A value that cannot be taken into a table: its field, the reason, and the value for an excerpt."""

    def __init__(self, field: str | None, reason: str, value: object = None) -> None:
        super().__init__(reason)
        self.field, self.reason, self.value = field, reason, value

    def row(self, source: str, position: int, within: str = "") -> Rejected:
        """Make the row that records it, for a record at a position of a file, or a part within the record."""
        field = ".".join(part for part in (within, self.field) if part)
        return Rejected(source, position, field or None, self.reason, excerpt(self.value))


def excerpt(value: object) -> str | None:
    """At most 80 characters of a value on one line, control characters and lone surrogates escaped."""
    if value is None:
        return None
    text = value[:WIDTH] if isinstance(value, str) else _short.repr(value)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)[:WIDTH]


def unknown_key_rows(source: str, unknown: Mapping[str, int]) -> list[Rejected]:
    """Rows that tell of keys that nothing reads, one a key and file; the records that have them are kept.

    Parameters
    ----------
    source : str
        The file.
    unknown : mapping
        Key -> number of times it was met.
    """
    return [
        Rejected(source, WHOLE_FILE, excerpt(key), f"unknown key, met {times} times; left out, its records are kept")
        for key, times in sorted(unknown.items())
    ]


def rejected_table(rows: list[Rejected]) -> pa.Table:
    """Table `rejected`: the rows of one record are numbered in the order in which they were found."""
    found: dict[tuple[str, int], int] = {}
    sequences = []
    for row in rows:
        place = (row.source, row.position)
        sequences.append(found.setdefault(place, 0))
        found[place] += 1
    columns = {name: [getattr(row, name) for row in rows] for name in Rejected._fields}
    return build_table("rejected", {**columns, "sequence": sequences})
