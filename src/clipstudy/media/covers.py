"""Text on covers, read by Tesseract from lossless pixels.

The published study handed the JPEG itself to Tesseract; the decoded pixels agree more often with what a cover says. One
thread a job, because jobs run side by side. Published: github.com/epicshepich/TikTok-Retrieval, `data/ocr.py`.
"""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytesseract
from PIL import Image

from clipstudy.media.batches import fingerprint, work_through
from clipstudy.media.download import find_asset
from clipstudy.study import Ocr, StudyError


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

    def read(clip_id: str) -> dict[str, str | None]:
        path, reason = found[clip_id]
        return {"text": None, "reason": reason} if path is None else read_cover(path, options)

    inputs = {clip_id: state for clip_id, (_, state) in found.items()}
    work_through(inputs, read, output, fingerprint(__file__, options), "covers")


def read_cover(path: Path, options: Ocr) -> dict[str, str | None]:
    """Text of one picture, as Tesseract gives it, or null and why: broken_image or ocr_timeout."""
    pixels = read_pixels(path)
    if pixels is None:
        return {"text": None, "reason": "broken_image"}
    picture = Image.fromarray(pixels)
    picture.format = "TIFF"  # as lossless as PNG, the default, without the time that packing takes
    modes = f"--oem {options.engine_mode} --psm {options.page_segmentation}"
    try:
        text = pytesseract.image_to_string(picture, lang=options.language, config=modes, timeout=options.seconds)
    except pytesseract.TesseractError as error:
        raise StudyError(f"{path}: tesseract failed: {error.message}; check `media.ocr`") from None
    except RuntimeError:
        return {"text": None, "reason": "ocr_timeout"}
    return {"text": text, "reason": None}


def read_pixels(path: Path) -> np.ndarray | None:
    """Pixels of a picture, uint8 (height, width, 3), None where any part of it cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError, Warning):
        return None


def check_tesseract(options: Ocr) -> None:
    """See that Tesseract and its language data are installed.

    Raises
    ------
    StudyError
        Naming what to install.
    """
    try:
        installed = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, OSError):
        raise StudyError("tesseract is not installed; on Debian: apt-get install tesseract-ocr") from None
    missing = set(options.language.split("+")) - set(installed)
    if missing:
        packages = " ".join(f"tesseract-ocr-{name}" for name in sorted(missing))
        raise StudyError(
            f"media.ocr.language: tesseract has no {', '.join(sorted(missing))}; installed: {', '.join(installed)};"
            f" on Debian: apt-get install {packages}"
        )
