"""Runs whose clock was wrong: found where a run's id tells the hour that it was started for, and set right.

A run starts as long after its hour as the others do; one whose lines say otherwise by more than an hour had a clock
that was off by a constant. Smaller offsets, and runs whose names tell no hour, are left as they are.
"""

import re
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clipstudy.corpus.quarantine import WHOLE_FILE, Rejected
from clipstudy.virality.fields import REPAIRED
from clipstudy.virality.groups import MICROSECONDS_PER_HOUR, Coded, IntArray

_HOUR = re.compile(r"(?<![0-9])([0-9]{8})T([0-9]{2})$")
FEWEST_RUNS = 5


def repair_clocks(times: IntArray, runs: Coded, kept: NDArray[np.bool_]) -> tuple[IntArray, list[Rejected]]:
    """Shift the times of runs whose clock was wrong.

    Parameters
    ----------
    times : ndarray of int64, shape (lines,)
        Microseconds since 1970.
    runs : Coded
        Run of each line; the lines of a run stand together.
    kept : ndarray of bool
        Lines that could be read; the others' times mean nothing.

    Returns
    -------
    times : ndarray
        Repaired.
    rejected : list of Rejected
        One row a repaired run, with source the run's id.
    """
    rows = kept.nonzero()[0]
    firsts = np.flatnonzero(np.r_[True, np.diff(runs.codes[rows]) != 0]) if len(rows) else rows
    bounds = np.r_[firsts, len(rows)]
    lags = {}
    for first, end in pairwise(bounds):
        run = int(runs.codes[rows[first]])
        if (hour := _hour(runs.values[run].as_py())) is not None:
            of_run = times[rows[first:end]]
            near = np.abs(of_run - of_run[len(of_run) // 2]) < MICROSECONDS_PER_HOUR
            lags[run] = int(of_run[near].min()) - hour
    if len(lags) < FEWEST_RUNS:
        return times, []
    usual = int(np.median(list(lags.values())))
    wrong = {run: lag - usual for run, lag in lags.items() if abs(lag - usual) > MICROSECONDS_PER_HOUR}
    shift = np.zeros(len(runs.values) + 1, np.int64)
    for run, off in wrong.items():
        shift[run] = off
    return times - shift[runs.codes], [_row(runs.values[run].as_py(), off) for run, off in sorted(wrong.items())]


def _hour(run_id: str) -> int | None:
    match = _HOUR.search(run_id)
    if not match:
        return None
    try:
        hour = datetime.strptime(match[1] + match[2], "%Y%m%d%H").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(hour.timestamp()) * 1_000_000


def _row(run_id: str, off: int) -> Rejected:
    side = "fast" if off > 0 else "slow"
    reason = f"{REPAIRED} clock of the run {abs(off) // 1_000_000} s {side}; its times are set right"
    return Rejected(run_id, WHOLE_FILE, "scraped_at", reason)
