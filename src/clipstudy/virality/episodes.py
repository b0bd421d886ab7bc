"""Viral episodes: when a clip, an audio or a creator gained more interactions than most others did at that time.

The published report calls content viral while it gains more interactions per unit time than a chosen share of the other
content. Made precise:

- **interactions** are likes and comments; followers are left out, lest what virality brings decide what is viral;
- time is cut into **windows** of equal length, one after another from a common origin;
- a clip takes part in a window that lies between its first and its last sighting: only of those is the gain known. Its
  interactions are those of its fitted paths (`rates`), evenly spread between two sightings. An audio or a creator takes
  part with the sum over its clips that do;
- one is **viral in a window** where its interactions per hour are above the percentile of all of its kind in it;
- an **episode** is a run of windows in a row in which one is viral. It starts with the first window, ends with the
  last, and peaks in the one with the most interactions per hour, the first of equals.
"""

from datetime import datetime
from typing import NamedTuple

import numba
import numpy as np
import pyarrow as pa

from clipstudy.study import Virality
from clipstudy.tables import build_table
from clipstudy.virality.derived import Sightings
from clipstudy.virality.groups import (
    MICROSECONDS_PER_HOUR,
    CodeArray,
    FloatArray,
    IntArray,
    group_rows,
    round_significant,
)
from clipstudy.virality.rates import Paths

DIGITS = 9


class Gains(NamedTuple):
    """Interactions gained by each subject in each window that it takes part in, sorted by subject and window."""

    subject: CodeArray
    window: IntArray
    gained: FloatArray


class Episodes(NamedTuple):
    """Episodes by subject and time: first and last window, peak window, interactions per hour there, and in all."""

    subject: CodeArray
    first: IntArray
    last: IntArray
    peak: IntArray
    peak_rate: FloatArray
    interactions: FloatArray
    open_start: IntArray
    open_end: IntArray


def origin_of(sightings: Sightings, begin: datetime | None) -> int:
    """Origin of windows in microseconds: midnight (UTC) before the study start, or before the first sighting."""
    start = int(begin.timestamp()) * 1_000_000 if begin else int(sightings.times.min(initial=0))
    return start - start % (24 * MICROSECONDS_PER_HOUR)


def clip_gains(sightings: Sightings, interactions: FloatArray, origin: int, window_hours: int) -> Gains:
    """Interactions of every clip in every window between its first and last sighting.

    Parameters
    ----------
    sightings : Sightings
        In the order of clip and time.
    interactions : ndarray, shape (sightings,)
        Fitted likes and comments together.
    origin : int
        Beginning of window 0, microseconds since 1970.
    window_hours : int
        Length of a window.
    """
    place = (sightings.times - origin) / (window_hours * MICROSECONDS_PER_HOUR)
    return Gains(*_cut(sightings.groups.starts, place, interactions))


@numba.njit(cache=True)
def _cut(starts, place, path):  # type: ignore[no-untyped-def]
    count = 0
    for clip in range(len(starts) - 1):
        begin, final = starts[clip], starts[clip + 1] - 1
        count += max(0, int(np.floor(place[final])) - int(np.ceil(place[begin])))
    subject, window, gained = np.empty(count, np.int32), np.empty(count, np.int64), np.empty(count, np.float64)
    row = 0
    for clip in range(len(starts) - 1):
        begin, final = starts[clip], starts[clip + 1] - 1
        low, high = int(np.ceil(place[begin])), int(np.floor(place[final]))
        before, i = 0.0, begin
        for edge in range(low, high + 1):
            while i < final and place[i + 1] < edge:
                i += 1
            value = path[i]
            if i < final:
                value += (path[i + 1] - path[i]) * (edge - place[i]) / (place[i + 1] - place[i])
            if edge > low:
                subject[row], window[row], gained[row] = clip, edge - 1, value - before
                row += 1
            before = value
    return subject, window, gained


