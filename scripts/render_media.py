"""Render the covers, photos, videos and captions of a simulated world from its truth."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.study import StudyError
from clipstudy.world.model import read_world, write_json
from clipstudy.world.render import render_media

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    try:
        files = render_media(read_world(snakemake.input.truth), Path(snakemake.output.media), snakemake.threads)
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"render_media: {error}")
    write_json(files, snakemake.output.manifest)
    logging.info("%d files, %d bytes", len(files), sum(file["bytes"] for file in files.values()))
