"""Run files with any number of observations, for measurements of speed: a few simulated feeds and renamed copies."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from clipstudy.study import Feed
from clipstudy.world.feed.build import simulate_feed
from clipstudy.world.feed.model import FeedWorld
from clipstudy.world.feed.shown import format_lines

_WORLDS = 4  # simulated; the rest are their copies
_MARK = "#"  # stands for the number of the copy in names
_CLIP = "/video/"
_ID_DIGITS = 19
_COPY_BIT = 16  # of a clip's id, above the bits that number the clips of a feed


def generate_lines(folder: Path | str, observations: int, seed: int, config: Feed) -> int:
    """Write run files, one for every run of `config`, with at least so many lines in all.

    Creators, clips and sounds of different copies differ in name; their counts do not. Torn lines are left out, because
    they would not be the last of their file.

    Parameters
    ----------
    folder : Path or str
        Is made; files of the same names are replaced.
    observations : int
    seed : int
        Of the first simulated feed.
    config : clipstudy.study.Feed
        Of one copy.

    Returns
    -------
    int
        Number of lines.
    """
    worlds = [_marked(simulate_feed(config, seed + i)) for i in range(_WORLDS)]
    lines = [line for world in worlds for line in format_lines(world) if line.endswith("\n")]
    run, shown_at = (
        np.concatenate([getattr(world.observations, name)[~world.observations.torn] for world in worlds])
        for name in ("run", "shown_at")
    )
    copies = -(-observations // len(lines))
    order = np.lexsort((shown_at, run))
    bounds = np.searchsorted(run[order], np.arange(config.runs + 1))
    Path(folder).mkdir(parents=True, exist_ok=True)
    for run_id, begin, end in zip(worlds[0].run_ids, bounds[:-1], bounds[1:], strict=True):
        with (Path(folder) / f"{run_id}.jsonl").open("w", encoding="utf-8") as file:
            for number in order[begin:end].tolist():
                file.writelines(_copies(lines[number], copies))
    return len(lines) * copies


def _marked(world: FeedWorld) -> FeedWorld:
    """Put the mark, and the seed that tells feeds apart, into the names that identify creators and sounds."""
    tag = f"_{world.seed}_{_MARK}"
    return world._replace(
        creators=world.creators._replace(username=[name + tag for name in world.creators.username]),
        audios=world.audios._replace(url=[url + tag for url in world.audios.url]),
    )


def _copies(line: str, copies: int) -> Iterator[str]:
    head, _, rest = line.partition(_CLIP)
    clip_id, heads, tails = int(rest[:_ID_DIGITS]), head.split(_MARK), rest[_ID_DIGITS:].split(_MARK)
    for copy in range(copies):
        number = str(copy)
        yield f"{number.join(heads)}{_CLIP}{clip_id + (copy << _COPY_BIT)}{number.join(tails)}"
