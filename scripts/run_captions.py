"""Index the site's captions beside the grid: a table `ranks` of their own, and `captions.json`, what they change."""

import logging
from functools import partial
from typing import TYPE_CHECKING

from clipstudy.retrieval.captions import compare_captions, run_captions
from clipstudy.retrieval.texts import read_collection
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        collection = read_collection(
            read_table("texts", snakemake.input.texts), read_table("queries", snakemake.input.queries)
        )
        captioned = run_captions(collection, study.retrieval, partial(logging.info, "done: %s"))
        grid = read_table("ranks", snakemake.input.ranks).to_pandas()
        clips = len(collection.clip_ids)
        compared = compare_captions(grid, captioned.to_pandas(), study.retrieval, clips, study.seed)
        write_table("ranks", captioned, snakemake.output.ranks)
        write_json(compared, snakemake.output.compared)
