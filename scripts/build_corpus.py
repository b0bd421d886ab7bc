"""Make the tables of a study (clips, comments, queries, rejected) from its raw scrape batches and media texts."""

import logging
from typing import TYPE_CHECKING

from clipstudy.corpus.build import build_corpus
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        tables = build_corpus(load_study(snakemake.params.study))
        for name, table in tables.items():
            write_table(name, table, snakemake.output[name])
            logging.info("%s: %d rows", name, table.num_rows)
