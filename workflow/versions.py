"""Take over artefacts that DVC keeps, or hand it new ones: `python workflow/versions.py sync|commit <study>`.

Neither Git nor DVC keeps modification times, by which Snakemake decides. So artefacts that come with a clone, a pull or
a checkout look out of date to Snakemake, or up to date when they are not. `sync` takes them over safely: it checks that
they are what `dvc.lock` says, and that the lock was made from this code and configuration; only then does it tell
Snakemake that all is up to date.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import yaml
from dvc.repo import Repo
from stages import stages_file

BIN = Path(".venv/bin")
QUIET = "Nothing to be done"


def run(*command: str, check: bool = True) -> str:
    """Run a command and give what it says; where it fails, end with its words."""
    ended = subprocess.run([str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    if check and ended.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")
    return ended.stdout + ended.stderr


def list_objects(lock: dict, cache: Path) -> Iterator[tuple[str, str]]:
    """Objects of the cache that a lock names: hash and path, those of files in folders too."""
    for stage in lock["stages"].values():
        for out in stage.get("outs", []):
            name = out["md5"]
            yield name, out["path"]
            listed = cache / name[:2] / name[2:]
            if name.endswith(".dir") and listed.exists():
                for entry in json.loads(listed.read_text(encoding="utf-8")):
                    yield entry["md5"], f"{out['path']}/{entry['relpath']}"


def remove_corrupt(lock: dict, cache: Path) -> list[str]:
    """Remove objects whose content is not what their name says, and tell which artefacts they stood for."""
    corrupt: dict[str, str] = {}
    for name, path in list_objects(lock, cache):
        held = cache / name[:2] / name[2:]
        if not held.exists():
            continue
        with held.open("rb") as file:
            if hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() != name.removesuffix(
                ".dir"
            ):
                held.unlink()
                corrupt[path] = name
    return [f"{path} (cached as {name})" for path, name in sorted(corrupt.items())]


def describe_status(file: Path) -> list[str]:
    """Say what differs between the workspace and the lock of a study, one line a stage; nothing where nothing does."""
    status = json.loads(run("dvc", "status", "--json", str(file)).splitlines()[0])
    lines = []
    for stage, changes in status.items():
        parts = [
            f"{path} {state if isinstance(state, str) else 'changed'}"
            for change in changes
            if isinstance(change, dict)
            for kind in change.values()
            for path, state in kind.items()
        ] + [change for change in changes if isinstance(change, str)]
        lines.append(f"  {stage}: {', '.join(parts)}")
    return lines


def plan(study: str) -> str:
    """Say what Snakemake would do."""
    return run("snakemake", "--dry-run", "--config", f"study={study}")


def sync(study: str) -> None:
    """Take over the artefacts of a study as its lock tells them."""
    file = stages_file(study)
    lock = file.with_suffix(".lock")
    if not lock.exists():
        sys.exit(f"{lock}: no lock, so that there is nothing to take over; `dvc repro {file}` builds the study")
    with Repo() as repo:
        cache, remote = Path(repo.cache.local.path), repo.config["core"].get("remote")
    corrupt = remove_corrupt(yaml.safe_load(lock.read_text(encoding="utf-8")), cache)
    for broken in corrupt:
        print(f"sync: corrupt, removed from the cache: {broken}")
    if corrupt and not remote:
        sys.exit(
            "sync: no remote to fetch them from. Where the artefact itself is intact, `make commit` caches it again;"
            f" `dvc repro {file}` makes what is not."
        )
    run("dvc", "pull" if remote else "checkout", str(file))
    changed = describe_status(file)
    if changed:
        sys.exit(
            "\n".join([f"sync: code, configuration or data are not those that {lock} was made from:", *changed])
            + f"\nNothing was marked as up to date. `dvc repro {file}` builds what differs."
        )
    run("snakemake", "--touch", "--forceall", "--config", f"study={study}")
    planned = plan(study)
    if QUIET not in planned:
        sys.exit(f"sync: Snakemake still has something to do, which no stage owns:\n{planned[-3000:]}")
    print(f"sync: {study} is what {lock} says" + (", mended from the remote" if corrupt else ""))


def list_outputs(study: str) -> dict[str, str]:
    """Every output that Snakemake knows of, and its state (ok, missing, ...)."""
    rows = [line.split("\t") for line in run("snakemake", "--summary", "--config", f"study={study}").splitlines()]
    return {row[0]: row[4] for row in rows if len(row) > 4 and row[0] != "output_file"}


def remove_leftovers(made: Collection[str], file: Path) -> list[str]:
    """Remove what an earlier configuration left in folders that belong to a stage whole: no clean rebuild has it."""
    stages = yaml.safe_load(file.read_text(encoding="utf-8"))["stages"].values()
    folders = [out for stage in stages for out in stage.get("outs", []) if isinstance(out, str) and Path(out).is_dir()]
    left = [
        path
        for folder in folders
        for path in Path(folder).rglob("[!.]*")
        if path.is_file() and not any(str(known) in made for known in (path, *path.parents))
    ]
    for path in left:
        path.unlink()
    return [str(path) for path in left]


def commit(study: str) -> None:
    """Tell DVC of what Snakemake made."""
    outputs = list_outputs(study)
    # Snakemake does not mind where a file is missing whose takers are up to date; a clean rebuild has it
    missing = [path for path, state in outputs.items() if state == "missing"]
    if missing:
        run("snakemake", "--config", f"study={study}", "--", *missing)
    planned = plan(study)
    if QUIET not in planned:
        sys.exit(f"commit: artefacts are out of date; build them first (make paper STUDY={study}):\n{planned[-3000:]}")
    file = stages_file(study)
    for path in remove_leftovers(outputs, file):
        print(f"commit: removed {path}, which no rule makes any more")
    run("dvc", "commit", "--force", str(file))
    print(f"commit: {file.with_suffix('.lock')} tells the artefacts of {study}; keep it with Git")


def check() -> None:
    """Say which locks are out of date, from Git's files alone."""
    stale = []
    for file in sorted([Path("dvc.yaml"), *Path("data").glob("*/dvc.yaml")]):
        said = run("dvc", "repro", "--dry", "--allow-missing", str(file))
        stale += [f"  {file}: {stage}" for stage in re.findall(r"Running stage '(?:.*:)?(\w+)'", said)]
    if stale:
        sys.exit("\n".join(["check-locks: these stages are not locked as code and configuration are now:", *stale]))
    print("check-locks: every lock is up to date")


if __name__ == "__main__":
    {"sync": sync, "commit": commit, "check": check}[sys.argv[1]](*sys.argv[2:])
