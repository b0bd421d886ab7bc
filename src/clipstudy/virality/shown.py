"""Counts as the feed shows them: plain below 10,000, else to the nearest tenth of K, M or B, totals of likes wrapped.

A tenth of zero is not shown: `12K` is 12.0K, known to 50.
"""

import re
from typing import NamedTuple

from clipstudy.corpus.counts import Count, parse_count

_WHOLE_UNITS = re.compile(r"([0-9]+)([KMB])")
_SEPARATORS = re.compile(r"[\s,_]|\.0*$")
_PLAIN_BELOW = 10_000
# true values below these are shown with the next smaller unit: 9,999 plainly, 999,949 as 999.9K
_LEAST = {"10K": 10_000, "1M": 999_950, "1B": 999_950_000}


class Shown(NamedTuple):
    """A count with its bounds, and whether its text was in need of repair."""

    bounds: Count
    repaired: bool


def read_count(text: str) -> Shown:
    """Read a count of the feed.

    Parameters
    ----------
    text : str
        Such as `1084`, `12K`, `231.6K`, or `231600`, the number which some feeds keep for `231.6K`.

    Returns
    -------
    Shown
        The count with its bounds; lower case, thousands separators, spaces and an empty decimal part are repaired.

    Raises
    ------
    ValueError
        For any other text.
    """
    try:
        return Shown(_read(text), False)
    except ValueError:
        return Shown(_read(_SEPARATORS.sub("", text).upper()), True)


def read_wrapped(text: str) -> Shown:
    """Read a total of likes as shown after its overflow: below zero with all its digits, else as any count."""
    stripped = text.strip()
    if not stripped.startswith("-"):
        return read_count(text)
    (value, low, high), repaired = read_count(stripped[1:])
    if high - low > 1 and stripped[1:].isdecimal():
        low, high = value, value + 1
    return Shown(Count(-value, 1 - high, 1 - low), repaired or stripped != text)


def _read(text: str) -> Count:
    if match := _WHOLE_UNITS.fullmatch(text):
        value, low, high = parse_count(f"{match[1]}.0{match[2]}")
        return Count(value, max(low, _LEAST.get(text, 0)), high)
    count = parse_count(text)
    if count.value >= _PLAIN_BELOW and text.isdecimal():
        step = 100 if count.value < 10**6 else 10**5 if count.value < 10**9 else 10**8
        if count.value % step == 0:
            return _read(_shorten(count.value, step))
    return count


def _shorten(value: int, step: int) -> str:
    whole, tenth = divmod(value // step, 10)
    unit = {100: "K", 10**5: "M", 10**8: "B"}[step]
    return f"{whole}.{tenth}{unit}" if tenth else f"{whole}{unit}"
