"""Copies of the repository to build in: what Git tracks, as it is in the working tree."""

import shutil
import subprocess
from pathlib import Path


def copy_tracked(source: Path, target: Path) -> None:
    """Copy the files that Git tracks in `source`, with their permissions; those deleted there are left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=source, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, target / name)
