"""Evaluate every run of the grid: from ranks and corpus to the measures of all runs and the headline numbers."""

from typing import TYPE_CHECKING

import pyarrow as pa

from clipstudy.retrieval.evaluate import evaluate_grid
from clipstudy.retrieval.headline import summarise_headline
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_columns, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        names = ("ranks", "indexes", "clips", "comments", "queries")
        frames = {name: read_table(name, snakemake.input[name]).to_pandas() for name in names}
        headline = summarise_headline(**frames, settings=study.retrieval, seed=study.seed)
        evaluation = evaluate_grid(frames["ranks"], study.retrieval.cutoffs, headline["corpus"]["clips"])
        write_columns(pa.Table.from_pandas(evaluation, preserve_index=False), snakemake.output.evaluation)
        write_json(headline, snakemake.output.headline)
