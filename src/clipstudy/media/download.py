"""Media of the clips of a job, fetched side by side, and the ledger of what became of each file.

Each clip has a folder, `media/<clip_id>/`, with its files and its part of the ledger, so that a second run asks only
for what is not there and whole. Every host has its own queue: one that is slow or down never holds up the rest.
"""

import hashlib
import heapq
import itertools
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pyarrow as pa
import requests
from rich.console import Console
from rich.progress import Progress

from clipstudy.media.batches import CLIP_ID, read_json
from clipstudy.media.fetch import Outcome, fetch, refuse_url
from clipstudy.media.network import Network, open_session
from clipstudy.study import Download, StudyError
from clipstudy.tables import build_table, write_json

LEDGER = "ledger.json"
COLUMNS = ("clip_id", "asset", "url", "state", "bytes", "sha256", "path")
Row = dict[str, Any]


class Task(NamedTuple):
    """One file to fetch."""

    clip_id: str
    asset: str
    url: str
    clock: float | None

    @property
    def host(self) -> str:
        """The host that is asked."""
        return (urlsplit(self.url).hostname or "").lower()


class Attempt(NamedTuple):
    """Measurement of one attempt; never part of the ledger."""

    clip_id: str
    asset: str
    host: str
    number: int
    state: str
    seconds: float


def download_job(
    clips: list[dict[str, Any]], data: Path, options: Download, network: Network, now: float | None = None
) -> tuple[pa.Table, list[Attempt]]:
    """Fetch what is missing of the media of these clips.

    Parameters
    ----------
    clips : list of dict
        Clips of a plan: clip_id, clock, assets (name -> address).
    data : Path
        Folder of the study; files go to `media/<clip_id>/` below it.
    options : Download
        Limits, deadlines and retries.
    network : Network
        Where host names lead.
    now : float, optional
        Unix seconds against which addresses expire; by default the time at which each clip was scraped, which is the
        only clock of a simulated study.

    Returns
    -------
    pyarrow.Table
        The part of `downloads` for these clips.
    list of Attempt
        What was asked for, in the order of the answers.

    Raises
    ------
    StudyError
        Where nothing can be written, or no host at all could be reached and no file of the job is there.
    """
    rows: dict[str, dict[str, Row]] = {}
    tasks = []
    for clip in clips:
        clip_id = clip["clip_id"]
        clock = clip["clock"] if now is None else now
        rows[clip_id] = _kept(data, clip_id, clip["assets"])
        for asset, url in clip["assets"].items():
            if asset in rows[clip_id]:
                continue
            if state := refuse_url(url, clock):
                rows[clip_id][asset] = _row(clip_id, asset, url, Outcome(state), data)
            else:
                tasks.append(Task(clip_id, asset, url, clock))
        _write_ledger(data, clip_id, rows[clip_id])
    attempts: list[Attempt] = []
    try:
        for task, outcome in _fetch_all(tasks, data, options, network, attempts):
            rows[task.clip_id][task.asset] = _row(task.clip_id, task.asset, task.url, outcome, data)
            _write_ledger(data, task.clip_id, rows[task.clip_id])
    except OSError as error:
        raise StudyError(f"{data / 'media'}: cannot be written: {error}; make room and run again") from None
    ledger = [row for assets in rows.values() for row in assets.values()]
    # where files are there, a dead host may be all that was left to ask
    is_empty = all(row["state"] != "ok" for row in ledger)
    if is_empty and attempts and all(attempt.state == "connection" for attempt in attempts):
        raise StudyError(f"no host could be reached for {len(tasks)} files; check the network and run again")
    return build_table("downloads", {name: [row[name] for row in ledger] for name in COLUMNS}), attempts


def find_asset(data: Path, clip_id: str, asset: str) -> tuple[Path | None, str]:
    """File of a clip and its hash, or None and why there is no file.

    Parameters
    ----------
    data : Path
        Folder of the study.
    clip_id, asset : str
        The clip, and cover, video or captions.
    """
    ledger = clip_folder(data, clip_id) / LEDGER
    row = next((row for row in read_json(ledger) if row["asset"] == asset), None)
    if row is None:
        return None, f"no_{asset}"
    if row["state"] != "ok":
        return None, f"not_downloaded_{row['state']}"
    return data / row["path"], row["sha256"]


