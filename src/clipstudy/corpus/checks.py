"""Checks that raw records share: the keys they must have, and the texts that a table can hold."""

import re
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from clipstudy.corpus.quarantine import UnreadableError
from clipstudy.corpus.rawjson import json_type

# The longest text of a platform has some thousand characters; a longer one is a broken scrape, not a text.
LONGEST_TEXT = 1_000_000

_SURROGATE = re.compile("[\ud800-\udfff]")


class Texts(NamedTuple):
    """Keys of a record that must hold text, and the getter of all of them at once."""

    keys: tuple[str, ...]
    get: Callable[[Mapping[str, str]], tuple[str, ...]]


def texts(*keys: str) -> Texts:
    """Name the keys of a record that must hold text; at least two."""
    return Texts(keys, itemgetter(*keys))


def take_texts(record: object, wanted: Texts) -> tuple[dict, tuple[str, ...]]:
    """Take the texts of a record, in the order of their keys, and the record as the object that it is.

    Raises
    ------
    UnreadableError
        Where the record is not an object, or naming the first key that is missing or whose value is not a text
        that a table can hold.
    """
    # One look at all texts together; only where it finds something, each key is looked at by itself.
    try:
        values = wanted.get(record)  # type: ignore[arg-type]
        if _readable("".join(values)):
            return record, values  # type: ignore[return-value]
    except (KeyError, TypeError):
        pass
    if not isinstance(record, dict):
        raise UnreadableError(None, f"must be an object, is {json_type(record)}", record)
    for key in wanted.keys:
        check_text(key, require(record, key))
    return record, wanted.get(record)


def require(record: Mapping[str, object], key: str) -> object:
    """Take a value that must be there."""
    if key not in record:
        raise UnreadableError(key, "missing")
    return record[key]


def check_text(field: str, value: object) -> None:
    """Refuse what is not text, too long, or not storable: NUL and lone surrogates."""
    if not isinstance(value, str):
        raise UnreadableError(field, f"must be text, is {json_type(value)}", value)
    if len(value) > LONGEST_TEXT:
        raise UnreadableError(field, f"text of {len(value):,} characters; at most {LONGEST_TEXT:,}", value)
    if "\0" in value:
        raise UnreadableError(field, "text with a NUL character", value)
    if not _readable(value):
        raise UnreadableError(field, "text with a lone surrogate", value)


def _readable(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and "\0" not in text and (text.isascii() or not _SURROGATE.search(text))


def unknown_keys(record: Iterable[str], known: frozenset[str]) -> list[str]:
    """Keys of a record that nothing here reads, sorted."""
    return sorted(set(record) - known)
