"""Emulate the published program on the texts of a study: predicted beside published ranks, and those not exact."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.emulate import batch_places, count_exact, emulate, explain_not_exact, join_published
from clipstudy.retrieval.published import read_published
from clipstudy.retrieval.texts import read_collection
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import build_table, read_table, write_json, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        clips, queries, texts = (read_table(name, snakemake.input[name]) for name in ("clips", "queries", "texts"))
        collection = read_collection(texts, queries)
        places = batch_places(clips)
        order = [places[clip_id] for clip_id in collection.clip_ids]
        config = load_study(snakemake.params.study).retrieval
        ranks = emulate(collection, order, config, workers=snakemake.threads, report=logging.info)[0]
        joined = join_published(ranks, read_published(Path(snakemake.input.published)).ranks)
        write_table("emulated", build_table("emulated", dict(joined.items())), snakemake.output.emulated)
        write_json(explain_not_exact(joined), snakemake.output.not_exact)
        logging.info("%d of %d ranks exact", count_exact(joined), len(joined))
