"""The plan of the media steps, made from the scrape batches, and the keeping of finished work in a killed job.

Steps over clips run as jobs of N clips. A job writes what it has finished to a journal beside its output, clip by clip;
a job that was killed begins where the journal ends, and the journal goes when the output is there.
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.progress import track

from clipstudy.study import StudyError
from clipstudy.tables import write_json

CLIP_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
Result = dict[str, Any]


def plan_media(batches: Iterable[Path | str], clips_per_job: int) -> dict[str, Any]:
    """Group the clips of scrape batches into jobs, in the order of the scrape.

    A clip that was scraped twice is taken once, by its latest record; an address that cannot be fetched there (`blob:`
    or none) gives way to the one of an earlier record.

    Parameters
    ----------
    batches : iterable of Path or str
        Scrape batches, JSON lists of records.
    clips_per_job : int
        Clips of one job; the last job may have fewer.

    Returns
    -------
    dict
        `jobs`: name ("0001", ...) -> list of clips, each with clip_id, clock (Unix seconds at which it was scraped, or
        None) and assets (name -> address or None); `refused`: records without a usable id, with source, position and
        reason.

    Raises
    ------
    StudyError
        Naming the file that is not a JSON list.
    """
    clips: dict[str, Result] = {}
    refused = []
    for path in sorted(map(Path, batches), key=_natural):
        for position, record in enumerate(_read_batch(path)):
            if not isinstance(record, dict):
                refused.append({"source": path.name, "position": position, "reason": "not an object"})
                continue
            clip_id = record.get("id")
            if not isinstance(clip_id, str) or not CLIP_ID.fullmatch(clip_id):
                refused.append({"source": path.name, "position": position, "reason": "no usable id"})
                continue
            clip = {"clip_id": clip_id, "clock": _clock(record), "assets": _assets(record)}
            clips[clip_id] = _merge(clips[clip_id], clip) if clip_id in clips else clip
    ordered = list(clips.values())
    starts = range(0, len(ordered), clips_per_job)
    jobs = {f"{number:04d}": ordered[start : start + clips_per_job] for number, start in enumerate(starts, 1)}
    return {"jobs": jobs, "refused": refused}


def read_job(plan: Path | str, job: str) -> list[Result]:
    """Clips of one job of a plan."""
    clips: list[Result] = read_json(plan)["jobs"][job]
    return clips


def fingerprint(modules: Iterable[str], options: BaseModel) -> str:
    """Name of a way of working: changes with the code of these modules of this package and with the options."""
    code = b"".join(Path(__file__).with_name(f"{module}.py").read_bytes() for module in modules)
    return hashlib.sha256(code + options.model_dump_json().encode()).hexdigest()


def work_through(
    inputs: dict[str, str],
    work: Callable[[list[str]], dict[str, Result]],
    output: Path | str,
    way: str,
    label: str,
    at_once: int = 1,
) -> None:
    """Do the work of a job some clips at a time and write its results as JSON, clip -> result, sorted by clip.

    Parameters
    ----------
    inputs : dict
        Clip -> what names its input (a hash, or why there is none): finished work counts only for the same input.
    work : callable
        Clips -> result of each; must not raise for a bad input, nor let one clip's result depend on another.
    output : Path or str
        The file with all results; `<output>.journal` lives beside it while the job is unfinished.
    way : str
        As `fingerprint` gives it; work finished in another way is done again.
    label : str
        Shown with the progress.
    at_once : int
        Clips that `work` is given together, and that a kill can cost.
    """
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    journal = output.with_name(f"{output.name}.journal")
    finished = _finished(journal, way)
    results = {clip: finished[clip, state] for clip, state in inputs.items() if (clip, state) in finished}
    pending = sorted(inputs.keys() - results.keys())
    groups = [pending[start : start + at_once] for start in range(0, len(pending), at_once)]
    with journal.open("a", encoding="utf-8") as file:
        file.write("\n")  # ends a line that a kill may have torn
        for group in track(groups, description=label, console=Console(file=sys.stderr)):
            for clip, result in work(group).items():
                results[clip] = result
                entry = {"clip": clip, "input": inputs[clip], "way": way, "result": result}
                file.write(json.dumps(entry) + "\n")
            file.flush()
    write_json(results, output)
    journal.unlink()


def _finished(journal: Path, way: str) -> dict[tuple[str, str], Result]:
    """Results of a journal made in the same way, by clip and input; a torn line holds none."""
    lines = journal.read_text(encoding="utf-8", errors="replace").splitlines() if journal.exists() else []
    results = {}
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry["way"] == way:
            results[entry["clip"], entry["input"]] = entry["result"]
    return results


def read_json(path: Path | str) -> Any:
    """Read a JSON file of ours.

    Raises
    ------
    StudyError
        Where it is missing or broken.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}; run the step that makes it") from None
    except ValueError as error:
        raise StudyError(f"{path}: not JSON: {error}; delete it and run again") from None


def _read_batch(path: Path) -> list[object]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise StudyError(f"{path}: not a JSON list of clips: {error}; scrape the batch again") from None
    if not isinstance(records, list):
        raise StudyError(f"{path}: not a JSON list of clips; scrape the batch again")
    return records


def _assets(record: Result) -> dict[str, str | None]:
    """Media of a record by name; a clip always has a cover, a video one video, and what it names beside them."""
    assets = {"cover": _address(record.get("coverphoto-src"))}
    if record.get("kind") == "photo":
        photos = record.get("photo-srcs")
        for number, url in enumerate(photos if isinstance(photos, list) else [], 1):
            assets[f"photo_{number}"] = _address(url)
    else:
        assets["video"] = _address(record.get("video-src"))
    if captions := _address(record.get("captions-src")):
        assets["captions"] = captions
    return assets


def _address(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _clock(record: Result) -> float | None:
    stamp = record.get("scrape-timestamp")
    try:
        return float(stamp)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _merge(earlier: Result, later: Result) -> Result:
    """One clip of two records, the one scraped last first."""
    if (later["clock"] or 0) < (earlier["clock"] or 0):
        earlier, later = later, earlier
    assets = dict(later["assets"])
    for name, url in earlier["assets"].items():
        given = assets.get(name)
        if name in assets and url and (not given or given.startswith("blob:")):
            assets[name] = url
    return {**later, "assets": assets}


def _natural(path: Path) -> list[tuple[int, str]]:
    """Order of batch_2 before batch_10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path))]
