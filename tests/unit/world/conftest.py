from pathlib import Path

import pytest

from clipstudy.study import load_study
from clipstudy.world.build import simulate_world
from clipstudy.world.model import World

STUDIES = Path(__file__).parents[3] / "config/studies"


def simulate(name: str) -> World:
    study = load_study(STUDIES / f"{name}.yaml")
    return simulate_world(study.world, study.seed, study.name)


@pytest.fixture(scope="session")
def mini() -> World:
    return simulate("mini")


@pytest.fixture(scope="session")
def demo() -> World:
    return simulate("demo")
