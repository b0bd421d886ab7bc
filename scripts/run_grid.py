"""Run every experiment of one tokenisation: from normalised texts to the tables `indexes` and `ranks`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.texts import read_collection
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    study = load_study(snakemake.params.study)
    collection = read_collection(
        read_table("texts", snakemake.input.texts), read_table("queries", snakemake.input.queries)
    )
    with Path(snakemake.log[0]).open("w", encoding="utf-8", buffering=1) as log:
        indexes, ranks = run_grid(
            collection, snakemake.wildcards.tokenisation, study.retrieval, partial(print, "done:", file=log)
        )
    write_table("indexes", indexes, snakemake.output.indexes)
    write_table("ranks", ranks, snakemake.output.ranks)
