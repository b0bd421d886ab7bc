"""Export the detailed runs in TREC form and check our measures against ir-measures."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.texts import read_collection
from clipstudy.retrieval.trec import export_runs
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        collection = read_collection(
            read_table("texts", snakemake.input.texts), read_table("queries", snakemake.input.queries)
        )
        ranks = read_table("ranks", snakemake.input.ranks).to_pandas()
        detailed = json.loads(Path(snakemake.input.headline).read_text(encoding="utf-8"))["runs"]
        runs = {name: detailed[name] for name in snakemake.params.runs}
        checked = export_runs(collection, ranks, runs, study.retrieval, Path(snakemake.output.qrels).parent)
        write_json(checked, snakemake.output.checked)
