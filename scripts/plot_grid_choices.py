"""Draw what the choices of the grid do: from ranks, the measures of all runs and the headline numbers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import grid_choices
from clipstudy.figures.style import draw_figures
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_columns, read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        frames = {name: read_table(name, snakemake.input[name]).to_pandas() for name in ("ranks", "indexes", "queries")}
        evaluation = read_columns(snakemake.input.evaluation).to_pandas()
        headline = json.loads(Path(snakemake.input.headline).read_text(encoding="utf-8"))
        functions = grid_choices.figures(
            **frames, evaluation=evaluation, headline=headline, settings=study.retrieval, seed=study.seed
        )
        draw_figures("grid_choices", functions, Path(snakemake.params.folder))
