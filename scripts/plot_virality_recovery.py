"""Draw what is recovered of a simulated feed: from its rates, its truth, and the coverage in smaller worlds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.figures import virality_episodes
from clipstudy.figures.style import draw_figures
from clipstudy.steps import run_step
from clipstudy.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        given = snakemake.input
        frames = [
            read_table(name, given[name]).to_pandas() for name in ("observations", "feed_truth_observations", "rates")
        ]
        recovered, coverage = (
            json.loads(Path(given[name]).read_text(encoding="utf-8")) for name in ("recovered", "coverage")
        )
        figures = virality_episodes.recovery_figures(virality_episodes.true_rates(*frames), recovered, coverage)
        draw_figures("virality_recovery", figures, Path(snakemake.params.folder))
