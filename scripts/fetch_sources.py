"""Bring the published inputs of a study, pinned by address and hash, to `data/<study>/raw/`."""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.acquire.sources import fetch_sources
from clipstudy.study import StudyError, load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    folder = os.environ.get("CLIPSTUDY_SOURCES")
    try:
        fetch_sources(load_study(snakemake.params.study), folder=Path(folder) if folder else None)
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"fetch_sources: {error}")
