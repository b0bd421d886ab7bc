"""A scrape by the command `clipstudy scrape` that is killed in the middle, and goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import yaml

from clipstudy.world.model import World
from clipstudy.world.site.serve import Replica, serve_replica
from tests.browser.conftest import Scrape, bytes_of, small_study

JOURNAL = Path("data/small/interim/scrape/journal.jsonl")


def start(root: Path, replica: Replica) -> subprocess.Popen:
    command = [sys.executable, "-m", "clipstudy.cli", "scrape", "small", "--network", str(replica.network_file)]
    # a group of its own, so that the browser goes with it
    return subprocess.Popen(
        command, cwd=root, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_after(process: subprocess.Popen, journal: Path, entries: int) -> None:
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") > entries):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_goes_on_after_a_kill_without_a_duplicate_or_a_loss(
    world: World, media: Path, scraped: Scrape, tmp_path: Path
) -> None:
    config = tmp_path / "config/studies/small.yaml"
    config.parent.mkdir(parents=True)
    study = small_study("small").model_dump(mode="json", include={"name", "simulated", "acquire", "paper"})
    config.write_text(yaml.safe_dump(study), encoding="utf-8")
    journal = tmp_path / JOURNAL
    with serve_replica(world, media) as replica:
        kill_after(start(tmp_path, replica), journal, entries=4)
        assert not (tmp_path / "data/small/raw").exists()
        with journal.open("a", encoding="utf-8") as file:
            file.write('{"clip_id": "1", "addr')  # a line that the kill tore
        kept = journal.read_bytes().count(b"\n") - 1
        # killed once more, before it can have done anything
        kill_after(start(tmp_path, replica), journal, entries=kept)
        process = start(tmp_path, replica)
        said, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    assert "clips finished before; going on from there" in complaints
    assert said.startswith("data/small/raw: 12 clips read, 2 not")
    assert bytes_of(tmp_path / "data/small/raw") == bytes_of(scraped.raw)
    assert not journal.exists()


def test_refuses_to_overwrite_raw_data(scraped: Scrape, tmp_path: Path) -> None:
    config = tmp_path / "config/studies/small.yaml"
    config.parent.mkdir(parents=True)
    study = small_study("small").model_dump(mode="json", include={"name", "simulated", "acquire", "paper"})
    config.write_text(yaml.safe_dump(study), encoding="utf-8")
    command = [sys.executable, "-m", "clipstudy.cli", "scrape", "small", "--out", str(scraped.raw)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "batch_1.json: raw data are never overwritten" in done.stderr
