"""Normalise the fields of every clip and every query: from the tables of the study to the table `texts`."""

from typing import TYPE_CHECKING

from clipstudy.retrieval.normalise import make_normaliser
from clipstudy.retrieval.texts import normalise_texts
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        tables = {name: read_table(name, snakemake.input[name]) for name in ("clips", "comments", "queries")}
        texts = normalise_texts(**tables, normalise=make_normaliser(study.text, study.paths.data))
        write_table("texts", texts, snakemake.output.texts)
