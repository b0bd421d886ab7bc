"""From raw scrape batches to the tables `clips`, `comments`, `queries` and `rejected` of a study."""

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pyarrow as pa

from clipstudy.corpus.failures import read_failures
from clipstudy.corpus.quarantine import WHOLE_FILE, Rejected, UnreadableError, rejected_table, unknown_key_rows
from clipstudy.corpus.queries import read_queries
from clipstudy.corpus.rawjson import read_json
from clipstudy.corpus.records import CLIP_COLUMNS, COMMENT_COLUMNS, read_clip, read_thread
from clipstudy.corpus.texts import read_texts
from clipstudy.study import Study, StudyError
from clipstudy.tables import build_table

FAILURES = "raw/failures.jsonl"
UNFINISHED = "raw/.scrape"

_POSTED_AT = CLIP_COLUMNS.index("posted_at")


@contextmanager
def _collector_off() -> Iterator[None]:
    """Leave out the passes over many thousand new rows, none of them in a cycle: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_collector_off()
def build_corpus(study: Study, root: Path = Path()) -> dict[str, pa.Table]:
    """Read the raw data of a study and make its tables; a pure function of the files below `data/<study>/`.

    Parameters
    ----------
    study : Study
        Its section `corpus` names the files.
    root : Path
        The root of the repository.

    Returns
    -------
    dict
        The tables `clips`, `comments`, `queries` and `rejected`, by `clipstudy.tables`.

    Raises
    ------
    StudyError
        Where a file that the configuration names is not there, or a cover, speech or query file cannot be read.
    """
    data = root / study.paths.data
    rejected: list[Rejected] = []
    clips: dict[str, tuple] = {}
    comments: list[tuple] = []
    for path in find_batches(study, root):
        _read_batch(path, path.relative_to(data).as_posix(), clips, comments, rejected)
    made = {}
    for kind, name in (("cover", study.corpus.covers), ("speech", study.corpus.speech)):
        made[kind] = read_texts(_named(data, name, kind), name, clips, rejected) if name else {}
    queries = build_table("queries", {})
    if (name := study.corpus.queries) is not None:
        queries = read_queries(_named(data, name, "queries"), name, clips, rejected)
    if (failures := data / FAILURES).exists():
        rejected += read_failures(failures, FAILURES)
    return {
        "clips": _clips_table(study, clips, made["cover"], made["speech"]),
        "comments": build_table("comments", _columns(("clip_id", *COMMENT_COLUMNS), comments)),
        "queries": queries,
        "rejected": rejected_table(rejected),
    }


def find_batches(study: Study, root: Path = Path()) -> list[Path]:
    """Scrape batches of a study in reading order: glob by glob, numbers in names counted (batch_2 before batch_10).

    Raises
    ------
    StudyError
        Where there is none, or a scrape was killed while it moved them there.
    """
    data = root / study.paths.data
    if any((data / UNFINISHED).glob("[!.]*")):
        raise StudyError(f"{data / UNFINISHED}: not all that was scraped is in place yet; run the same scrape again")
    globs = study.corpus.batches
    paths = list(dict.fromkeys(chain.from_iterable(sorted(data.glob(glob), key=_natural) for glob in globs)))
    if not paths:
        raise StudyError(f"{data}: no scrape batch {' or '.join(globs)} (key corpus.batches); fetch or scrape first")
    return paths


def _natural(path: Path) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", path.as_posix())
    return [(int(part) if part.isdecimal() else 0, part) for part in parts]


def _named(data: Path, name: str, key: str) -> Path:
    path = data / name
    if not path.is_file():
        raise StudyError(f"{path}: not there, but the study's section `corpus` names it for {key}; fetch or make it")
    return path


def _read_batch(
    path: Path, source: str, clips: dict[str, tuple], comments: list[tuple], rejected: list[Rejected]
) -> None:
    try:
        batch = read_json(path, list)
    except UnreadableError as fault:
        rejected.append(fault.row(source, WHOLE_FILE))
        return
    unknown: Counter[str] = Counter()
    for position, record in enumerate(batch):
        try:
            row = read_clip(record, unknown)
            clip_id = row[0]
            if clip_id in clips:
                raise UnreadableError("id", "seen before: the first record of a clip is kept", clip_id)
        except UnreadableError as fault:
            rejected.append(fault.row(source, position))
            continue
        clips[clip_id] = row
        if row[_POSTED_AT] is None:
            undated = UnreadableError("id", "carries no plausible post time; the clip is kept without one", clip_id)
            rejected.append(undated.row(source, position))
        thread = read_thread(record["comments"], unknown)
        comments += [(clip_id, *comment) for comment in thread.rows]
        rejected += [fault.row(source, position, within) for within, fault in thread.faults]
    rejected += unknown_key_rows(source, unknown)


def _clips_table(study: Study, clips: dict[str, tuple], covers: dict[str, str], speech: dict[str, str]) -> pa.Table:
    columns = _columns(CLIP_COLUMNS, list(clips.values()))
    columns["cover_text"] = [covers.get(clip_id) for clip_id in clips]
    columns["speech_text"] = [speech.get(clip_id) for clip_id in clips]
    columns["batch_order"] = range(len(clips))
    required = [columns[f"{name}_text"] for name in study.corpus.require]
    missing = [
        [name for name, text in zip(study.corpus.require, row, strict=True) if text is None]
        for row in zip(*required, strict=True)
    ] or [[] for _ in clips]
    return build_table("clips", {**columns, "missing": missing, "in_corpus": [not m for m in missing]})


def _columns(names: tuple[str, ...], rows: list[tuple]) -> dict[str, object]:
    values = zip(*rows, strict=True) if rows else [()] * len(names)
    return dict(zip(names, values, strict=True))
