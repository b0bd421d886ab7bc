"""The replication is tested wherever the published sources are at hand; `make replication` says where they are not."""

import os
from pathlib import Path

import pytest

from clipstudy.acquire.sources import fetch_sources
from clipstudy.corpus.build import build_corpus
from clipstudy.study import CONFIG_FOLDER, load_study

STUDY = load_study(CONFIG_FOLDER / "jimtok.yaml")
# a folder that is named must have the sources: what it lacks is a failure then, never a reason to leave the tests out
at_hand = "CLIPSTUDY_SOURCES" in os.environ or STUDY.paths.raw.exists()
collect_ignore_glob = [] if at_hand else ["test_*.py"]


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """A folder that holds the sources, verified, where a study has them."""
    folder = Path(os.environ.get("CLIPSTUDY_SOURCES", STUDY.paths.raw))
    present = {path.name for path in folder.rglob("*")}
    lacking = [source.path for source in STUDY.sources if Path(source.path).name not in present]
    if lacking:
        pytest.fail(f"{folder.absolute()} has no {', '.join(lacking)}: name a folder with all sources")
    root = tmp_path_factory.mktemp("replication")
    fetch_sources(STUDY, root, folder)
    return root


@pytest.fixture(scope="session")
def tables(root):
    """The tables of the study, made from the sources."""
    return build_corpus(STUDY, root)
