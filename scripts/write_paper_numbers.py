"""Write the numbers and tables of the paper: from results in JSON to LaTeX."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.paper.write import write_paper_numbers
from clipstudy.steps import run_step
from clipstudy.study import load_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        results = dict(zip(snakemake.params.parts, map(Path, snakemake.input.results), strict=True))
        tables = [Path(table).stem for table in snakemake.output.tables]
        folder = Path(snakemake.output.numbers).parent
        write_paper_numbers(load_study(snakemake.params.study), results, tables, folder)
