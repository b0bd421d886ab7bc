"""The study at hand, its paths, and what rules share: package files and configuration as inputs."""

import sys
import time
from pathlib import Path

from clipstudy.imports import list_imported
from clipstudy.steps import check_folders, check_room, read_failures
from clipstudy.study import CONFIG_FOLDER, StudyError, load_study, write_section

try:
    STUDY = load_study(CONFIG_FOLDER / f"{config['study']}.yaml")
    P = STUDY.paths
    check_room(Path())
    check_folders([P.interim, P.processed, P.retrieval, P.replication, P.figures, P.headline, P.paper, Path("logs")])
except StudyError as error:
    raise WorkflowError(str(error)) from None
STARTED = time.time()


def package(rule):
    """Files of the package that a rule's script runs: Snakemake sees no change in imported code unless they are inputs."""
    return list_imported(f"scripts/{rule}.py")


def section(*names):
    """Files with the configuration of these sections, rewritten only when their content changes."""
    return [str(write_section(STUDY, name)) for name in names]


wildcard_constraints:
    tokenisation="word|char[4-7]",


# What failed is told once more, at the end, below all that Snakemake says about it.
onerror:
    for failure in read_failures(Path("logs") / STUDY.name, STARTED):
        print(f"\n{failure}", file=sys.stderr)
