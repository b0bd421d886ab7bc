"""Photograph the preview of a profile whose likes have overflowed, on the replica site of a simulated world."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.world.model import read_world
from clipstudy.world.site.photograph import photograph_preview

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study, media = load_study(snakemake.params.study), Path(snakemake.input.media)
        world = read_world(snakemake.input.truth)
        photograph_preview(world, media, study.crawl or study.acquire, Path(snakemake.output.png))
