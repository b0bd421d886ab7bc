"""Index the site's captions beside the grid: a table `ranks` of their own, and `captions.json`, what they change."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.captions import compare_captions, run_captions
from clipstudy.retrieval.texts import read_collection
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    study = load_study(snakemake.params.study)
    collection = read_collection(
        read_table("texts", snakemake.input.texts), read_table("queries", snakemake.input.queries)
    )
    with Path(snakemake.log[0]).open("w", encoding="utf-8", buffering=1) as log:
        captioned = run_captions(collection, study.retrieval, partial(print, "done:", file=log))
    grid = read_table("ranks", snakemake.input.ranks).to_pandas()
    clips = len(collection.clip_ids)
    compared = compare_captions(grid, captioned.to_pandas(), study.retrieval, clips, study.seed)
    write_table("ranks", captioned, snakemake.output.ranks)
    write_json(compared, snakemake.output.compared)
