"""Followers around viral episodes of clips: how many more come than to like creators without an episode.

- **Event**: the first episode of a creator's clips, where the clip took part in the window before, not being viral.
  Its time is the start of the episode. The creator was seen within `SEEN_WITHIN` hours before it.
- **Outcome**: the creator's followers at an hour after (or before) the event, as a share of those when the creator
  was last seen before it, minus 1. Followers are those shown (the middle of what they stand for; a path fitted to the
  intervals would cut the corners of a rise, and so the rise), evenly spread between two sightings.
- **Control group**: of creators who are seen over the same days and have no episode in them, the `CONTROLS` whose
  followers are nearest (by ratio) to those of the event's creator; their outcome has the same hours.
- **Effect**: mean over events of the outcome less its mean over the controls: the share of followers that comes on
  account of the episode within `effect_days`, if without it the creator had grown as the controls did. What speaks for
  that is the effect before the event, which should be zero (**pre-trend**).
- **Interval**: 95 %, by the t distribution; creators are the sampling unit, each has one event.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from clipstudy.study import Virality
from clipstudy.virality.derived import Sightings
from clipstudy.virality.groups import MICROSECONDS_PER_HOUR, CodeArray, FloatArray, IntArray, group_rows

HOURS_BEFORE = 48
STEP_HOURS = 12
SEEN_WITHIN = 24
CONTROLS = 10
FEWEST_EVENTS = 3


class Followers(NamedTuple):
    """Followers shown, by creator and time; `starts` bounds each creator's rows, `times` are in microseconds."""

    starts: IntArray
    times: IntArray
    counts: FloatArray


class Events(NamedTuple):
    """Creators with an event, its time, and when the creator was last seen before it."""

    creator: CodeArray
    time: IntArray
    base: IntArray


class Effect(NamedTuple):
    """Mean effect with its 95 % interval, over a number of events; nan where there are too few."""

    estimate: float
    low: float
    high: float
    events: int


def collect_followers(sightings: Sightings) -> Followers:
    """Followers of every creator at the times at which any of its clips was seen."""
    creator = sightings.text("creator")
    groups = group_rows(creator.codes, len(creator.values), sightings.times)
    rows = groups.order
    # two clips of a creator seen at the same instant tell its followers once
    same = (np.diff(creator.codes[rows], prepend=-1) == 0) & (np.diff(sightings.times[rows], prepend=-1) == 0)
    rows = rows[~same]
    starts = np.searchsorted(creator.codes[rows], np.arange(len(creator.values) + 1))
    low, high = (sightings.counts(f"creator_followers_{end}")[rows] for end in ("low", "high"))
    return Followers(starts, sightings.times[rows], (low + high - 1) / 2)


def followers_at(followers: Followers, creator: IntArray, time: IntArray) -> FloatArray:
    """Followers of creators at times; nan outside the time over which a creator was seen."""
    begin = followers.times.min(initial=0)
    span = int(followers.times.max(initial=0) - begin) + 2
    owner = np.repeat(np.arange(len(followers.starts) - 1), np.diff(followers.starts))
    inside = (time >= followers.times[followers.starts[creator]]) & (
        time <= followers.times[followers.starts[creator + 1] - 1]
    )
    rows = (
        np.searchsorted(owner * span + followers.times - begin, creator * span + time.clip(begin) - begin, "right") - 1
    )
    rows = rows.clip(followers.starts[creator], followers.starts[creator + 1] - 1)
    after = np.minimum(rows + 1, followers.starts[creator + 1] - 1)
    length = np.maximum(followers.times[after] - followers.times[rows], 1)
    share = np.where(after > rows, (time - followers.times[rows]) / length, 0)
    return np.where(inside, followers.counts[rows] + share * (followers.counts[after] - followers.counts[rows]), np.nan)


class _Panel(NamedTuple):
    followers: Followers
    begins: IntArray  # this and the next three: of all episodes of clips
    ends: IntArray
    owners: CodeArray
    open_start: np.ndarray
    creators: list[str]


def _panel(sightings: Sightings, episodes: pa.Table) -> _Panel:
    clips = episodes.filter(pc.equal(episodes["kind"], "clip"))
    creator = sightings.text("creator")
    last = creator.codes[sightings.groups.starts[1:] - 1]
    clip = pc.index_in(clips["subject"], sightings.clip_of_row.values).to_numpy()
    begins, ends = (clips[name].cast(pa.int64()).to_numpy() for name in ("started_at", "ended_at"))
    is_open = clips["open_start"].to_numpy().astype(bool)
    return _Panel(collect_followers(sightings), begins, ends, last[clip], is_open, creator.values.to_pylist())


