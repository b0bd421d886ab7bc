"""Read the text on the covers of a job's clips."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.media.batches import read_job
from clipstudy.media.covers import read_covers
from clipstudy.study import StudyError, load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    study = load_study(snakemake.params.study)
    clips = read_job(snakemake.input.plan, snakemake.wildcards.job)
    try:
        read_covers(clips, study.paths.data, study.media.ocr, Path(snakemake.output.covers))
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"read_covers: {error}")
