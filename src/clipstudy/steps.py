"""A step of the workflow: its log, and what it says when it cannot be done.

A mistake in the data or the configuration, a full disk or a missing right is told in one line that names the step, the
file and the way on. Anything else is a fault of the program and keeps its traceback.
"""

import errno
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clipstudy.study import StudyError

FAILED = "failed: "
LEAST_BYTES = 10_000_000  # of free space, below which the workflow could not even keep its own books
_WAYS_ON = {
    errno.ENOSPC: "no space is left on its disk. Make room there, or move the repository to a larger disk",
    errno.EDQUOT: "your quota on its disk is used up. Make room there, or ask for more",
    errno.EROFS: "its disk is mounted read-only. Mount it writable, or copy the repository to a disk that is",
    errno.EACCES: "you may not write or read it. Give yourself the right, or work on a copy of your own",
}


@contextmanager
def run_step(name: str, log: Path | str) -> Iterator[None]:
    """Run the block as a step of the workflow: log to `log`, and end the process with one line where it fails.

    Parameters
    ----------
    name : str
        The rule.
    log : Path or str
        Its log, written anew. A failure is its last line, too, beginning with `FAILED`.

    Raises
    ------
    SystemExit
        With the line, for a `StudyError` and for what the disk refuses.
    """
    # the step's own message matters more than that its log could not be written
    logging.raiseExceptions = False
    try:
        logging.basicConfig(filename=log, filemode="w", level=logging.INFO, format="%(message)s", force=True)
        logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table of every font in a PDF
        yield
    except StudyError as error:
        _give_up(f"{name}: {error}")
    except OSError as error:
        if error.errno not in _WAYS_ON:
            raise
        _give_up(f"{name}: {_say_way_on(error.filename or 'a file of this step', error.errno)}")


def check_folders(folders: Iterable[Path]) -> None:
    """See, before any step begins, that files can be written below some folders, whether these are there yet or not.

    Raises
    ------
    StudyError
        Naming the first folder below which they cannot, why, and the way on.
    """
    for folder in folders:
        place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        if not os.access(place, os.W_OK):
            read_only = os.statvfs(place).f_flag & os.ST_RDONLY
            raise StudyError(_say_way_on(place, errno.EROFS if read_only else errno.EACCES))


def check_room(folder: Path) -> None:
    """See, before any step begins, that the disk of a folder has room for at least the workflow's own books.

    Raises
    ------
    StudyError
        Naming the folder, and the way on.
    """
    if shutil.disk_usage(folder).free < LEAST_BYTES:
        raise StudyError(_say_way_on(folder.absolute(), errno.ENOSPC))


def _say_way_on(path: Path | str, number: int) -> str:
    return f"{path}: {_WAYS_ON[number]}, and run again: finished steps are kept"


def _give_up(message: str) -> None:
    logging.error("%s%s", FAILED, message)
    sys.exit(message)


def read_failures(logs: Path, since: float) -> list[str]:
    """Failures that the logs below a folder end with, of logs written after `since` (seconds), oldest first."""
    recent = [(log.stat().st_mtime, log) for log in logs.rglob("*.log")]
    last = [_last_failure(log) for changed, log in sorted(recent) if changed >= since]
    return [failure for failure in last if failure]


def _last_failure(log: Path) -> str:
    _, found, message = log.read_text(encoding="utf-8", errors="replace").rpartition(FAILED)
    return message.rstrip("\n") if found else ""
