"""Transcribe the sound of a job's clips."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.media.speech import transcribe_speech
from clipstudy.study import StudyError, load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    options = load_study(snakemake.params.study).media.speech
    paths = [Path(p) for p in (snakemake.input.audio, snakemake.input.sound, snakemake.output.speech)]
    try:
        transcribe_speech(paths[0], paths[1], options, paths[2])
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"transcribe_speech: {error}")
