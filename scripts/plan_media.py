"""Group the clips of the scrape batches of a study into media jobs."""

import logging
from typing import TYPE_CHECKING

from clipstudy.media.batches import plan_media
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        media = load_study(snakemake.params.study).media
        plan = plan_media(snakemake.input.batches, media.clips_per_job)
        for record in plan["refused"]:
            logging.warning("%(source)s, record %(position)d: %(reason)s", record)
        write_json(plan, snakemake.output.plan)
