"""Extract the sound of the videos of a job's clips."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.media.audio import extract_audio
from clipstudy.media.batches import read_job
from clipstudy.study import StudyError, load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    data = load_study(snakemake.params.study).paths.data
    clips = read_job(snakemake.input.plan, snakemake.wildcards.job)
    try:
        extract_audio(clips, data, Path(snakemake.output.sound), Path(snakemake.output.audio))
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"extract_audio: {error}")
