"""Measure what the published program's cosine, quote marks and viewer search did: `findings.json`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.basic_search import rank_viewer_targets, viewer_documents
from clipstudy.retrieval.findings import find_cosine, find_quotes, find_viewer
from clipstudy.retrieval.normalise import normalise_published, read_symbols
from clipstudy.retrieval.published import read_published
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        config = load_study(snakemake.params.study).retrieval
        tables = {name: read_table(name, snakemake.input[name]) for name in ("clips", "comments", "queries")}
        ranks = read_table("ranks", snakemake.input.ranks).to_pandas()
        symbols = read_symbols(Path(snakemake.input.symbols))
        documents = viewer_documents(tables["clips"], tables["comments"], symbols)
        queries = [(query["text"], query["target_id"]) for query in tables["queries"].to_pylist()]
        findings = {
            "cosine": find_cosine(
                read_published(Path(snakemake.input.published)).ranks, ranks, config.best_index, len(documents)
            ),
            "quotes": find_quotes(tables, partial(normalise_published, symbols=symbols), ranks, config),
            "viewer": find_viewer(rank_viewer_targets(documents, queries)),
        }
        write_json(findings, snakemake.output.findings)
