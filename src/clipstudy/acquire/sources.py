"""Published inputs of a study, fetched from a folder at hand or from their address, and verified by hash.

Git holds only the address and the hash of a source. Its content lands read-only in `data/<study>/raw/`.
"""

import hashlib
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from clipstudy.study import Source, Study, StudyError

CONNECT_SECONDS, READ_SECONDS = 10, 60
BACKOFF_SECONDS = 0.5
BUSY = (429, 500, 502, 503, 504)
CHUNK_BYTES = 1 << 20
WAY_ON = (
    "set CLIPSTUDY_SOURCES to a folder that holds these files (searched by name, accepted by hash), "
    "or go online, and run again"
)

_VIM_ROW = re.compile(r"^\s*\\ '\\(?P<name>.+)': '(?P<symbol>.+)',\s*$")

log = logging.getLogger(__name__)


class _NotFetchedError(Exception):
    """Why one source could not be had, without the name of its file."""


def fetch_sources(study: Study, root: Path = Path(), folder: Path | None = None) -> list[Path]:
    """Bring every source of a study to its place below `data/<study>/`, read-only and verified.

    A file that is already there with the right content is kept. Each other one is looked for by name and hash in
    `folder`, then downloaded.

    Parameters
    ----------
    study : Study
        Its `sources` say where each file lands, where it is published, and its SHA-256.
    root : Path
        The root of the repository.
    folder : Path, optional
        Searched recursively before any address is tried; the value of `CLIPSTUDY_SOURCES`. Links that lead out of it
        are not followed.

    Returns
    -------
    list of Path
        The files, in the order of the configuration.

    Raises
    ------
    StudyError
        One line for each file that could not be had and why, then the way on. What was had is kept.
    """
    if folder is not None and not folder.is_dir():
        raise StudyError(f"CLIPSTUDY_SOURCES={folder}: no such folder")
    paths = [root / study.paths.data / source.path for source in study.sources]
    wanted = {path: source for path, source in zip(paths, study.sources, strict=True) if not _holds(path, source)}
    at_hand = _find_named({path.name for path in wanted}, folder) if folder else {}
    mistakes = []
    with _session() as session:
        unreachable: dict[str, str] = {}
        for path, source in wanted.items():
            try:
                _fetch(source, path, at_hand.get(path.name, []), session, unreachable)
            except _NotFetchedError as error:
                sought = f"not in {folder}; " if folder and not at_hand[path.name] else ""
                mistakes.append(f"{path}: {sought}{error}")
    if mistakes:
        raise StudyError("\n".join([*mistakes, WAY_ON]))
    for path in paths:
        if path.stat().st_mode & 0o222:
            path.chmod(0o444)
    return paths


def parse_julia_symbols(text: str) -> str:
    r"""Turn the symbol table of the Julia plug-in for Vim into the tab-separated table of a study.

    Parameters
    ----------
    text : str
        The Vim script; each of its lines ``\ '\NAME': 'SYMBOL',`` is one name of one symbol.

    Returns
    -------
    str
        Columns table (`emoji` for names such as ``:tea:``, otherwise `latex`), codepoints (``U+2242 U+0338``) and
        name (without the backslash), in the order of the script.

    Raises
    ------
    StudyError
        Where no line has that form.

    References
    ----------
    `autoload/julia_latex_symbols.vim` of JuliaEditorSupport/julia-vim (MIT).
    """
    matches = [match for line in text.split("\n") if (match := _VIM_ROW.match(line))]
    if not matches:
        raise StudyError("no line of the form \\ '\\NAME': 'SYMBOL', in the table of Julia symbols")
    rows = ["table\tcodepoints\tname"]
    for match in matches:
        name = match["name"]
        table = "emoji" if len(name) > 2 and name[0] == name[-1] == ":" else "latex"
        rows.append(f"{table}\t{' '.join(f'U+{ord(c):04X}' for c in match['symbol'])}\t{name}")
    return "\n".join(rows) + "\n"


def _fetch(
    source: Source, path: Path, candidates: list[Path], session: requests.Session, unreachable: dict[str, str]
) -> None:
    for candidate in candidates:
        if _sha256(candidate) == source.sha256:
            with candidate.open("rb") as file:
                _land(iter(lambda: file.read(CHUNK_BYTES), b""), source.sha256, path)
            log.info("%s: found in %s", path, candidate)
            return
    tried = "".join(f"{candidate} has another SHA-256 than {source.sha256}; " for candidate in candidates)
    tried += source.url
    host = urlsplit(source.url).netloc
    try:
        if host in unreachable:
            raise _NotFetchedError(unreachable[host])
        _land(_download(source, session), source.sha256, path)
    except requests.ConnectionError as error:
        unreachable[host] = f"{host} cannot be reached ({type(error).__name__})"
        raise _NotFetchedError(f"{tried}: {unreachable[host]}") from None
    except requests.RequestException as error:
        raise _NotFetchedError(f"{tried}: {_reason(error)}") from None
    except _NotFetchedError as error:
        raise _NotFetchedError(f"{tried}: {error}") from None
    log.info("%s: downloaded from %s", path, source.url)


def _download(source: Source, session: requests.Session) -> Iterator[bytes]:
    with session.get(source.url, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as response:
        response.raise_for_status()
        chunks = response.iter_content(CHUNK_BYTES)
        if source.parser == "none":
            yield from chunks
            return
        try:
            yield parse_julia_symbols(b"".join(chunks).decode("utf-8")).encode("utf-8")
        except (UnicodeDecodeError, StudyError) as error:
            raise _NotFetchedError(str(error)) from None


def _land(chunks: Iterator[bytes], sha256: str, path: Path) -> None:
    """Write chunks to a read-only file, which appears only when it is whole and right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            raise _NotFetchedError(
                f"what is published there now has SHA-256 {digest.hexdigest()} instead of {sha256}; it was left out"
            )
        partial.chmod(0o444)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _session() -> requests.Session:
    session = requests.Session()
    retry = Retry(total=3, backoff_factor=BACKOFF_SECONDS, status_forcelist=BUSY, raise_on_status=False)
    session.mount("https://", HTTPAdapter(max_retries=retry))
    return session


def _find_named(names: set[str], folder: Path) -> dict[str, list[Path]]:
    """Regular files below a folder by their name, in a fixed order; what a link leads out of the folder is left."""
    inside = folder.resolve()
    found: dict[str, list[Path]] = {name: [] for name in names}
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in names.intersection(files):
            path = Path(parent, name)
            if path.is_file() and path.resolve().is_relative_to(inside):
                found[name].append(path)
    return found


def _holds(path: Path, source: Source) -> bool:
    return path.is_file() and _sha256(path) == source.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: requests.RequestException) -> str:
    response = error.response
    return f"answered {response.status_code} {response.reason}" if response is not None else type(error).__name__
