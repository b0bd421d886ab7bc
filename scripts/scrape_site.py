"""Scrape the replica site of a simulated world with a real browser, into raw batches and what could not be read."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.world.model import read_world
from clipstudy.world.site.visit import scrape_replica

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        raw, journal = Path(snakemake.output.failures).parent, Path(snakemake.params.journal)
        options = load_study(snakemake.params.study).acquire
        found = scrape_replica(read_world(snakemake.input.truth), Path(snakemake.input.media), options, raw, journal)
        logging.info(
            "%d clips read, %d not, %.2f clips a second", found.clips, found.failed, found.visited / found.seconds
        )
