"""Extract the sound of the videos of a job's clips."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.media.audio import extract_audio
from clipstudy.media.batches import read_job
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        data = load_study(snakemake.params.study).paths.data
        clips = read_job(snakemake.input.plan, snakemake.wildcards.job)
        extract_audio(clips, data, Path(snakemake.output.sound), Path(snakemake.output.audio))
