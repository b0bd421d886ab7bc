"""The study at hand, its paths, and what rules share: package files and configuration as inputs."""

import sys
import time
from pathlib import Path

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


def package(*parts):
    """Files of the package that a rule runs: Snakemake sees no change in imported code unless they are inputs."""
    files = {Path(f"src/clipstudy/{shared}.py") for shared in ("files", "study", "tables")}
    for part in parts:
        path = Path("src/clipstudy") / part
        files |= set(path.rglob("*.py")) if path.is_dir() else {path.with_suffix(".py")}
    return sorted(str(file) for file in files)


def section(*names):
    """Files with the configuration of these sections, rewritten only when their content changes."""
    return [str(write_section(STUDY, name)) for name in names]


GRID_PACKAGE = [f"retrieval/{part}" for part in ("grid", "index", "rank", "texts", "tokenise", "weight")]


wildcard_constraints:
    tokenisation="word|char[4-7]",


# What failed is told once more, at the end, below all that Snakemake says about it.
onerror:
    for failure in read_failures(Path("logs") / STUDY.name, STARTED):
        print(f"\n{failure}", file=sys.stderr)
