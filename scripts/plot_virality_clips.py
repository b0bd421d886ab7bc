"""Draw comments per like of clips: from the uploads of a feed, or from scraped clips where there is no feed."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import virality_ratios
from clipstudy.figures.style import draw_figures
from clipstudy.steps import run_step
from clipstudy.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given = snakemake.input
        if "uploads" in given.keys():  # noqa: SIM118  # the names of inputs, which iterate as files
            ratio = virality_ratios.last_ratio(read_table("uploads", given.uploads).to_pandas())
        else:
            clips = read_table("clips", given.clips).to_pandas()
            ratio = clips["comment_count"] / clips["like_count"].where(clips["like_count"] > 0)
        draw_figures("virality_clips", virality_ratios.clip_figures(ratio), Path(snakemake.params.folder))
