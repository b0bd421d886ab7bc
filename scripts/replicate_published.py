"""Hold vocabularies, ranks and headline figures against the published ones: `replication.json`, whole and in brief."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.retrieval.published import read_published
from clipstudy.retrieval.replicate import summarise_replication
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        published = read_published(Path(snakemake.input.published))
        summary = summarise_replication(
            published.indexes,
            published.ranks,
            *(read_table(name, snakemake.input[name]).to_pandas() for name in ("indexes", "ranks", "emulated")),
            clips=sum(read_table("clips", snakemake.input.clips)["in_corpus"].to_pylist()),
            outliers=study.retrieval.published.outliers,
        )
        write_json(summary, snakemake.output.summary)
        numbers = {name: value for name, value in summary.items() if name != "headline"}
        write_json(numbers, snakemake.output.headline)
