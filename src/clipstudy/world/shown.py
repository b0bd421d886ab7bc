"""How the site shows counts and times."""

from datetime import UTC, datetime

_UNITS = [(1_000, "K"), (1_000_000, "M"), (1_000_000_000, "B")]
_SPANS = [(604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")]
_DATE_AFTER = 14 * 86_400


def shown_count(count: int) -> str:
    """Shorten a count the way the site does.

    Parameters
    ----------
    count : int
        At least 0.

    Returns
    -------
    str
        Plain below 10,000; above it one decimal of K, M or B, half a step rounded up, `.0` left out: 231,550 is
        "231.6K", 999,950 is "1M".
    """
    if count < 10_000:
        return str(count)
    rounded = [((count * 10 + unit // 2) // unit, name) for unit, name in _UNITS]
    tenths, name = next((r for r in rounded if r[0] < 10_000), rounded[-1])
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}{name}" if tenth else f"{whole}{name}"


def posted_label(posted_at: int, clock: int) -> str:
    """Tell a post time the way the site does on a clip.

    Parameters
    ----------
    posted_at, clock : int
        Unix seconds; `clock` is the site's now.

    Returns
    -------
    str
        "3d ago" up to two weeks, then "11-20" in the clock's year (UTC), otherwise "2020-9-18".
    """
    age = max(0, clock - posted_at)
    if age < _DATE_AFTER:
        seconds, name = next(span for span in _SPANS if age >= span[0] or span[0] == 1)
        return f"{age // seconds}{name} ago"
    then, now = datetime.fromtimestamp(posted_at, UTC), datetime.fromtimestamp(clock, UTC)
    day = f"{then.month}-{then.day}"
    return day if then.year == now.year else f"{then.year}-{day}"


def comment_label(posted_at: int, clock: int) -> str:
    """Tell a comment's time: as on a clip, but with the blank that the site leaves after "ago"."""
    label = posted_label(posted_at, clock)
    return f"{label} " if label.endswith("ago") else label