def clip_folder(data: Path, clip_id: str) -> Path:
    """Folder of a clip's media.

    Raises
    ------
    StudyError
        For an id that could lead anywhere else.
    """
    if not CLIP_ID.fullmatch(clip_id):
        raise StudyError(f"clip id {clip_id!r}: must be letters, digits, - and _ only")
    return data / "media" / clip_id


def _kept(data: Path, clip_id: str, assets: Iterable[str]) -> dict[str, Row]:
    """Rows of files that are there, whole and still wanted."""
    path = clip_folder(data, clip_id) / LEDGER
    rows = read_json(path) if path.exists() else []
    return {row["asset"]: row for row in rows if row["asset"] in assets and row["state"] == "ok" and _whole(data, row)}


def _whole(data: Path, row: Row) -> bool:
    path = data / row["path"]
    if not path.is_file() or path.stat().st_size != row["bytes"]:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == row["sha256"]


def _row(clip_id: str, asset: str, url: str | None, outcome: Outcome, data: Path) -> Row:
    path = outcome.path.relative_to(data).as_posix() if outcome.path else None
    url = url and url.encode(errors="backslashreplace").decode()  # a table takes no half of a surrogate pair
    return dict(zip(COLUMNS, (clip_id, asset, url, outcome.state, outcome.bytes, outcome.sha256, path), strict=True))


def _write_ledger(data: Path, clip_id: str, rows: dict[str, Row]) -> None:
    write_json([rows[asset] for asset in sorted(rows)], clip_folder(data, clip_id) / LEDGER)


def _fetch_all(
    tasks: list[Task], data: Path, options: Download, network: Network, attempts: list[Attempt]
) -> Iterator[tuple[Task, Outcome]]:
    """Yield each task with its last outcome, as they come."""
    ready: dict[str, deque[tuple[Task, int]]] = {}
    for task in tasks:
        ready.setdefault(task.host, deque()).append((task, 1))
    later: list[tuple[float, int, Task, int]] = []  # a waiting retry takes no worker
    ticket = itertools.count()
    running: dict[Future[tuple[Outcome, float]], tuple[Task, int]] = {}
    with (
        open_session(network, options.user_agent, options.workers) as session,
        Progress(console=Console(stderr=True)) as progress,
        ThreadPoolExecutor(options.workers) as pool,
    ):
        bar = progress.add_task("download", total=len(tasks))
        while ready or later or running:
            while later and later[0][0] <= time.monotonic():
                _, _, task, number = heapq.heappop(later)
                ready.setdefault(task.host, deque()).append((task, number))
            for task, number in _next_tasks(ready, running, options):
                running[pool.submit(_attempt, session, task, data, options)] = (task, number)
            pause = max(0.0, later[0][0] - time.monotonic()) if later else None
            if not running:
                time.sleep(pause or 0)
                continue
            done, _ = wait(running, timeout=pause, return_when=FIRST_COMPLETED)
            for future in done:
                task, number = running.pop(future)
                outcome, seconds = future.result()
                attempts.append(Attempt(task.clip_id, task.asset, task.host, number, outcome.state, seconds))
                if outcome.is_transient and number < options.attempts:
                    due = time.monotonic() + max(options.backoff_seconds * 2 ** (number - 1), outcome.wait)
                    heapq.heappush(later, (due, next(ticket), task, number + 1))
                else:
                    progress.advance(bar)
                    yield task, outcome


def _next_tasks(
    ready: dict[str, deque[tuple[Task, int]]], running: dict[Any, tuple[Task, int]], options: Download
) -> list[tuple[Task, int]]:
    """Take tasks that may start now, one of each host in turn, within the limits."""
    busy = Counter(task.host for task, _ in running.values())
    taken: list[tuple[Task, int]] = []
    progressed = True
    while progressed:
        progressed = False
        for host in list(ready):
            if len(running) + len(taken) < options.workers and busy[host] < options.per_host:
                taken.append(ready[host].popleft())
                busy[host] += 1
                progressed = True
                if not ready[host]:
                    del ready[host]
    return taken


def _attempt(session: requests.Session, task: Task, data: Path, options: Download) -> tuple[Outcome, float]:
    start = time.monotonic()
    outcome = fetch(session, task.url, clip_folder(data, task.clip_id), task.asset, task.clock, options)
    return outcome, time.monotonic() - start
