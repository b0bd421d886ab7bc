"""Read the text on the covers of a job's clips."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.media.batches import read_job
from clipstudy.media.covers import read_covers
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        clips = read_job(snakemake.input.plan, snakemake.wildcards.job)
        read_covers(clips, study.paths.data, study.media.ocr, Path(snakemake.output.covers))
