"""A disk that is full or read-only."""

import pytest

from tests.apart import run_apart
from tests.failures.conftest import KEPT, SNAKEMAKE, say_last

BUILD = f"{SNAKEMAKE} build_corpus --config study=tiny"
PROCESSED = "data/tiny/processed"
FULL = "no space is left on its disk. Make room there, or move the repository to a larger disk"
READ_ONLY = "its disk is mounted read-only. Mount it writable, or copy the repository to a disk that is"


def test_a_step_that_fills_the_disk_says_so_and_goes_on_when_there_is_room(root, environment):
    script = f"""
        mkdir -p {PROCESSED}
        mount -t tmpfs -o size=12k none {PROCESSED}
        echo ballast > {PROCESSED}/ballast
        ! {BUILD}
        test "$(ls -A {PROCESSED})" = ballast
        mount -o remount,size=10m {PROCESSED}
        {BUILD} --quiet all 2> /dev/null
        ls {PROCESSED}
    """
    done = run_apart(root, script, environment)
    assert done.returncode == 0, done.stderr
    assert say_last(done.stderr) == f"build_corpus: {PROCESSED}/clips.parquet: {FULL}, {KEPT}"
    made = ["clips.parquet", "comments.parquet", "queries.parquet", "rejected.parquet"]
    assert done.stdout.split() == ["ballast", *made]


def test_a_folder_of_the_study_that_is_mounted_read_only_is_told_before_any_step(root, environment):
    script = f"mkdir -p {PROCESSED}; mount -t tmpfs -o ro none {PROCESSED}; {BUILD}"
    done = run_apart(root, script, environment)
    assert f"\n{PROCESSED}: {READ_ONLY}, {KEPT}\n" in done.stderr
    assert done.returncode != 0
    assert "build_corpus" not in done.stderr


@pytest.mark.parametrize("command", [BUILD, "workflow/setup.sh"])
def test_a_repository_that_is_mounted_read_only(root, environment, command):
    done = run_apart(root, f"mount --bind -o ro . .; cd {root}; {command}", environment)
    wanted = "cannot be written: mount it writable" if "setup" in command else f": {READ_ONLY}, {KEPT}\n"
    assert wanted in done.stderr
    assert done.returncode != 0


@pytest.mark.parametrize("command", [BUILD, "workflow/setup.sh"])
def test_a_repository_on_a_full_disk(root, environment, command, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    script = f"""
        mount -t tmpfs -o size=32m none {small}
        cp -a . {small}
        cd {small}
        dd if=/dev/zero of=ballast bs=64k 2> /dev/null || true
        {command}
    """
    done = run_apart(root, script, environment)
    wanted = "no space is left on the disk of" if "setup" in command else f": {FULL}, {KEPT}\n"
    assert wanted in done.stderr
    assert done.returncode != 0
