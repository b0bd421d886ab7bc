"""Draw the figures on growth of a feed: from its tables."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import virality_growth
from clipstudy.figures.style import draw_figures
from clipstudy.figures.virality_frames import read_frames
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        frames = read_frames(snakemake.input, simulated=load_study(snakemake.params.study).simulated)
        draw_figures("virality_growth", virality_growth.figures(frames), Path(snakemake.params.folder))
