"""One run at a time: the run before is ended, and so is a browser that it left behind."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from clipstudy.acquire import one_at_a_time
from clipstudy.acquire.one_at_a_time import LOCK_NAME, only_run
from clipstudy.study import StudyError

HOLD = """
import signal, sys, time
from pathlib import Path
from clipstudy.acquire.one_at_a_time import only_run
signal.signal(signal.SIGTERM, {handler})
with only_run(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
ENDS, STAYS = "lambda *_: sys.exit(143)", "signal.SIG_IGN"


def hold(folder: Path, handler: str) -> subprocess.Popen:
    command = [sys.executable, "-c", HOLD.format(handler=handler), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize(("handler", "code"), [(ENDS, 143), (STAYS, -signal.SIGKILL)])
def test_a_run_that_goes_on_is_ended(tmp_path, monkeypatch, handler, code):
    monkeypatch.setattr(one_at_a_time, "_PATIENCE", 0.5 if handler == STAYS else 20)
    with hold(tmp_path, handler) as process, only_run(tmp_path):
        assert process.wait(timeout=20) == code
        assert json.loads((tmp_path / LOCK_NAME).read_text(encoding="utf-8"))["pid"] == psutil.Process().pid


def test_a_lock_that_nobody_gives_up_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(one_at_a_time, "_PATIENCE", 0.1)
    # without a process to ask: the holder's number is not known
    with hold(tmp_path, ENDS) as process:
        (tmp_path / LOCK_NAME).write_text("{", encoding="utf-8")
        with pytest.raises(StudyError, match="the run before does not end"), only_run(tmp_path):
            pass
        process.kill()


def test_the_driver_of_a_killed_run_is_ended_with_its_family(tmp_path):
    command = ["sh", "-c", "sleep 60 & echo $!; wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        child = psutil.Process(int(driver.stdout.readline()))
        told = {"pid": 1, "driver": driver.pid, "driver_started": psutil.Process(driver.pid).create_time()}
        (tmp_path / LOCK_NAME).write_text(json.dumps(told), encoding="utf-8")
        with only_run(tmp_path):
            assert not psutil.pid_exists(driver.pid)
            assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert (tmp_path / LOCK_NAME).read_bytes() == b""


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as other:
        told = {"pid": 1, "driver": other.pid, "driver_started": psutil.Process(other.pid).create_time() - 5}
        (tmp_path / LOCK_NAME).write_text(json.dumps(told), encoding="utf-8")
        with only_run(tmp_path):
            assert other.poll() is None
        other.kill()
