"""Counts as a feed shows them, and the interval of true values that each stands for."""

import re
from functools import lru_cache
from typing import NamedTuple

_SHOWN = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,9}))?([KMB]?)")
_ZEROS = {"": 0, "K": 3, "M": 6, "B": 9}
_LARGEST = 2**63 - 1


class Count(NamedTuple):
    """A shown count and the half-open interval [low, high) of whole numbers that are shown so."""

    value: int
    low: int
    high: int


@lru_cache(maxsize=1 << 16)
def parse_count(shown: str) -> Count:
    """Read a count such as `231.6K`, exact to half a unit of the last digit shown.

    Parameters
    ----------
    shown : str
        Digits, with a decimal part only before one of the units K, M and B.

    Returns
    -------
    Count
        231.6K is 231,600 in [231,550, 231,650). A plain number is exact: 87 is 87 in [87, 88).

    Raises
    ------
    ValueError
        For any other text, and for a number beyond 64 bits.
    """
    match = _SHOWN.fullmatch(shown)
    if not match:
        raise ValueError("not a count")
    whole, decimals, unit = match[1], match[2] or "", match[3]
    zeros = _ZEROS[unit] - len(decimals)
    if zeros < 0:
        raise ValueError("not a count: more decimals than its unit has digits")
    step = 10**zeros
    value = int(whole + decimals) * step
    # half of step 1 is no whole number: [n - 0.5, n + 0.5) holds n alone, which is [n, n + 1)
    low, high = (value, value + 1) if step == 1 else (max(0, value - step // 2), value + step // 2)
    if high > _LARGEST:
        raise ValueError("not a count: beyond 64 bits")
    return Count(value, low, high)
