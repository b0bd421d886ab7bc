"""The truth of a simulated feed as tables and one JSON file, for the checks of what a study recovers."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from clipstudy.tables import TIME, build_table, write_json, write_table
from clipstudy.world.feed.bursts import arrived_share
from clipstudy.world.feed.model import HOUR, Bools, FeedWorld, Floats, Ints
from clipstudy.world.feed.people import MOST_LIKES_PER_FOLLOWER, wraps_of

TRUTH_TABLES = (
    "feed_truth_observations", "feed_truth_clips", "feed_truth_clip_hours", "feed_truth_creators",
    "feed_truth_creator_hours", "feed_truth_bursts",
)  # fmt: skip
HORIZON_HOURS = 72  # after the start of a burst, in which the true follower effect counts
_CLAIMS = {
    "1": "open: bursts bring likes and followers together, giants gain likes without bursts",
    "2": "by construction: every burst brings followers, as a share of the creator's",
    "3": "by construction: intensities of likes exceed those of followers; shown counts need not",
    "4": "by construction for typical creators: gains are a small share of the total but for bursts and giants",
    "5": "by construction: log-normal around 12, a tenth outside 4 and 38; a few outliers above 500",
    "6": "open: the share of comments is log-normal, its 95th percentile near 3 per 100",
    "7": "by construction: a clip's comments per like do not change, and are similar within a creator",
    "8": "by construction: fewer comments per like with more followers, larger variance below 100,000",
    "9": "by construction for three quarters of the creators, who post every few days",
    "10": "by construction: gaps of the other quarter do not depend on followers",
    "11": "by construction: among those who post every few days, gaps shorten with followers",
}


def write_truth(world: FeedWorld, folder: Path | str) -> None:
    """Write `<table>.parquet` for each of `TRUTH_TABLES`, and `feed_truth.json`."""
    for name, table in truth_tables(world).items():
        write_table(name, table, Path(folder) / f"{name}.parquet")
    write_json(summarise_truth(world), Path(folder) / "feed_truth.json")


def truth_tables(world: FeedWorld) -> dict[str, pa.Table]:
    """Make all tables of the truth, by name; `docs/data-dictionary.md` tells their columns."""
    makers = (_observations, _clips, _clip_hours, _creators, _creator_hours, _bursts)
    return {name: build_table(name, make(world)) for name, make in zip(TRUTH_TABLES, makers, strict=True)}


def _observations(world: FeedWorld) -> dict[str, object]:
    seen = world.observations
    owner = world.clips.creator[seen.clip]
    return {
        "run_id": _texts(world.run_ids, seen.run),
        "position": seen.position,
        "observed_at": _times(seen.at),
        "shown_at": _times(seen.shown_at),
        "clip_id": _texts(_clip_ids(world), seen.clip),
        "creator": _texts(_names(world), owner),
        "true_likes": seen.likes,
        "true_comments": seen.comments,
        "true_followers": seen.followers,
        "true_creator_likes": seen.creator_likes,
        "expected_likes": seen.expected_likes.round(2),
        "expected_comments": seen.expected_comments.round(2),
        "expected_followers": seen.expected_followers.round(2),
        "wraps": wraps_of(seen.creator_likes),
        "duplicate": seen.duplicate,
        "torn": seen.torn,
    }


def _clips(world: FeedWorld) -> dict[str, object]:
    clips = world.clips
    return {
        "clip_id": _clip_ids(world),
        "creator": _texts(_names(world), clips.creator),
        "audio_url": _texts(world.audios.url, clips.audio),
        "posted_at": _times(clips.posted_at),
        "comments_per_like": clips.comments_per_like.round(6),
    }


def _clip_hours(world: FeedWorld) -> dict[str, object]:
    """Hours of each clip, from the one in which it was posted."""
    exists = world.clips.posted_at[:, None] < world.grid.edges()[1:]
    owner, hour = exists.nonzero()
    likes, comments = world.likes, world.comments
    return {
        "clip_id": _texts(_clip_ids(world), owner),
        "hour": _times(world.grid.edges()[hour]),
        "true_likes": likes.cumulative()[owner, hour],
        "true_comments": comments.cumulative()[owner, hour],
        "likes_gained": likes.gained[exists],
        "comments_gained": comments.gained[exists],
        "likes_rate": likes.rate[exists].round(4),
        "comments_rate": comments.rate[exists].round(4),
        "likes_burst_rate": likes.burst_rate[exists].round(4),
    }


def _creators(world: FeedWorld) -> dict[str, object]:
    creators, total = world.creators, world.creator_likes.cumulative()
    return {
        "creator": _names(world),
        "followers": creators.followers,
        "likes": creators.likes,
        "gap_days": creators.gap_days.round(4),
        "giant": creators.giant,
        "wraps_first": wraps_of(total[:, 0]),
        "wraps_last": wraps_of(total[:, -1]),
        "wraps_knowable": knowable(world),
    }


def _creator_hours(world: FeedWorld) -> dict[str, object]:
    followers, likes = world.followers, world.creator_likes
    owner, hour = np.indices(followers.rate.shape).reshape(2, -1)
    return {
        "creator": _texts(_names(world), owner),
        "hour": _times(world.grid.edges()[hour]),
        "true_followers": followers.cumulative()[:, :-1].ravel(),
        "true_creator_likes": likes.cumulative()[:, :-1].ravel(),
        "followers_gained": followers.gained.ravel(),
        "likes_gained": likes.gained.ravel(),
        "followers_rate": followers.rate.ravel().round(4),
        "followers_burst_rate": followers.burst_rate.ravel().round(4),
        "likes_rate": likes.rate.ravel().round(4),
    }


def _bursts(world: FeedWorld) -> dict[str, object]:
    bursts = world.bursts
    before, gained = follower_gains(world)
    peak_rate = bursts.likes / ((bursts.peak - bursts.start) / 2 + bursts.decay_hours)
    return {
        "clip_id": _texts(_clip_ids(world), bursts.clip),
        "start": _times(world.grid.begin + HOUR * bursts.start),
        "creator": _texts(_names(world), world.clips.creator[bursts.clip]),
        "peak": _times(world.grid.begin + HOUR * bursts.peak),
        "end": _times(world.grid.begin + HOUR * bursts.end),
        "likes_expected": bursts.likes.round(2),
        "likes_peak_rate": peak_rate.round(4),
        "followers_expected": bursts.followers.round(2),
        "followers_before": before.round(2),
        "followers_in_horizon": gained.round(2),
    }


def follower_gains(world: FeedWorld) -> tuple[Floats, Floats]:
    """Tell what each burst does to its creator's followers, without chance.

    Returns
    -------
    before : ndarray, shape (bursts,)
        Expected followers at the start of the burst.
    gained : ndarray, shape (bursts,)
        Followers that this burst alone brings within `HORIZON_HOURS` of its start.
    """
    bursts, expected = world.bursts, world.followers.expected()
    owner, hour = world.clips.creator[bursts.clip], bursts.start.astype(np.int64)
    part = bursts.start - hour
    before = expected[owner, hour] * (1 - part) + expected[owner, hour + 1] * part
    ends = (bursts.start + HORIZON_HOURS)[:, None]
    return before, bursts.followers * arrived_share(bursts, ends, bursts.lag_hours)[:, 0]


def knowable(world: FeedWorld) -> Bools:
    """Tell of which creators the feed gives away the number of wraps at its last sight of them.

    It does where one wrap less would be fewer likes than the visible clips have, or fewer than none, and one wrap more
    would be over 80 likes a follower.
    """
    seen = world.observations
    last_of_clip, last_of_creator = _last(seen.clip, ~seen.torn), _last(world.clips.creator[seen.clip], ~seen.torn)
    visible = np.zeros(len(world.creators.likes), np.int64)
    np.add.at(visible, world.clips.creator[seen.clip[last_of_clip]], seen.likes[last_of_clip])
    result = np.zeros(len(visible), bool)
    total, most = seen.creator_likes[last_of_creator], MOST_LIKES_PER_FOLLOWER * seen.followers[last_of_creator]
    owner = world.clips.creator[seen.clip[last_of_creator]]
    result[owner] = (total - 2**32 < visible[owner]) & (total + 2**32 > most)
    return result


def _last(owner: Ints, usable: Bools) -> Ints:
    """Find the last usable line of every owner."""
    rows = np.flatnonzero(usable)[::-1]
    _, first = np.unique(owner[rows], return_index=True)
    return rows[first]


def summarise_truth(world: FeedWorld) -> dict[str, object]:
    """Count what was planted, and tell the true follower effect and which claims hold by construction."""
    seen, creators, config = world.observations, world.creators, world.config
    before, gained = follower_gains(world)
    return {
        "bursts": len(world.bursts.clip),
        "claims": _CLAIMS,
        "follower_effect": {
            "definition": f"mean over bursts of followers that a burst alone brings within {HORIZON_HOURS} hours of its"
            " start, as a share of the creator's expected followers at the start",
            "horizon_hours": HORIZON_HOURS,
            "lag_hours": world.bursts.lag_hours,
            "mean_share_in_all": config.follower_effect,
            "mean_share_in_horizon": round(float((gained / before).mean()), 6),
        },
        "faults": _planted(world),
        "overflow": _overflow(world),
        "seed": world.seed,
        "sizes": {
            "audios": len(np.unique(world.clips.audio[seen.clip])),
            "clips": len(np.unique(seen.clip)),
            "creators": len(np.unique(world.clips.creator[seen.clip])),
            "hours": world.grid.hours,
            "lines": len(seen.run),
            "observations": int((~seen.duplicate & ~seen.torn).sum()),
            "runs": len(world.run_ids),
        },
        "without_followers": int((creators.followers == 0).sum()),
    }


def _planted(world: FeedWorld) -> dict[str, object]:
    seen, grid = world.observations, world.grid
    usable = ~seen.duplicate & ~seen.torn
    gap = int(np.argmax(np.diff(grid.runs)))
    return {
        "before_start": int((usable & (seen.shown_at < world.config.start.timestamp())).sum()),
        "duplicated_lines": int(seen.duplicate.sum()),
        "gap": {"after_run": world.run_ids[gap], "hours": int(np.diff(grid.runs)[gap]) - 1},
        "killed_runs": sorted(world.run_ids[run] for run in world.killed_runs.tolist()),
        "skewed_runs": [
            {"run_id": world.run_ids[run], "seconds": world.skew_seconds} for run in world.skewed_runs.tolist()
        ],
        "torn_lines": [
            {"run_id": world.run_ids[run], "position": position}
            for run, position in zip(seen.run[seen.torn].tolist(), seen.position[seen.torn].tolist(), strict=True)
        ],
        "zero_followers": int((usable & (seen.followers == 0)).sum()),
    }


def _overflow(world: FeedWorld) -> dict[str, object]:
    """Count creators and observations whose total overflows, by wraps; torn and repeated lines are not counted."""
    seen = world.observations
    usable = ~seen.duplicate & ~seen.torn
    owner = world.clips.creator[seen.clip]
    wraps, shown = wraps_of(seen.creator_likes), (seen.creator_likes + 2**31) % 2**32 - 2**31
    wrapped = usable & (wraps > 0)
    return {
        "creators": len(np.unique(owner[wrapped])),
        "creators_crossing": sum(len(np.unique(wraps[usable & (owner == o)])) > 1 for o in np.unique(owner[wrapped])),
        "creators_not_knowable": int((~knowable(world)[np.unique(owner[usable])]).sum()),
        "observations": int(wrapped.sum()),
        "observations_by_wraps": {str(k): int((wrapped & (wraps == k)).sum()) for k in range(1, int(wraps.max()) + 1)},
        "observations_negative": int((wrapped & (shown < 0)).sum()),
        "observations_not_knowable": int((wrapped & ~knowable(world)[owner]).sum()),
        "observations_positive": int((wrapped & (shown >= 0)).sum()),
    }


def _clip_ids(world: FeedWorld) -> list[str]:
    return [str(clip_id) for clip_id in world.clips.clip_id.tolist()]


def _names(world: FeedWorld) -> list[str]:
    return [f"@{name}" for name in world.creators.username]


def _texts(values: list[str], index: Ints) -> pa.Array:
    return pa.DictionaryArray.from_arrays(index, values).cast(pa.string())


def _times(seconds: Ints | Floats) -> pa.Array:
    return pa.array(np.round(seconds * 1_000_000.0).astype(np.int64)).cast(TIME)
