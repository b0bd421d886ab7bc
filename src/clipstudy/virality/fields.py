"""The distinct texts of a feed's fields, each read once: clip ids, creators, counts."""

import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clipstudy.corpus.dates import is_clip_id, posted_at
from clipstudy.virality.shown import read_count, read_wrapped

Kind = Literal["clip_id", "creator", "count", "wrapped"]
READ, MENDED, NOT_READ = range(3)
REPAIRED = "repaired:"
_AFTER_PATH = re.compile(r"[?#]")


def read_distinct(texts: Sequence[str], kind: Kind) -> tuple[list[Any], NDArray[np.int8]]:
    """Read each text of a field.

    Parameters
    ----------
    texts : sequence of str
        Distinct texts.
    kind : str
        What they are.

    Returns
    -------
    values : list
        Clip ids, user names, or (value, low, high); a stand-in where a text cannot be read.
    state : ndarray of int8, shape (texts + 1,)
        `READ`, `MENDED` or `NOT_READ`; one more at the end, `READ`, for a missing text, which code -1 reaches.
    """
    read = _READERS[kind]
    values, state = [], np.zeros(len(texts) + 1, np.int8)
    for i, text in enumerate(texts):
        try:
            value, mended = read(text)
        except ValueError:
            value, mended, state[i] = (0, 0, 1) if kind in ("count", "wrapped") else "", False, NOT_READ
        values.append(value)
        if mended:
            state[i] = MENDED
    return values, state


def _read_clip_id(url: str) -> tuple[str, bool]:
    last = url.rpartition("/")[2]
    if not is_clip_id(last):
        last = _AFTER_PATH.split(url.strip(), maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    if not is_clip_id(last):
        raise ValueError("no clip id at the end of its path")
    return last, False


def _read_creator(name: str) -> tuple[str, bool]:
    bare = name.strip().removeprefix("@")
    if not bare:
        raise ValueError("no user name")
    return f"@{bare}", name != f"@{bare}"


_READERS: dict[str, Any] = {
    "clip_id": _read_clip_id,
    "creator": _read_creator,
    "count": read_count,
    "wrapped": read_wrapped,
}


def upload_times(clip_ids: Sequence[str]) -> NDArray[np.int64]:
    """Upload times in microseconds since 1970, one an id and one more for none; the far past where an id has none."""
    times = [posted_at(clip_id) if clip_id else None for clip_id in clip_ids]
    return np.array([np.iinfo(np.int64).min if time is None else time for time in [*times, None]])
