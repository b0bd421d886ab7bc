"""Switch the defects of the published program off one at a time; count what wrong emulations get right."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.defects import compare_variants, count_controls, switch_off
from clipstudy.retrieval.emulate import batch_places
from clipstudy.retrieval.normalise import make_normaliser
from clipstudy.retrieval.published import read_published
from clipstudy.retrieval.texts import read_collection
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study, given = load_study(snakemake.params.study), snakemake.input
        tables = {name: read_table(name, given[name]) for name in ("clips", "comments", "queries")}
        places = batch_places(tables["clips"])
        normalise, emulated = make_normaliser(study.text, study.paths.data), read_table("emulated", given.emulated)
        ranks = switch_off(tables, places, normalise, emulated.to_pandas(), study.retrieval, report=logging.info)
        collection = read_collection(read_table("texts", given.texts), tables["queries"])
        order, published = [places[clip_id] for clip_id in collection.clip_ids], read_published(Path(given.published))
        compared = compare_variants(ranks, study.retrieval, len(order))
        compared["controls"] = count_controls(collection, order, published.ranks)
        write_json(compared, snakemake.output.defects)
