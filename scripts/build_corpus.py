"""Make the tables of a study (clips, comments, queries, rejected) from its raw scrape batches and media texts."""

import logging
import sys
from typing import TYPE_CHECKING

from clipstudy.corpus.build import build_corpus
from clipstudy.study import StudyError, load_study
from clipstudy.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    try:
        tables = build_corpus(load_study(snakemake.params.study))
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"build_corpus: {error}")
    for name, table in tables.items():
        write_table(name, table, snakemake.output[name])
        logging.info("%s: %d rows", name, table.num_rows)
