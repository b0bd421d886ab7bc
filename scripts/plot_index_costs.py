"""Draw what indexes cost: from the table `indexes`, recorded times and, where there are any, published ones."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import index_costs
from clipstudy.figures.style import draw_figures
from clipstudy.retrieval.published import read_published
from clipstudy.steps import run_step
from clipstudy.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given = snakemake.input
        timings = json.loads(Path(given.timings[0]).read_text(encoding="utf-8")) if given.timings else []
        published = read_published(Path(given.published[0])) if given.published else None
        indexes = read_table("indexes", given.indexes).to_pandas()
        functions = index_costs.figures(indexes, timings, published)
        draw_figures("index_costs", functions, Path(snakemake.params.folder))
