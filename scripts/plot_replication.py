"""Draw what the replication found: from published results, the ranks of the grid and the headline numbers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import replication
from clipstudy.figures.style import draw_figures
from clipstudy.retrieval.published import read_published
from clipstudy.steps import run_step
from clipstudy.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        ranks = read_table("ranks", snakemake.input.ranks).to_pandas()
        published = read_published(Path(snakemake.input.published)).ranks
        emulated = read_table("emulated", snakemake.input.emulated).to_pandas()
        headline = json.loads(Path(snakemake.input.headline).read_text(encoding="utf-8"))
        figures = replication.figures(ranks, published, headline, emulated)
        draw_figures("replication", figures, Path(snakemake.params.folder))
