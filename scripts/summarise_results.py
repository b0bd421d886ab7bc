"""Summarise the headline numbers of a study: what `dvc metrics` and `dvc plots` show, from headlines and ranks."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.paper.summary import list_recovered, summarise_retrieval, trace_success
from clipstudy.steps import run_step
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given, made = snakemake.input, snakemake.output
        parts = {
            part: json.loads(Path(given[part]).read_text(encoding="utf-8"))
            for part in ("retrieval", "media", "virality")
            if part in given.keys()  # noqa: SIM118  # the names of inputs, which iterate as files
        }
        if "retrieval" in parts:
            write_json(summarise_retrieval(parts["retrieval"]), made.metrics)
            write_json(trace_success(read_table("ranks", given.ranks).to_pandas(), parts["retrieval"]), made.curve)
        if "recovered" in made.keys():  # noqa: SIM118
            write_json(list_recovered(parts), made.recovered)
