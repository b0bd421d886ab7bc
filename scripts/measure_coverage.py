"""Simulate smaller feeds from many seeds, and see how often the interval of the follower effect has the true one."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import write_json
from clipstudy.virality.panel import build_panel
from clipstudy.virality.recovery import coverage, recover_effect
from clipstudy.virality.resample import significant
from clipstudy.world.feed.build import simulate_feed, write_runs
from clipstudy.world.feed.truth import truth_tables

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        effects = []
        for seed in range(study.seed + 1, study.seed + 1 + snakemake.params.seeds):
            world = simulate_feed(study.world.feed.model_copy(update=snakemake.params.smaller), seed)
            with TemporaryDirectory() as folder:
                write_runs(world, Path(folder) / study.paths.raw / "feed")
                observations = build_panel(study, Path(folder)).observations
            truth = truth_tables(world)["feed_truth_creator_hours"]
            effects.append(recover_effect(observations, truth, study.virality))
        found = {"coverage": coverage(effects), "effects": [effect._asdict() for effect in effects]}
        write_json(significant(found), snakemake.output.coverage)
