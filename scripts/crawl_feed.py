"""Crawl the replica site of a simulated world with a real browser: run files of its feed, an hour apart."""

import json
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.acquire.crawler import Places, summarise
from clipstudy.steps import run_step
from clipstudy.study import StudyError, load_study
from clipstudy.world.model import read_world
from clipstudy.world.site.crawled import crawl_replica

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        shutil.rmtree(snakemake.params.unfinished, ignore_errors=True)  # all runs are made anew
        places = Places(Path(snakemake.output.runs), Path(snakemake.params.unfinished))
        crawled = crawl_replica(read_world(snakemake.input.truth), load_study(snakemake.params.study).crawl, places)
        for report in crawled:
            logging.info("%s", json.dumps(summarise(report), sort_keys=True))
        if early := next((report for report in crawled if report.exit_code), None):
            raise StudyError(f"{early.run_id or 'a run'} ended early: {early.end}; run again")