def sum_gains(gains: Gains, owner: CodeArray) -> Gains:
    """Gains of owners (audios, creators) from those of their clips; clips with owner -1 are left out.

    Parameters
    ----------
    gains : Gains
        Of clips.
    owner : ndarray of int32, shape (clips,)
        Owner of each clip.
    """
    of_row = owner[gains.subject]
    kept = (of_row >= 0).nonzero()[0]
    if not len(kept):
        return Gains(gains.subject[:0], gains.window[:0], gains.gained[:0])
    base = int(gains.window.min())
    span = int(gains.window.max()) - base + 1
    cells, cell = np.unique(of_row[kept].astype(np.int64) * span + gains.window[kept] - base, return_inverse=True)
    return Gains(
        (cells // span).astype(np.int32), cells % span + base, np.bincount(cell, gains.gained[kept]).astype(float)
    )


def find_episodes(gains: Gains, window_hours: int, percentile: float) -> Episodes:
    """Find the episodes of all subjects of a kind.

    Parameters
    ----------
    gains : Gains
        Of all subjects of the kind, sorted by subject and window.
    window_hours : int
        Length of a window.
    percentile : float
        Between 0 and 100; viral is what is above it (linear interpolation between neighbours).
    """
    rate = round_significant(gains.gained / window_hours, DIGITS)
    viral = rate > _thresholds(gains.window, rate, percentile)
    follows = np.zeros(len(rate), bool)  # the same subject takes part in the window before
    follows[1:] = (gains.subject[1:] == gains.subject[:-1]) & (gains.window[1:] == gains.window[:-1] + 1)
    followed = np.r_[follows[1:], False]
    first = (viral & ~(follows & np.r_[False, viral[:-1]])).nonzero()[0]
    last = (viral & ~(followed & np.r_[viral[1:], False])).nonzero()[0]
    peak = np.array([a + int(rate[a : b + 1].argmax()) for a, b in zip(first, last, strict=True)], np.int64)
    total = np.r_[0, np.cumsum(gains.gained)]
    return Episodes(
        subject=gains.subject[first],
        first=gains.window[first],
        last=gains.window[last],
        peak=gains.window[peak],
        peak_rate=rate[peak],
        interactions=round_significant(total[last + 1] - total[first], 6),
        open_start=~follows[first],
        open_end=~followed[last],
    )


def _thresholds(window: IntArray, rate: FloatArray, percentile: float) -> FloatArray:
    """Percentile of the rates in each row's window."""
    windows, of_row = np.unique(window, return_inverse=True)
    groups = group_rows(of_row.astype(np.int32), len(windows), np.zeros(len(rate), np.int64))
    parts = np.split(rate[groups.order], groups.starts[1:-1]) if len(rate) else []
    return np.array([np.percentile(part, percentile) for part in parts])[of_row]


def gains_by_kind(
    sightings: Sightings, paths: Paths, origin: int, window_hours: int
) -> dict[str, tuple[Gains, pa.Array]]:
    """Gains of clips, audios and creators, and what their codes stand for."""
    last = sightings.groups.starts[1:] - 1
    clips = clip_gains(sightings, paths.likes + paths.comments, origin, window_hours)
    kinds = {"clip": (clips, sightings.clip_of_row.values)}
    for kind, column in (("audio", "audio_url"), ("creator", "creator")):
        owner = sightings.text(column)
        kinds[kind] = (sum_gains(clips, owner.codes[last]), owner.values)
    return kinds


def tabulate_episodes(sightings: Sightings, paths: Paths, config: Virality) -> pa.Table:
    """Table `episodes` of clips, audios and creators, by the study's percentile and window.

    Parameters
    ----------
    sightings, paths
        Of a panel.
    config : Virality
        Names window, percentile and study start.
    """
    origin = origin_of(sightings, config.begin)
    rows = []
    for kind, (gains, names) in gains_by_kind(sightings, paths, origin, config.window_hours).items():
        found = find_episodes(gains, config.window_hours, config.percentile)
        subjects = names.take(pa.array(found.subject)).to_pylist()
        rows.append((kind, subjects, found))
    length = config.window_hours * MICROSECONDS_PER_HOUR
    columns: dict[str, object] = {
        "kind": [kind for kind, subjects, _ in rows for _ in subjects],
        "subject": [name for _, subjects, _ in rows for name in subjects],
        "number": np.concatenate([_number(found.subject) for *_, found in rows]),
    }
    for name, windows, after in (("started_at", "first", 0), ("peaked_at", "peak", 0), ("ended_at", "last", 1)):
        edges = np.concatenate([getattr(found, windows) + after for *_, found in rows])
        columns[name] = pa.array(origin + edges * length).cast(pa.timestamp("us", "UTC"))
    for name in ("peak_rate", "interactions", "open_start", "open_end"):
        columns[name] = np.concatenate([getattr(found, name) for *_, found in rows])
    return build_table("episodes", columns)


def _number(subject: CodeArray) -> IntArray:
    """Number the episodes of each subject from 1."""
    first = np.searchsorted(subject, subject)
    return np.arange(len(subject)) - first + 1


def measure_sensitivity(sightings: Sightings, paths: Paths, config: Virality) -> list[dict[str, float]]:
    """Count the episodes of clips by other percentiles and windows.

    Returns
    -------
    list of dict
        `window_hours`, `percentile`, number of `episodes` and of `clips` with one, `share_of_interactions` gained in
        them, and `same_hours`: of the hours that clips are viral by this or the study's definition, the share by both.
    """
    origin = origin_of(sightings, config.begin)
    interactions = paths.likes + paths.comments
    rows: list[dict[str, float]] = []
    hours: dict[tuple[float, float], IntArray] = {}
    for window in sorted({config.window_hours, *config.other_windows}):
        gains = clip_gains(sightings, interactions, origin, window)
        for percentile in sorted({config.percentile, *config.other_percentiles}):
            found = find_episodes(gains, window, percentile)
            hours[window, percentile] = _viral_hours(found, window)
            rows.append(
                {
                    "window_hours": window,
                    "percentile": percentile,
                    "episodes": len(found.subject),
                    "clips": len(np.unique(found.subject)),
                    "share_of_interactions": float(found.interactions.sum() / max(gains.gained.sum(), 1)),
                }
            )
    usual = hours[config.window_hours, config.percentile]
    for row in rows:
        these = hours[row["window_hours"], row["percentile"]]
        either = len(np.union1d(these, usual))
        row["same_hours"] = len(np.intersect1d(these, usual)) / either if either else 1.0
    return rows


def _viral_hours(episodes: Episodes, window_hours: int) -> IntArray:
    """Pairs of clip and hour in episodes, as single numbers."""
    count = (episodes.last - episodes.first + 1) * window_hours
    begin = np.repeat(episodes.first * window_hours - np.r_[0, np.cumsum(count)[:-1]], count)
    return np.repeat(episodes.subject.astype(np.int64), count) << 32 | (np.arange(count.sum()) + begin)
