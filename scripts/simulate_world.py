"""Make the truth of a study's simulated world, and the queries of its people, from its configuration and seed."""

import logging
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.world.build import simulate_world
from clipstudy.world.model import write_json, write_world
from clipstudy.world.queries import published_form

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        world = simulate_world(study.world, study.seed, study.name)
        write_world(world, snakemake.output.truth)
        write_json(published_form(world.queries), snakemake.output.queries)
        logging.info(
            "%d clips, %d queries, %d kinds of faults", len(world.clips), len(world.queries), len(world.faults)
        )
