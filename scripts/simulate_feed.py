"""Simulate the feed of a study: from its configuration and seed to raw run files and the truth behind them."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.world.feed.build import simulate_feed, write_runs
from clipstudy.world.feed.truth import write_truth

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        if study.world and study.world.feed:
            world = simulate_feed(study.world.feed, study.seed)
            write_runs(world, snakemake.output.runs)
            write_truth(world, Path(snakemake.output.summary).parent)