def _events(panel: _Panel) -> Events:
    """Events of a panel, sorted by time, then creator."""
    order = np.lexsort((panel.open_start, panel.owners, panel.begins))
    _, first = np.unique(panel.owners[order], return_index=True)
    chosen = np.sort(order[first])
    chosen = chosen[~panel.open_start[chosen]]
    chosen = chosen[np.lexsort((panel.owners[chosen], panel.begins[chosen]))]
    creator, time = panel.owners[chosen].astype(np.int64), panel.begins[chosen]
    base = _last_seen(panel.followers, creator, time)
    recent = time - base <= SEEN_WITHIN * MICROSECONDS_PER_HOUR
    return Events(creator[recent].astype(np.int32), time[recent], base[recent])


def _last_seen(followers: Followers, creator: IntArray, time: IntArray) -> IntArray:
    """When each creator was last seen up to a time; the far past where it was not."""
    starts = followers.starts
    seen = [followers.times[a:b] for a, b in zip(starts[creator], starts[creator + 1], strict=True)]
    return np.array([times[times <= at].max(initial=0) for times, at in zip(seen, time, strict=True)], np.int64)


def study_events(sightings: Sightings, episodes: pa.Table, config: Virality) -> dict[str, object]:
    """Estimate what episodes of clips do to followers.

    Parameters
    ----------
    sightings : Sightings
        Of the panel.
    episodes : pyarrow.Table
        Table `episodes` of the same panel.
    config : Virality
        Names `effect_days`.

    Returns
    -------
    dict
        `effect` and `pre_trend` (each `estimate`, `low`, `high`, `events`; the latter with `p`), `curve`, the same by
        `offset_hours` from 48 hours before to the end of `effect_days`, and the events `studied`.
    """
    panel = _panel(sightings, episodes)
    events = _events(panel)
    horizon = 24 * config.effect_days
    offsets = np.arange(-HOURS_BEFORE, horizon + 1, STEP_HOURS)
    differences = _differences(panel, events, offsets)
    complete = np.isfinite(differences[:, -1])
    before = differences[:, 0][np.isfinite(differences[:, 0])]
    curve = [{"offset_hours": int(o), **mean_effect(d)._asdict()} for o, d in zip(offsets, differences.T, strict=True)]
    pre_trend = mean_effect(before)
    spread = before.std(ddof=1) if len(before) > 1 else 0.0
    t = pre_trend.estimate / (spread / np.sqrt(len(before))) if spread > 0 else 0.0
    return {
        "effect": mean_effect(differences[complete, -1])._asdict(),
        "pre_trend": {**pre_trend._asdict(), "p": float(2 * stats.t.sf(abs(t), max(len(before) - 1, 1)))},
        "curve": curve,
        "events_found": len(events.creator),
        "horizon_hours": horizon,
        "studied": [
            {"creator": panel.creators[creator], "time": int(time)}
            for creator, time in zip(events.creator[complete], events.time[complete], strict=True)
        ],
    }


def mean_effect(differences: FloatArray) -> Effect:
    """Mean with its 95 % interval by the t distribution; values that are not finite are left out."""
    values = differences[np.isfinite(differences)]
    if len(values) < FEWEST_EVENTS:
        return Effect(np.nan, np.nan, np.nan, len(values))
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return Effect(float(values.mean()), float(values.mean() - half), float(values.mean() + half), len(values))


def _differences(panel: _Panel, events: Events, offsets: IntArray) -> FloatArray:
    """Outcome of each event less the mean of its controls, shape (events, offsets); nan where it cannot be told."""
    differences = np.full((len(events.creator), len(offsets)), np.nan)
    everyone = np.arange(len(panel.creators))
    for i, (creator, time, base_time) in enumerate(zip(*events, strict=True)):
        times = time + offsets * MICROSECONDS_PER_HOUR
        busy = panel.owners[(panel.begins < times[-1]) & (panel.ends > times[0])]
        others = np.setdiff1d(everyone, busy)
        pool = np.r_[creator, others].astype(np.int64)
        base = followers_at(panel.followers, pool, np.full(len(pool), base_time))
        final = followers_at(panel.followers, pool, np.full(len(pool), times[-1]))
        usable = (np.isfinite(base) & np.isfinite(final) & (base > 0)).nonzero()[0]
        usable = usable[usable > 0]
        nearest = np.argsort(np.abs(np.log(base[usable] / base[0])), kind="stable")
        chosen = np.r_[0, usable[nearest[:CONTROLS]]]
        counts = followers_at(panel.followers, np.repeat(pool[chosen], len(times)), np.tile(times, len(chosen)))
        outcome = counts.reshape(len(chosen), -1) / base[chosen, None] - 1
        seen = np.isfinite(outcome[1:])
        mean = np.where(seen, outcome[1:], 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        differences[i] = np.where(seen.any(axis=0), outcome[0] - mean, np.nan)
    return differences
