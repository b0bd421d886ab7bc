"""Group the clips of the scrape batches of a study into media jobs."""

import logging
import sys
from typing import TYPE_CHECKING

from clipstudy.media.batches import plan_media
from clipstudy.study import StudyError, load_study
from clipstudy.tables import write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
    media = load_study(snakemake.params.study).media
    try:
        plan = plan_media(snakemake.input.batches, media.clips_per_job)
    except StudyError as error:
        logging.error("%s", error)
        sys.exit(f"plan_media: {error}")
    for record in plan["refused"]:
        logging.warning("%(source)s, record %(position)d: %(reason)s", record)
    write_json(plan, snakemake.output.plan)
