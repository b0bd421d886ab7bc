"""One clone in which `mini` is built, and copies of it to change."""

import subprocess

import pytest
from copies import copy_tracked

from tests.behaviour.checkout import ROOT, Checkout, clone


@pytest.fixture(scope="session")
def remote(tmp_path_factory):
    """A folder that serves as remote; `built` pushes to it."""
    return tmp_path_factory.mktemp("remote")


@pytest.fixture(scope="session")
def built(tmp_path_factory, remote):
    """A fresh clone in which `snakemake`, `make commit` and `dvc push` were run. Tests only look at it."""
    folder = tmp_path_factory.mktemp("checkouts")
    origin = folder / "origin"
    copy_tracked(ROOT, origin)
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(origin)], check=True)
    Checkout(origin).commit_all("The code")
    checkout = clone(origin, folder / "built")
    checkout.snakemake()
    checkout.make("commit")
    checkout.commit_all("The artefacts of mini")
    checkout.dvc("remote", "add", "--local", "--default", "test", str(remote))
    checkout.dvc("push", "data/mini/dvc.yaml")
    return checkout


@pytest.fixture(scope="module")
def copy_built(built, tmp_path_factory):
    """Function that copies the built tree, with its times, to a folder in which a test may change it."""

    def copy(name: str) -> Checkout:
        target = tmp_path_factory.mktemp(name) / "copy"
        subprocess.run(["cp", "--archive", "--reflink=auto", str(built.root), str(target)], check=True)
        return Checkout(target)

    return copy


@pytest.fixture
def fresh_clone(built, tmp_path):
    """A clone of the built tree: Git's files alone."""
    return clone(built.root, tmp_path / "clone")
