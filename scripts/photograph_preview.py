"""Photograph the preview of a profile whose likes have overflowed, on the replica site of a simulated world."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.study import StudyError, load_study
from clipstudy.world.model import read_world
from clipstudy.world.site.photograph import photograph_preview

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    study, media = load_study(snakemake.params.study), Path(snakemake.input.media)
    try:
        world = read_world(snakemake.input.truth)
        photograph_preview(world, media, study.crawl or study.acquire, Path(snakemake.output.png))
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"photograph_preview: {error}")
