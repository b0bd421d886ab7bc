"""Download the media of a job's clips and write their ledger; what was tried, and how long it took, is a timing.

The media of a simulated world come from its replica, which runs as long as the job.
"""

import time
from typing import TYPE_CHECKING

from clipstudy.media.batches import read_job
from clipstudy.media.download import download_job
from clipstudy.media.network import load_network
from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import write_json, write_table
from clipstudy.world.site.serve import serve_network

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        clips = read_job(snakemake.input.plan, snakemake.wildcards.job)
        now = None if study.simulated else time.time()
        with serve_network(*snakemake.input.world) as network_file:
            network = load_network(network_file)
            ledger, attempts = download_job(clips, study.paths.data, study.media.download, network, now)
        write_json([attempt._asdict() for attempt in attempts], snakemake.log.attempts)
        write_table("downloads", ledger, snakemake.output.ledger)
