"""Damage is noticed: a corrupt object of the cache, a killed rule, a killed run."""

import os
import re
import signal
import subprocess
import time
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


def start(checkout, *arguments: str) -> subprocess.Popen:
    command = [".venv/bin/snakemake", "--cores", "2", *arguments, "--config", "study=mini"]
    return subprocess.Popen(
        command,
        cwd=checkout.root,
        env=checkout.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_what_a_killed_rule_and_a_killed_run_leave_is_not_accepted(built, copy_built):
    copy = copy_built("killed")
    whole = built.artefacts()

    # the script of one rule alone, half a second after it began
    running = start(copy, "--forcerun", "run_grid")
    script = await_script(copy.root, "run_grid.py")
    time.sleep(0.5)
    os.kill(script, signal.SIGKILL)
    assert running.wait() != 0

    # everything at once, so that no one cleans up
    running = start(copy)
    await_script(copy.root, "plot_grid_choices.py")
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    for path, content in copy.artefacts().items():
        assert content == whole[path], f"{path} is neither whole nor gone"

    copy.snakemake("--unlock")
    assert "plot_grid_choices" in copy.planned()
    copy.snakemake()
    assert copy.artefacts() == whole
    assert copy.planned() == set()
