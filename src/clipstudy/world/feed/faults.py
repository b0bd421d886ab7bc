"""What goes wrong in a simulated feed: runs killed, lines torn or written twice, a clock that is off."""

from typing import NamedTuple

import numpy as np

from clipstudy.study import Feed
from clipstudy.world.chance import stream
from clipstudy.world.feed.model import Bools, Ints

_SKEW_HOURS = 2.2, 3.8  # ahead of the true time, so that the run seems to come after the next ones
_KILLED_AT = 0.2, 0.7  # of the lines of the run


class FaultPlan(NamedTuple):
    """Numbers from 0 of the runs with a fault; the first `torn` of `killed` end in a line cut off."""

    killed: Ints
    kept_shares: list[float]
    torn: Ints
    skewed: Ints
    skew_seconds: float


def plan_faults(config: Feed, seed: int) -> FaultPlan:
    """Choose the runs that are killed, torn and skewed: never the first two or last five, and each for one reason."""
    rng, faults = stream(seed, "feed faults"), config.faults
    order = 2 + rng.permutation(config.runs - 7)
    killed, skewed = faults.get("killed_run", 0), faults.get("skewed_run", 0)
    return FaultPlan(
        killed=order[:killed],
        kept_shares=rng.uniform(*_KILLED_AT, killed).tolist(),
        torn=order[: faults.get("torn_line", 0)],
        skewed=order[killed : killed + skewed],
        skew_seconds=round(rng.uniform(*_SKEW_HOURS) * 3600, 3),
    )


def cut_killed(plan: FaultPlan, lengths: Ints) -> Ints:
    """Shorten the killed runs."""
    lengths = lengths.copy()
    lengths[plan.killed] = np.maximum(2, (lengths[plan.killed] * np.array(plan.kept_shares)).astype(np.int64))
    return lengths


def repeat_lines(config: Feed, seed: int, run: Ints, plan: FaultPlan) -> tuple[Ints, Bools]:
    """Write some lines twice.

    Parameters
    ----------
    config, seed, plan
        Of the world.
    run : ndarray
        Run of each line, sorted.

    Returns
    -------
    source : ndarray
        Number of the line that each line of the files repeats or is.
    is_repeat : ndarray of bool
    """
    allowed = np.flatnonzero(~np.isin(run, plan.torn))
    count = min(config.faults.get("duplicated_line", 0), len(allowed))
    twice = stream(seed, "feed duplicates").permutation(allowed)[:count]
    source = np.sort(np.r_[np.arange(len(run)), twice])
    return source, np.r_[False, source[1:] == source[:-1]]
