"""Make a whole simulated feed from a configuration and a seed, and write its run files and its truth."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from clipstudy.files import whole_file
from clipstudy.study import Feed
from clipstudy.world.feed.bursts import make_bursts
from clipstudy.world.feed.clips import make_audios, make_clips
from clipstudy.world.feed.counts import make_comments, make_creator_likes, make_followers, make_likes
from clipstudy.world.feed.faults import FaultPlan, plan_faults, repeat_lines
from clipstudy.world.feed.model import HOUR, Clips, Counts, FeedWorld, Grid, Observations, Sightings, at_instants
from clipstudy.world.feed.people import make_creators
from clipstudy.world.feed.runs import make_grid, make_sightings
from clipstudy.world.feed.shown import format_files


def simulate_feed(config: Feed, seed: int) -> FeedWorld:
    """Make a feed, what happened in it, and what the crawler's runs saw.

    Parameters
    ----------
    config : clipstudy.study.Feed
        Size, true effect and faults.
    seed : int
        Of the study; each purpose draws from a stream of its own.

    Returns
    -------
    FeedWorld
        Equal arguments give an equal world.
    """
    grid = make_grid(config)
    creators = make_creators(config, seed, grid.hours)
    clips = make_clips(config, seed, grid, creators)
    bursts = make_bursts(config, seed, grid, creators, clips)
    likes = make_likes(seed, grid, clips, bursts)
    comments = make_comments(seed, clips, likes)
    followers = make_followers(seed, grid, creators, clips, bursts)
    creator_likes = make_creator_likes(seed, grid, creators, clips, likes)
    plan = plan_faults(config, seed)
    sightings = make_sightings(config, seed, grid, clips, likes, bursts, plan)
    return FeedWorld(
        config=config,
        seed=seed,
        grid=grid,
        run_ids=_run_ids(grid),
        creators=creators,
        clips=clips,
        audios=make_audios(config, seed, grid),
        bursts=bursts,
        likes=likes,
        comments=comments,
        followers=followers,
        creator_likes=creator_likes,
        observations=_observe(config, seed, grid, clips, (likes, comments, followers, creator_likes), sightings, plan),
        killed_runs=plan.killed,
        skewed_runs=plan.skewed,
        skew_seconds=plan.skew_seconds,
    )


def _run_ids(grid: Grid) -> list[str]:
    hours = [datetime.fromtimestamp(grid.begin + HOUR * int(hour), UTC) for hour in grid.runs]
    return [f"run-{number:04d}-{hour:%Y%m%dT%H}" for number, hour in enumerate(hours, 1)]


def _observe(
    config: Feed,
    seed: int,
    grid: Grid,
    clips: Clips,
    counts: tuple[Counts, Counts, Counts, Counts],
    sightings: Sightings,
    plan: FaultPlan,
) -> Observations:
    """Look up the true counts at each sighting, and lay out the lines of the run files."""
    source, duplicate = repeat_lines(config, seed, sightings.run, plan)
    run, at, clip = sightings.run[source], sightings.at[source], sightings.clip[source]
    is_last = np.r_[run[1:] != run[:-1], True]
    hours, owner = (at - grid.begin) / HOUR, clips.creator[clip]
    (likes, expected_likes), (comments, expected_comments), (followers, expected_followers), (total, _) = (
        at_instants(count, key, hours) for count, key in zip(counts, (clip, clip, owner, owner), strict=True)
    )
    return Observations(
        run=run,
        position=np.arange(len(run)) - np.searchsorted(run, run),
        at=at,
        shown_at=at + np.where(np.isin(run, plan.skewed), plan.skew_seconds, 0),
        clip=clip,
        duplicate=duplicate,
        torn=is_last & np.isin(run, plan.torn),
        likes=likes,
        comments=comments,
        followers=followers,
        creator_likes=total,
        expected_likes=expected_likes,
        expected_comments=expected_comments,
        expected_followers=expected_followers,
    )


def write_runs(world: FeedWorld, folder: Path | str) -> None:
    """Write one `<run_id>.jsonl` a run, each atomically."""
    folder = Path(folder)
    for run_id, content in format_files(world).items():
        with whole_file(folder / f"{run_id}.jsonl") as partial:
            partial.write_text(content, encoding="utf-8")
