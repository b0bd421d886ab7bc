"""Put cover texts, transcripts and ledgers of all media jobs together."""

import logging
from typing import TYPE_CHECKING

from clipstudy.media.gather import gather_downloads, gather_reasons, gather_texts
from clipstudy.steps import run_step
from clipstudy.tables import write_json, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        jobs = snakemake.input
        write_json(gather_texts(jobs.covers), snakemake.output.covers)
        write_json(gather_texts(jobs.speech), snakemake.output.speech)
        write_table("downloads", gather_downloads(jobs.ledgers), snakemake.output.downloads)
        texts = gather_reasons({"cover": jobs.covers, "audio": jobs.audio, "speech": jobs.speech})
        write_table("media_texts", texts, snakemake.output.texts)
        logging.info("%d texts and reasons", texts.num_rows)
