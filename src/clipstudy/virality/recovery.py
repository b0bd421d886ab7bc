"""What the study recovers of a simulated feed's truth: rates, episodes, overflows, the effect on followers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clipstudy.study import Virality
from clipstudy.virality.derived import Sightings
from clipstudy.virality.episodes import Episodes, Gains, clip_gains, find_episodes, origin_of, tabulate_episodes
from clipstudy.virality.event_study import study_events
from clipstudy.virality.groups import MICROSECONDS_PER_HOUR, FloatArray, IntArray
from clipstudy.virality.rates import Paths, fit_paths

Truth = Mapping[str, pa.Table]


class Effect(NamedTuple):
    """True effect on followers of the episodes studied, and its estimate with a 95 % interval."""

    true: float
    estimate: float
    low: float
    high: float

    @property
    def is_covered(self) -> bool:
        """Whether the interval has the true effect."""
        return bool(self.low <= self.true <= self.high)


def measure_recovery(observations: pa.Table, truth: Truth, config: Virality) -> dict[str, float]:
    """Hold what was measured on a simulated feed against its truth.

    Parameters
    ----------
    observations : pyarrow.Table
        Of the panel.
    truth : mapping
        Tables `feed_truth_observations`, `feed_truth_clip_hours` and `feed_truth_creator_hours`.
    config : Virality
        Of the study.

    Returns
    -------
    dict
        Median absolute errors of likes per hour, over all intervals between sightings of a clip (a published zero
        counts as 0); precision, recall and mean error of the start, in hours, of episodes of clips, where truth is the
        same definition on rates without noise in the same windows, and episodes match that overlap; of creators whose
        total ever overflowed or was taken to, the share with ambiguous wraps, and the share of the others' observations
        with the true number of wraps; the effect on followers.
    """
    sightings = Sightings(observations)
    paths = fit_paths(sightings)
    true_likes, true_wraps = _true_columns(observations, truth["feed_truth_observations"], sightings)
    return {
        **_rate_errors(sightings, paths, true_likes),
        **_episode_recovery(sightings, paths, truth["feed_truth_clip_hours"], config),
        **_overflow_recovery(sightings, true_wraps),
        **{
            f"follower_effect_{name}": value
            for name, value in recover_effect(observations, truth["feed_truth_creator_hours"], config)._asdict().items()
        },
    }


def coverage(effects: Sequence[Effect]) -> float:
    """Share of intervals that have their true effect; worlds with too few events for an interval are left out."""
    return _mean([effect.is_covered for effect in effects if np.isfinite(effect.low)])


def _mean(values: Sequence[float] | NDArray[np.bool_]) -> float:
    """Mean; nan of nothing."""
    return float(np.mean(values)) if len(values) else np.nan


def _true_columns(observations: pa.Table, truth: pa.Table, sightings: Sightings) -> tuple[IntArray, IntArray]:
    """Likes and wraps of each sighting as they were."""
    keys = ["run_id", "position"]
    columns = truth.select([*keys, "true_likes", "wraps"]).to_pandas()
    seen = observations.select(keys).to_pandas().astype({"run_id": str})
    joined = seen.merge(columns, on=keys, how="left", validate="one_to_one").iloc[sightings.groups.order]
    return joined.true_likes.to_numpy(np.int64), joined.wraps.to_numpy(np.int64)


def _rate_errors(sightings: Sightings, paths: Paths, true_likes: IntArray) -> dict[str, float]:
    rows = (~sightings.is_first).nonzero()[0]
    hours = sightings.hours[rows]
    true = sightings.change(true_likes)[rows] / hours
    published = sightings.change(sightings.counts("like_count"))[rows] / hours
    corrected = np.diff(paths.likes, prepend=0)[rows] / hours
    return {
        "rate_error_published": float(np.median(np.abs(published - true))),
        "rate_error_corrected": float(np.median(np.abs(corrected - true))),
    }


def _episode_recovery(sightings: Sightings, paths: Paths, clip_hours: pa.Table, config: Virality) -> dict[str, float]:
    origin = origin_of(sightings, config.begin)
    window = config.window_hours
    gains = clip_gains(sightings, paths.likes + paths.comments, origin, window)
    true_gains = gains._replace(gained=_true_gains(gains, sightings, clip_hours, origin, window))
    found = find_episodes(gains, window, config.percentile)
    true = find_episodes(true_gains, window, config.percentile)
    matched, recalled = match_episodes(found, true), match_episodes(true, found)
    starts = [abs(int(found.first[i] - true.first[j])) for i, j in enumerate(matched) if j >= 0]
    return {
        "episode_precision": _mean(matched >= 0),
        "episode_recall": _mean(recalled >= 0),
        "episode_start_error_hours": _mean(starts) * window,
    }


def _true_gains(gains: Gains, sightings: Sightings, clip_hours: pa.Table, origin: int, window_hours: int) -> FloatArray:
    """Expected interactions of the same clips in the same windows, summed up from full hours."""
    columns = clip_hours.select(["clip_id", "hour", "likes_rate", "comments_rate"])
    frame = columns.set_column(1, "hour", columns["hour"].cast(pa.int64())).to_pandas()
    hour = frame.hour - origin
    frame["window"] = hour // (window_hours * MICROSECONDS_PER_HOUR)
    frame["rate"] = frame.likes_rate + frame.comments_rate
    true = frame.groupby(["clip_id", "window"]).rate.sum()
    names = sightings.clip_of_row.values.to_pylist()
    cells = pd.MultiIndex.from_arrays([[names[code] for code in gains.subject], gains.window])
    return true.reindex(cells).to_numpy()


def match_episodes(these: Episodes, those: Episodes) -> IntArray:
    """For each of these episodes the number of the first of those of the same subject that overlaps it, else -1."""
    matches = np.full(len(these.subject), -1)
    begin, end = (np.searchsorted(those.subject, these.subject, side) for side in ("left", "right"))
    for i, (a, b) in enumerate(zip(begin, end, strict=True)):
        overlap = (those.first[a:b] <= these.last[i]) & (these.first[i] <= those.last[a:b])
        if overlap.any():
            matches[i] = a + int(overlap.argmax())
    return matches


def _overflow_recovery(sightings: Sightings, true_wraps: IntArray) -> dict[str, float]:
    wraps, ambiguous = sightings.counts("wraps"), sightings.counts("wraps_ambiguous").astype(bool)
    creator = sightings.text("creator").codes
    concerned = np.isin(creator, creator[(true_wraps > 0) | (wraps > 0)])
    clear = concerned & ~ambiguous
    flagged, creators = len(np.unique(creator[concerned & ambiguous])), len(np.unique(creator[concerned]))
    return {
        "overflow_repaired_share": float(np.mean(wraps[clear] == true_wraps[clear])) if clear.any() else 1.0,
        "overflow_ambiguous_share": flagged / creators if creators else 0.0,
    }


def recover_effect(observations: pa.Table, creator_hours: pa.Table, config: Virality) -> Effect:
    """Estimate the effect of episodes on followers, and tell the true one for the very same events.

    The true effect of an event is what bursts alone brought, without chance, from the event to the end of the horizon,
    as a share of the true followers at the event; the mean over events is the estimand of the event study.

    Parameters
    ----------
    observations : pyarrow.Table
        Of the panel.
    creator_hours : pyarrow.Table
        Table `feed_truth_creator_hours`.
    config : Virality
        Of the study.
    """
    sightings = Sightings(observations)
    study = study_events(sightings, tabulate_episodes(sightings, fit_paths(sightings), config), config)
    studied: list[dict] = study["studied"]  # type: ignore[assignment]
    columns = creator_hours.select(["creator", "hour", "true_followers", "followers_burst_rate"])
    chosen = columns.filter(
        pc.is_in(columns["creator"], pa.array([event["creator"] for event in studied], pa.string()))
    )
    chosen = chosen.set_column(1, "hour", chosen["hour"].cast(pa.int64()))
    by_creator = dict(iter(chosen.to_pandas().groupby("creator")))
    true = []
    for event in studied:
        hours = by_creator[event["creator"]]
        since = (hours.hour - event["time"]) // MICROSECONDS_PER_HOUR
        brought = hours.followers_burst_rate[(since >= 0) & (since < study["horizon_hours"])].sum()
        true.append(float(brought / hours.true_followers[since == 0].iloc[0]))
    effect: dict = study["effect"]  # type: ignore[assignment]
    return Effect(_mean(true), effect["estimate"], effect["low"], effect["high"])
