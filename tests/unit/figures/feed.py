"""A small feed as figures see it: eight creators with two clips each, one of whom overflows, and a clip that bursts."""

import numpy as np
import pandas as pd
import pyarrow as pa

from clipstudy.figures.virality_frames import Frames
from clipstudy.study import Virality
from clipstudy.virality.derived import Sightings, derive_audios, derive_creators, derive_uploads
from clipstudy.virality.episodes import measure_sensitivity, tabulate_episodes
from clipstudy.virality.event_study import study_events
from clipstudy.virality.rates import fit_paths, measure_rates
from tests.unit.virality.lines import SITE, line
from tests.unit.virality.made import observations

CONFIG = Virality(window_hours=6, percentile=80, other_windows=[12], other_percentiles=[90])
CREATORS = 8
HOURS = range(0, 73, 3)


def feed_lines() -> list[dict]:
    """Lines in the order of time; the likes of creator 1 have overflowed, clip 2 gains most, from 24 to 36 hours."""
    lines = []
    for hours in HOURS:
        for creator in range(1, CREATORS + 1):
            for clip in (creator, creator + 100):
                burst = 900_000 * np.clip((hours - 24) / 12, 0, 1) if clip == 2 else 0
                likes = int(1000 * creator + 10 * creator * hours + burst)
                lines.append(
                    line(
                        hours + clip / 1000,
                        clip=clip,
                        creator=f"@person{creator}",
                        audio="original sound" if clip < 100 else "A Tune",
                        audio_url=f"{SITE}/music/{'tune' if clip > 100 else creator}",
                        likes=str(likes),
                        comments=str(likes // 50),
                        creator_followers=str(10_000_000 * creator if creator == 1 else 1000 * creator + hours),
                        creator_likes="-100000000" if creator == 1 else str(20_000 * creator + 2 * likes),
                    )
                )
    return lines


def make_feed(*, simulated: bool, lines: list[dict] | None = None) -> tuple[Frames, dict]:
    """Frames of the feed, and what else its figures need: `sensitivity` and `effect`."""
    table = observations(feed_lines() if lines is None else lines)
    sightings = Sightings(table)
    paths = fit_paths(sightings)
    episodes = tabulate_episodes(sightings, paths, CONFIG)
    tables = (
        table,
        measure_rates(sightings, paths),
        derive_uploads(sightings),
        derive_creators(sightings),
        derive_audios(sightings),
        episodes,
    )
    more = {
        "sensitivity": measure_sensitivity(sightings, paths, CONFIG),
        "effect": study_events(sightings, episodes, CONFIG),
    }
    return Frames(*map(_plain, tables), simulated=simulated), more


def _plain(table: pa.Table) -> pd.DataFrame:
    """Frame of a table as if read from its file, where nothing is encoded."""
    frame = table.to_pandas()
    encoded = [name for name in frame if frame[name].dtype == "category"]
    return frame.astype({name: frame[name].cat.categories.dtype for name in encoded})
