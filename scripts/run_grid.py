"""Run every experiment of one tokenisation: from normalised texts to the tables `indexes` and `ranks`."""

import logging
from functools import partial
from typing import TYPE_CHECKING

from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.texts import read_collection
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        collection = read_collection(
            read_table("texts", snakemake.input.texts), read_table("queries", snakemake.input.queries)
        )
        indexes, ranks = run_grid(
            collection, snakemake.wildcards.tokenisation, study.retrieval, partial(logging.info, "done: %s")
        )
        write_table("indexes", indexes, snakemake.output.indexes)
        write_table("ranks", ranks, snakemake.output.ranks)
