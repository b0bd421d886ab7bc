"""The file of one run of the crawler: `run-<number>-<hour>.jsonl`, one observation a line, on the disk at once.

A run is written beside the raw data and moved there when it ends, so that what is raw never changes. A run whose end
was never written, because the crawler was killed or the power failed, is ended by the next one.
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from clipstudy.study import StudyError

FIELDS = (
    "scraped_at", "url", "audio", "audio_url", "likes", "comments", "creator", "creator_url", "creator_followers",
    "creator_likes",
)  # fmt: skip
_NAME = re.compile(r"run-([0-9]{4,})-[0-9]{8}T[0-9]{2}\.jsonl")


class Ended(NamedTuple):
    """An unfinished run of before that was ended: whole lines kept, and whether a torn last one was cut off."""

    run_id: str
    clips: int
    torn: bool


class FeedRun:
    """A run that is being written; the file is there from the first line on."""

    def __init__(self, run_id: str, folder: Path, raw: Path) -> None:
        self.run_id = run_id
        self.clips = 0
        self._unfinished = folder / f"{run_id}.jsonl"
        self._final = raw / f"{run_id}.jsonl"
        self._file: IO[str] | None = None

    def append(self, observation: Mapping[str, str | None]) -> None:
        """Add a line with the fields in their order; it is on the disk when this returns."""
        if self._file is None:
            self._file = self._unfinished.open("x", encoding="utf-8", newline="")
        line = json.dumps({field: observation[field] for field in FIELDS}, ensure_ascii=False, separators=(",", ":"))
        self._file.write(line + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.clips += 1

    def finish(self) -> Path | None:
        """Move the file to the raw data; a run without a clip leaves none."""
        if self._file is None:
            return None
        self._file.close()
        return _keep(self._unfinished, self._final)


def begin_run(now: float, folder: Path, raw: Path) -> FeedRun:
    """Begin a run.

    Parameters
    ----------
    now : float
        Unix seconds on the clock of the data; the hour in the run's id is the one in which this lies.
    folder : Path
        For the unfinished file, on the same file system as `raw`.
    raw : Path
        Folder of the finished runs, whose numbers are counted on.
    """
    names = (_NAME.fullmatch(path.name) for path in raw.glob("run-*.jsonl"))
    number = 1 + max((int(name[1]) for name in names if name), default=0)
    folder.mkdir(parents=True, exist_ok=True)
    return FeedRun(f"run-{number:04d}-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H}", folder, raw)


def end_unfinished(folder: Path, raw: Path) -> list[Ended]:
    """End runs that were left unfinished: cut off a torn last line, and keep all others.

    Returns
    -------
    list of Ended
        Sorted by run; one without a whole line leaves no file.
    """
    ended = []
    for path in sorted(folder.glob("run-*.jsonl")):
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole:
            with path.open("r+b") as file:
                file.truncate(whole)
                os.fsync(file.fileno())
            _keep(path, raw / path.name)
        else:
            path.unlink()
        ended.append(Ended(path.stem, content.count(b"\n"), whole < len(content)))
    return ended


def format_time(seconds: float) -> str:
    """Write Unix seconds as ISO 8601 in UTC with milliseconds, such as 2022-08-06T02:03:11.482Z."""
    moment = datetime.fromtimestamp(round(seconds * 1000) // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{round(seconds * 1000) % 1000:03d}Z"


def _keep(unfinished: Path, final: Path) -> Path:
    if final.exists():
        raise StudyError(f"{final}: raw data are never overwritten; move it or {unfinished} away")
    final.parent.mkdir(parents=True, exist_ok=True)
    unfinished.replace(final)
    # the new name, too, is on the disk
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return final
