"""Draw where targets are ranked: from the ranks of the grid, the queries and the corpus."""

from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import target_ranks
from clipstudy.figures.style import draw_figures
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        names = ("ranks", "queries", "clips", "comments")
        frames = {name: read_table(name, snakemake.input[name]).to_pandas() for name in names}
        functions = target_ranks.figures(**frames, settings=study.retrieval)
        draw_figures("target_ranks", functions, Path(snakemake.params.folder))
