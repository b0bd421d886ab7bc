"""Summarise how clips spread: what the paper prints, from the tables of a feed, its claims and what is recovered."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_columns, write_json
from clipstudy.virality.headline import TABLES, summarise_claims, summarise_feed
from clipstudy.virality.resample import significant

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given, config = snakemake.input, load_study(snakemake.params.study).virality
        names = set(given.keys())
        results = {
            name: json.loads(Path(given[name]).read_text(encoding="utf-8"))
            for name in ("claims", "panel", "effect", "recovered", "coverage")
            if name in names
        }
        summary = summarise_claims(results["claims"])
        if "panel" in names:
            frames = {name: read_columns(given[name]).to_pandas() for name in TABLES}
            summary |= summarise_feed(frames, results, config)
        write_json(significant(summary), snakemake.output.summary)
