"""Build every index of the study alone and record what it costs: a measurement."""

import logging
from typing import TYPE_CHECKING

from clipstudy.retrieval.index import list_indexes
from clipstudy.retrieval.texts import read_collection
from clipstudy.retrieval.timing import time_index
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        config = load_study(snakemake.params.study).retrieval
        collection = read_collection(
            read_table("texts", snakemake.input.texts), read_table("queries", snakemake.input.queries)
        )
        measured = []
        for name in list_indexes(config):
            measured.append(time_index(collection, name, config.best_scheme, config.significant_digits))
            logging.info("done: %s", name.slug)
        write_json(measured, snakemake.output.timings)
