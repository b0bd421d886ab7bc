"""Transcribe the sound of a job's clips."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.media.speech import transcribe_speech
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        options = load_study(snakemake.params.study).media.speech
        paths = [Path(p) for p in (snakemake.input.audio, snakemake.input.sound, snakemake.output.speech)]
        transcribe_speech(paths[0], paths[1], options, paths[2])
