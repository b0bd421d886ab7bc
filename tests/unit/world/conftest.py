from pathlib import Path

import pytest

from clipstudy.study import Feed, load_study
from clipstudy.world.build import simulate_world
from clipstudy.world.feed.build import simulate_feed
from clipstudy.world.feed.model import FeedWorld
from clipstudy.world.model import World

STUDIES = Path(__file__).parents[3] / "config/studies"
SMALL_FEED = Feed(
    start="2022-07-30T12:00:00Z",
    runs=160,
    gap_hours=5,
    clips_per_run=30,
    clips=300,
    creators=220,
    audios=200,
    bursts=30,
    giants=4,
    ambiguous_giants=1,
    faults={
        "killed_run": 5,
        "torn_line": 2,
        "skewed_run": 1,
        "duplicated_line": 7,
        "zero_followers": 2,
        "early_line": 3,
    },
)


def simulate(name: str) -> World:
    study = load_study(STUDIES / f"{name}.yaml")
    return simulate_world(study.world, study.seed, study.name)


@pytest.fixture(scope="session")
def mini() -> World:
    return simulate("mini")


@pytest.fixture(scope="session")
def demo() -> World:
    return simulate("demo")


@pytest.fixture(scope="session")
def feed() -> FeedWorld:
    return simulate_feed(SMALL_FEED, 7)
