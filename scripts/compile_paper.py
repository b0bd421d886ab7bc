"""Compile the paper of a study: from its text, numbers, tables and figures to one PDF."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.paper.compile import compile_paper
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given = snakemake.input
        files = {str(Path(path).relative_to("paper")): Path(path) for path in given.text}
        files |= {f"generated/{Path(path).name}": Path(path) for path in [given.numbers, *given.tables]}
        files |= {f"figures/{Path(path).name}": Path(path) for path in given.figures}
        compile_paper(files, Path(snakemake.output.pdf), load_study(snakemake.params.study).source_date_epoch)
