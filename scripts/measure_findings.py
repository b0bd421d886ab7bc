"""Measure what the published program's cosine, quote marks and viewer search did: `findings.json`."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.basic_search import rank_viewer_targets, viewer_documents
from clipstudy.retrieval.findings import find_cosine, find_quotes, find_viewer
from clipstudy.retrieval.normalise import make_normaliser, read_symbols
from clipstudy.retrieval.published import read_published
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study, given = load_study(snakemake.params.study), snakemake.input
        tables = {name: read_table(name, given[name]) for name in ("clips", "comments", "queries")}
        published, ranks = read_published(Path(given.published)).ranks, read_table("ranks", given.ranks).to_pandas()
        documents = viewer_documents(tables["clips"], tables["comments"], read_symbols(Path(given.symbols)))
        queries = [(query["text"], query["target_id"]) for query in tables["queries"].to_pylist()]
        findings = {
            "cosine": find_cosine(published, ranks, study.retrieval.best_index, len(documents)),
            "quotes": find_quotes(tables, make_normaliser(study.text, study.paths.data), ranks, study.retrieval),
            "viewer": find_viewer(rank_viewer_targets(documents, queries)),
        }
        write_json(findings, snakemake.output.findings)
