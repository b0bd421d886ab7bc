"""A copy of the repository with a tiny study in which nothing was built yet, and what its failures look like."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny_study import copy_study, own_package

SNAKEMAKE = f"{sys.executable} -m snakemake --cores 2"
KEPT = "and run again: finished steps are kept"


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_study(tmp_path_factory.mktemp("original"))


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "clone")


@pytest.fixture
def environment(root: Path) -> dict[str, str]:
    return own_package(root)


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed workflow says at its end, before where its own log is."""
    assert done.returncode != 0, done.stdout
    return say_last(done.stderr)


def say_last(said: str) -> str:
    """The last paragraph that Snakemake did not write itself."""
    assert "Traceback" not in said, said
    assert said.rstrip().endswith("WorkflowError:\nAt least one job did not complete successfully."), said
    return said.partition("\nComplete log(s): ")[0].rpartition("\n\n")[2]
