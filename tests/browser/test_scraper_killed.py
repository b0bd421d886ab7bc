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


def write_config(root: Path) -> None:
    config = root / "config/studies/small.yaml"
    config.parent.mkdir(parents=True)
    study = small_study("small").model_dump(mode="json", include={"name", "simulated", "acquire", "paper"})
    config.write_text(yaml.safe_dump(study), encoding="utf-8")


def start(root: Path, replica: Replica) -> subprocess.Popen:
    command = [sys.executable, "-m", "clipstudy.cli", "scrape", "small", "--network", str(replica.network_file)]
    # a group of its own, so that the browser goes with it
    return subprocess.Popen(
        command, cwd=root, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(process: subprocess.Popen, journal: Path, entries: int) -> None:
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") > entries):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_after(process: subprocess.Popen, journal: Path, entries: int) -> None:
    wait_for(process, journal, entries)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_goes_on_after_a_kill_without_a_duplicate_or_a_loss(
    world: World, media: Path, scraped: Scrape, tmp_path: Path
) -> None:
    write_config(tmp_path)
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


def test_a_terminated_scrape_takes_its_browser_along(world: World, media: Path, tmp_path: Path) -> None:
    write_config(tmp_path)
    with serve_replica(world, media) as replica:
        process = start(tmp_path, replica)
        wait_for(process, tmp_path / JOURNAL, entries=1)
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    deadline = time.monotonic() + 10
    while is_alive(process.pid):
        assert time.monotonic() < deadline, "the browser is left behind"
        time.sleep(0.05)


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_refuses_to_overwrite_raw_data(scraped: Scrape, tmp_path: Path) -> None:
    write_config(tmp_path)
    command = [sys.executable, "-m", "clipstudy.cli", "scrape", "small", "--out", str(scraped.raw)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "batch_1.json: raw data are never overwritten" in done.stderr
