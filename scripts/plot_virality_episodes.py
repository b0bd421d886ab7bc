"""Draw episodes, their sensitivity and the event study: from the tables of a feed and, if known, the true effect."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import virality_episodes
from clipstudy.figures.style import draw_figures
from clipstudy.figures.virality_frames import read_frames
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_columns

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given = snakemake.input
        frames = read_frames(given, simulated=load_study(snakemake.params.study).simulated)
        effect, *recovered = (
            json.loads(Path(path).read_text(encoding="utf-8")) for path in [given.effect, *given.recovered]
        )
        true = recovered[0]["follower_effect_true"] if recovered else None
        figures = virality_episodes.figures(frames, read_columns(given.sensitivity).to_pandas(), effect, true)
        draw_figures("virality_episodes", figures, Path(snakemake.params.folder))
