"""A small world with every fault of a page, its site, and one scrape of it that all tests share."""

import json
import logging
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clipstudy.acquire.scraper import Summary
from clipstudy.study import Acquire, Paper, Study
from clipstudy.study import World as WorldSection
from clipstudy.world.build import simulate_world
from clipstudy.world.model import World
from clipstudy.world.site.addresses import START_URL
from clipstudy.world.site.visit import scrape_replica

OPTIONS = Acquire(start_url=START_URL, delay_seconds=0, backoff_seconds=0.05, wait_seconds=10, batch_size=5)
SECTION = WorldSection.model_validate(
    {
        "clock": "2022-12-01T12:00:00Z",
        "clips": 14,
        "queries": 1,
        "kinds": {"photo": 1, "visual": 1},
        "absent_share": 0.2,
        "stale_share": 0.2,
        "faults": {"login_popup": 1, "captcha": 2, "empty_response": 2, "rate_limited": 1, "blob_url": 1},
    }
)


class Scrape(NamedTuple):
    """A finished scrape and what it said."""

    raw: Path
    summary: Summary
    said: list[str]

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """The records by clip."""
        batches = [json.loads(path.read_text(encoding="utf-8")) for path in self.summary.batches]
        return {record["id"]: record for batch in batches for record in batch}

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The lines of failures.jsonl."""
        return [json.loads(line) for line in (self.raw / "failures.jsonl").read_text(encoding="utf-8").splitlines()]


def bytes_of(raw: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(raw.iterdir())}


def small_study(name: str) -> Study:
    return Study(name=name, simulated=True, acquire=OPTIONS, paper=Paper(title="Small"))


def write_captions(world: World, folder: Path) -> None:
    for clip in world.clips:
        if clip.captions:
            cues = [f"00:0{n}.000 --> 00:0{n}.900\n{text}\n" for n, text in enumerate(clip.captions)]
            path = folder / clip.asset("captions").file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(["WEBVTT\n", *cues]), encoding="utf-8")


@pytest.fixture(scope="session")
def world() -> World:
    return simulate_world(SECTION, seed=3, study="small")


@pytest.fixture(scope="session")
def media(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    write_captions(world, folder)
    return folder


@pytest.fixture(scope="session")
def scraped(world: World, media: Path, tmp_path_factory: pytest.TempPathFactory) -> Scrape:
    root = tmp_path_factory.mktemp("scrape")
    raw = root / "data/small/raw"
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener = Listener(logging.WARNING)
    logging.getLogger("clipstudy.acquire").addHandler(listener)
    try:
        summary = scrape_replica(world, media, OPTIONS, raw, root / "journal.jsonl")
    finally:
        logging.getLogger("clipstudy.acquire").removeHandler(listener)
    return Scrape(raw, summary, said)
