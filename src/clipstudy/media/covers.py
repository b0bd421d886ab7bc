"""Text on covers, read by Tesseract from lossless pixels.

The published study handed the JPEG itself to Tesseract; the decoded pixels agree more often with what a cover says. One
thread a job, because jobs run side by side. Published: github.com/epicshepich/TikTok-Retrieval, `data/ocr.py`.
"""

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytesseract
from PIL import Image

from clipstudy.media.batches import fingerprint, work_through
from clipstudy.media.download import find_asset
from clipstudy.study import Ocr, StudyError

COVERS_AT_ONCE = 10
MODULES = ("batches", "covers", "download")  # what a text depends on
Reading = dict[str, str | None]


def read_covers(clips: list[dict[str, Any]], data: Path, options: Ocr, output: Path) -> None:
    """Read the covers of a job into `output`, JSON: clip -> {text, reason}; resumes where a killed job ended.

    Parameters
    ----------
    clips : list of dict
        Clips of a plan.
    data : Path
        Folder of the study, with the ledgers of the downloader.
    options : Ocr
        Tesseract's modes and language.
    output : Path
        The job's results: text null with a reason, or a text (may be empty) and no reason.
    """
    check_tesseract(options)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    found = {clip["clip_id"]: find_asset(data, clip["clip_id"], "cover") for clip in clips}

    def read(clip_ids: list[str]) -> dict[str, Reading]:
        paths = {clip_id: path for clip_id in clip_ids if (path := found[clip_id][0])}
        readings = dict(zip(paths, read_pictures(list(paths.values()), options), strict=True))
        return {clip_id: readings.get(clip_id) or {"text": None, "reason": found[clip_id][1]} for clip_id in clip_ids}

    inputs = {clip_id: state for clip_id, (_, state) in found.items()}
    work_through(inputs, read, output, fingerprint(MODULES, options), "covers", COVERS_AT_ONCE)


def read_pictures(paths: list[Path], options: Ocr) -> list[Reading]:
    """Read pictures with one start of Tesseract, which takes longer to start than to read.

    Returns
    -------
    list of dict
        For each picture its text as Tesseract gives it, or null and why: broken_image, ocr_failed (too large, for
        one) or ocr_timeout. A text never depends on the pictures beside it; where Tesseract fails on a list, each of
        its pictures is read alone.
    """
    readings: list[Reading] = [{"text": None, "reason": "broken_image"} for _ in paths]
    with tempfile.TemporaryDirectory() as folder:
        pictures = {number: Path(folder) / f"{number}.tif" for number in range(len(paths))}
        whole = [number for number, target in pictures.items() if _unpack(paths[number], target)]
        together = _recognise([pictures[number] for number in whole], options)
        for position, number in enumerate(whole):
            if isinstance(together, list):
                readings[number] = {"text": together[position], "reason": None}
                continue
            alone = _recognise([pictures[number]], options)
            text, reason = (alone[0], None) if isinstance(alone, list) else (None, alone)
            readings[number] = {"text": text, "reason": reason}
    return readings


def _recognise(pictures: list[Path], options: Ocr) -> list[str] | str:
    """Texts of pictures, or why they did not come."""
    if not pictures:
        return []
    names = pictures[0].with_suffix(".txt")
    names.write_text("".join(f"{picture}\n" for picture in pictures), encoding="utf-8")
    try:
        text = pytesseract.image_to_string(
            str(names), lang=options.language, config=_modes(options), timeout=options.seconds * len(pictures)
        )
    except pytesseract.TesseractError:
        return "ocr_failed"
    except RuntimeError:  # pytesseract's word for a timeout
        return "ocr_timeout"
    texts = text.split("\f")
    return texts if len(texts) == len(pictures) else "ocr_failed"


def _modes(options: Ocr) -> str:
    return f"--oem {options.engine_mode} --psm {options.page_segmentation}"


def _unpack(path: Path, target: Path) -> bool:
    """Write the pixels of a picture unpacked, which Tesseract reads fastest; False where they cannot be had."""
    pixels = read_pixels(path)
    if pixels is not None:
        Image.fromarray(pixels).save(target)
    return pixels is not None


def read_pixels(path: Path) -> np.ndarray | None:
    """Pixels of a picture, uint8 (height, width, 3), None where any part of it cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return np.asarray(image.convert("RGB"))
    # Pillow raises whatever its parsing trips over (struct.error, IndexError, ...); a bad picture must never end a job
    except Exception:
        return None


def check_tesseract(options: Ocr) -> None:
    """See that Tesseract and its language data are installed, and that they have the modes that are asked for.

    Raises
    ------
    StudyError
        Naming what to install or to change.
    """
    try:
        installed = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, OSError):
        raise StudyError("tesseract is not installed; Debian: apt-get install tesseract-ocr; then run again") from None
    missing = set(options.language.split("+")) - set(installed)
    if missing:
        packages = " ".join(f"tesseract-ocr-{name}" for name in sorted(missing))
        raise StudyError(
            f"media.ocr.language: tesseract has no {', '.join(sorted(missing))}; installed: {', '.join(installed)};"
            f" on Debian: apt-get install {packages}"
        )
    try:
        pytesseract.image_to_string(Image.new("L", (64, 64), 255), lang=options.language, config=_modes(options))
    except pytesseract.TesseractError as error:
        message = " ".join(error.message.split())
        raise StudyError(f"media.ocr: tesseract refuses {_modes(options)}: {message}; choose other modes") from None
