"""Render the covers, photos, videos and captions of a simulated world from its truth."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.world.model import read_world, write_json
from clipstudy.world.render import render_media

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        files = render_media(read_world(snakemake.input.truth), Path(snakemake.output.media), snakemake.threads)
        write_json(files, snakemake.output.manifest)
        logging.info("%d files, %d bytes", len(files), sum(file["bytes"] for file in files.values()))
