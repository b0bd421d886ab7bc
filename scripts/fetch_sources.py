"""Bring the published inputs of a study, pinned by address and hash, to `data/<study>/raw/`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.acquire.sources import fetch_sources
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        folder = os.environ.get("CLIPSTUDY_SOURCES")
        fetch_sources(load_study(snakemake.params.study), folder=Path(folder) if folder else None)
