"""One run at a time: a run that still goes on when the next one starts is ended, and what it left behind, too."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil
from selenium.webdriver.remote.webdriver import WebDriver

from clipstudy.study import StudyError

LOCK_NAME = "running.json"
_PATIENCE = 30  # seconds that a run is given to end, and again after it was killed
_LOOK_EVERY = 0.05


class Running:
    """The lock file of the run that goes on: who runs, and which driver it started."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.tell()

    def tell(self, driver: WebDriver | None = None) -> None:
        """Write down who runs; with its driver, that the next run can end it where this one cannot."""
        service = getattr(driver, "service", None)
        process = psutil.Process(service.process.pid) if service else None
        # a number alone may by then be another process's
        known = {"driver": process.pid, "driver_started": process.create_time()} if process else {}
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), **known}, self._file)
        self._file.flush()


@contextmanager
def only_run(folder: Path) -> Iterator[Running]:
    """Hold the lock of a folder for the block.

    A run that holds it is asked to end (SIGTERM), and killed where it does not. The browser of a run that was killed
    is ended.

    Raises
    ------
    StudyError
        Where a run goes on whatever is done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_NAME).open("a+", encoding="utf-8") as file:
        for request in (signal.SIGTERM, signal.SIGKILL):
            if _lock(file, 0):
                break
            _send(request, _read(file).get("pid"))
            if _lock(file, _PATIENCE):
                break
        else:
            raise StudyError(f"{file.name}: the run before does not end; end it by hand and start again")
        _end_driver(_read(file))
        yield Running(file)
        file.truncate(0)


def _lock(file: IO[str], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            # given up by the system when its process ends, in whatever way
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_EVERY)


def _read(file: IO[str]) -> dict[str, float]:
    file.seek(0)
    try:
        found = json.loads(file.read() or "{}")
    except ValueError:  # cut by a power failure
        return {}
    return found if isinstance(found, dict) else {}


def _send(request: signal.Signals, pid: float | None) -> None:
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(int(pid), request)


def _end_driver(told: dict[str, float]) -> None:
    """End the driver of a run that was killed, and the browser below it."""
    if "driver" not in told:
        return
    with suppress(psutil.NoSuchProcess):
        driver = psutil.Process(int(told["driver"]))
        if driver.create_time() == told["driver_started"]:
            family = [driver, *driver.children(recursive=True)]
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family, timeout=_PATIENCE)
