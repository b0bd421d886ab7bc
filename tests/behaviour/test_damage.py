"""Damage is noticed: a corrupt object of the cache, a killed rule, a killed run."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml

from tests.behaviour.checkout import LOCK

TABLE = "data/mini/processed/clips.parquet"


def corrupt(checkout) -> Path:
    """Change one byte of the cached table, leaving its size and permissions as they are."""
    lock = yaml.safe_load((checkout.root / LOCK).read_text(encoding="utf-8"))
    name = next(out["md5"] for out in lock["stages"]["corpus"]["outs"] if out["path"] == TABLE)
    held = checkout.root / ".dvc/cache/files/md5" / name[:2] / name[2:]
    content = bytearray(held.read_bytes())
    content[len(content) // 2] ^= 1
    held.chmod(0o644)
    held.write_bytes(content)
    held.chmod(0o444)
    return held


def test_a_corrupt_object_is_named_and_mended_from_the_remote(built, copy_built):
    copy = copy_built("corrupt")
    held = corrupt(copy)
    (copy.root / TABLE).unlink()
    said = copy.make("sync")
    assert TABLE in said
    assert "mended from the remote" in said
    assert held.read_bytes() == (copy.root / TABLE).read_bytes() == (built.root / TABLE).read_bytes()
    assert copy.planned() == set()


def test_a_corrupt_object_without_remote_is_an_error(copy_built):
    copy = copy_built("corrupt-alone")
    copy.dvc("remote", "remove", "--local", "test")
    corrupt(copy)
    ended = copy.try_run("make", "sync", "STUDY=mini")
    assert ended.returncode != 0
    assert TABLE in ended.stdout
    assert "no remote" in ended.stdout


def await_script(root: Path, name: str, seconds: float = 120) -> int:
    """Process id of the script of a rule, once it runs in this checkout."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")
                is_script = any(re.search(rb"/scripts/tmp\w+\." + name.encode() + rb"$", part) for part in command)
                if is_script and (process / "cwd").resolve() == root.resolve():
                    return int(process.name)
            except OSError:
                continue
        time.sleep(0.05)
    pytest.fail(f"{name} did not start within {seconds} s")


@contextmanager
def running(checkout) -> Iterator[subprocess.Popen]:
    """Snakemake at work in a group of processes of its own, of which none is left at the end."""
    process = subprocess.Popen(
        [".venv/bin/snakemake", "--cores", "2", "--config", "study=mini"],
        cwd=checkout.root,
        env=checkout.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_what_a_killed_rule_and_a_killed_run_leave_is_not_accepted(built, copy_built):
    copy = copy_built("killed")
    whole = built.artefacts()
    for folder in ("results/mini/retrieval", "results/mini/figures", "paper/build/mini"):
        shutil.rmtree(copy.root / folder)
    for path in (copy.root / "results/mini/headline").iterdir():
        if path.name != "index_timings.json":  # recorded once, no rule makes it
            path.unlink()

    # the script of one rule alone, soon after it began
    with running(copy) as snakemake:
        script = await_script(copy.root, "run_grid.py")
        time.sleep(0.5)
        os.kill(script, signal.SIGKILL)
        assert snakemake.wait() != 0

    # everything at once, so that no one cleans up
    with running(copy):
        await_script(copy.root, "plot_grid_choices.py")
        time.sleep(0.5)
    for path, content in copy.artefacts().items():
        assert content == whole[path], f"{path} is neither whole nor gone"

    copy.snakemake("--unlock")
    assert "plot_grid_choices" in copy.planned()
    copy.snakemake()
    assert copy.artefacts() == whole
    assert copy.planned() == set()


def test_a_file_that_nothing_asks_for_any_more_is_made_again_for_the_lock(built, copy_built):
    copy = copy_built("missing")
    (copy.root / "results/mini/retrieval/grid/ranks-char6.parquet").unlink()
    assert copy.planned() == set()  # what takes it is up to date
    copy.make("commit")
    assert copy.lock() == built.lock()
