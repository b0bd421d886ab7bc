"""Times that a raw record carries: the post time inside a clip's id, and the clock of the scrape."""

import re

CLIP_ID = re.compile(r"[1-9][0-9]{0,18}")
_LARGEST_ID = 2**63 - 1
# No platform that counts its ids so is older; an earlier time means that the id is not of this kind.
EARLIEST = 1_388_534_400  # 2014-01-01 in Unix seconds
LATEST = 4_102_444_800  # 2100-01-01 in Unix seconds; what is above is milliseconds


def is_clip_id(text: str) -> bool:
    """Whether a text is a clip id: a positive decimal number of at most 63 bits."""
    return CLIP_ID.fullmatch(text) is not None and int(text) <= _LARGEST_ID


def posted_at(clip_id: str) -> int | None:
    """Post time that a clip id carries: its upper 32 bits are Unix seconds.

    Returns
    -------
    int or None
        Microseconds since 1970 UTC; None where that would be before 2014, so that the id carries no time.
    """
    seconds = int(clip_id) >> 32
    return seconds * 1_000_000 if seconds >= EARLIEST else None


def scraped_at(stamp: object) -> int:
    """Time of a scrape from its Unix seconds.

    Returns
    -------
    int
        Microseconds since 1970 UTC.

    Raises
    ------
    ValueError
        Where the stamp is not a number of seconds between 1970 and 2100.
    """
    if isinstance(stamp, bool) or not isinstance(stamp, int | float) or not 0 <= stamp < LATEST:
        raise ValueError("not Unix seconds between 1970 and 2100")
    return round(stamp * 1_000_000)
