"""Compile the paper in a scratch copy, so that no auxiliary file and no path of this machine reaches the PDF."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from clipstudy.files import whole_file
from clipstudy.study import StudyError

OVERFULL = 5.0  # points beyond the margin that readers would see
TIMEOUT = 300  # seconds

_ERROR = re.compile(r"^(?:!|[^\s:]+\.tex:\d+:).*", re.MULTILINE)
_UNDEFINED = re.compile(r"^(?:LaTeX|Package natbib) Warning: (?:Reference|Citation) .*undefined.*", re.MULTILINE)
_OVERFULL = re.compile(r"^Overfull \\hbox \((\d+\.?\d*)pt too wide\).*(?:\n.+)?", re.MULTILINE)


def compile_paper(files: Mapping[str, Path], output: Path, source_date_epoch: int) -> None:
    """Compile `main.tex` with latexmk to a PDF that is the same bytes wherever it is made.

    Parameters
    ----------
    files : mapping
        Path inside the scratch copy (`main.tex`, `sections/data.tex`, `figures/x.pdf`) -> file to copy there.
    output : Path
        The PDF, written atomically.
    source_date_epoch : int
        The date that the PDF carries, in seconds.

    Raises
    ------
    StudyError
        With the lines of the log that say what is wrong: errors, undefined references, lines too wide.
    """
    with tempfile.TemporaryDirectory(prefix="clipstudy-paper-") as folder:
        scratch = Path(folder)
        for name, source in files.items():
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        ended = _run_latexmk(scratch, source_date_epoch)
        log_file = scratch / "main.log"
        log = log_file.read_text(encoding="utf-8", errors="replace") if log_file.exists() else ended.stdout
        faults = find_faults(log)
        if ended.returncode or faults:
            raise StudyError("paper/main.tex does not compile cleanly:\n" + "\n".join(faults or [ended.stdout[-2000:]]))
        with whole_file(output) as partial:
            shutil.copyfile(scratch / "main.pdf", partial)


def _run_latexmk(folder: Path, source_date_epoch: int) -> subprocess.CompletedProcess[str]:
    fixed = {"SOURCE_DATE_EPOCH": str(source_date_epoch), "FORCE_SOURCE_DATE": "1", "TZ": "UTC", "LC_ALL": "C"}
    command = ["latexmk", "-norc", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "main.tex"]
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=os.environ | fixed | {"max_print_line": "1000", "TEXMFOUTPUT": str(folder)},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        raise StudyError("latexmk is not installed; `make setup` installs what the paper needs, or lists it") from None
    except subprocess.TimeoutExpired:
        raise StudyError(f"latexmk did not end within {TIMEOUT} s; look for a loop in paper/main.tex") from None


def find_faults(log: str) -> list[str]:
    """Lines of a LaTeX log that a reader of the paper would suffer from, in order, without repeats."""
    errors = [m[0] for m in _ERROR.finditer(log)]
    if errors:  # whatever follows an error, such as references that are undefined yet, follows from it
        return list(dict.fromkeys(errors))
    wide = [m[0] for m in _OVERFULL.finditer(log) if float(m[1]) > OVERFULL]
    return list(dict.fromkeys([m[0] for m in _UNDEFINED.finditer(log)] + wide))
