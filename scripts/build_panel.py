"""Make the panel of a feed (observations, what was rejected or repaired, counts of both) from its raw run files."""

import logging
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import write_json, write_sorted, write_table
from clipstudy.virality.panel import build_panel

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        panel = build_panel(load_study(snakemake.params.study))
        write_sorted(panel.observations, snakemake.output.observations)
        write_table("rejected", panel.rejected, snakemake.output.rejected)
        write_json(panel.summary, snakemake.output.summary)
        logging.info("%d observations, %d rows in rejected", panel.observations.num_rows, panel.rejected.num_rows)
