"""Raw feed runs: files of one JSON object a line, read in blocks, with every line that cannot be read set aside.

A block is parsed as a whole where all of its lines are sound, and line by line where not, so that a torn line costs
time only in its own file.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, groupby, islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import polars as pl

from clipstudy.corpus.quarantine import Rejected, excerpt
from clipstudy.study import Study, StudyError

FIELDS = (
    "scraped_at", "url", "audio", "audio_url", "likes", "comments", "creator", "creator_url", "creator_followers",
    "creator_likes",
)  # fmt: skip
BLOCK_BYTES = 1 << 25
READERS = 2
_NEWLINE = 10
_TEXT = dict.fromkeys(FIELDS, pl.String)


class Piece(NamedTuple):
    """Whole lines of one run file: its run, the number of the first line from 0, their number, and the bytes."""

    run_id: str
    first: int
    lines: int
    content: bytes


class Block(NamedTuple):
    """Lines as read: a frame with `run_id`, `position` and the ten fields as text, and the lines set aside."""

    frame: pl.DataFrame
    rejected: list[Rejected]


def find_runs(study: Study, root: Path = Path()) -> list[Path]:
    """Run files of a study, sorted by their name, which is the run's id.

    Raises
    ------
    StudyError
        Where the study has no feed, no run file is there, or two have the same name.
    """
    globs = study.virality.runs if study.virality else []
    data = root / study.paths.data
    paths = sorted({path for glob in globs for path in data.glob(glob)}, key=lambda path: path.stem)
    if not paths:
        raise StudyError(f"{data}: no feed run {' or '.join(globs)} (key virality.runs); crawl or simulate first")
    for one, other in pairwise(paths):
        if one.stem == other.stem:
            raise StudyError(f"{other}: run '{other.stem}' is there twice, also as {one}; rename one")
    return paths


def read_runs(paths: list[Path]) -> Iterator[Block]:
    """Read run files in the order given, in blocks of about 32 MB.

    Parameters
    ----------
    paths : list of Path
        Files of one JSON object a line; the stem of the name is the run's id.

    Yields
    ------
    Block
        In reading order; numbers in the raw lines are given as text. The memory taken is that of a few blocks.
    """
    with ThreadPoolExecutor(READERS) as pool:
        blocks = _blocks(paths)
        waiting = [pool.submit(_read_block, block) for block in islice(blocks, READERS + 1)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(_read_block, block) for block in islice(blocks, 1)]


def _blocks(paths: list[Path]) -> Iterator[list[Piece]]:
    block: list[Piece] = []
    size = 0
    for piece in chain.from_iterable(map(_pieces, paths)):
        block.append(piece)
        size += len(piece.content)
        if size >= BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def _pieces(path: Path) -> Iterator[Piece]:
    if not path.stat().st_size:
        yield Piece(path.stem, 0, 0, b"")  # so that there is a block, of no lines, also where all files are empty
    first = 0
    with path.open("rb") as file:
        while content := file.read(BLOCK_BYTES):
            content += file.readline()
            if not content.endswith(b"\n"):
                content += b"\n"
            lines = int(np.count_nonzero(np.frombuffer(content, np.uint8) == _NEWLINE))
            yield Piece(path.stem, first, lines, content)
            first += lines


def _read_block(pieces: list[Piece]) -> Block:
    """Parse pieces together; where a line of theirs is broken, go on with those that look whole, and line by line."""
    frame = _parse(b"".join(piece.content for piece in pieces), sum(piece.lines for piece in pieces))
    if frame is not None:
        return Block(frame.with_columns(_places(pieces)), [])
    if len(pieces) == 1:
        return _read_lines(pieces[0])
    parts = []
    for is_whole, similar in groupby(pieces, key=lambda piece: piece.content.count(b"}\n") == piece.lines):
        some = list(similar)
        if is_whole and len(some) == len(pieces):
            halves = some[: len(some) // 2], some[len(some) // 2 :]
            parts += [_read_block(half) for half in halves]
        else:
            parts += [_read_block(some)] if is_whole else [_read_lines(piece) for piece in some]
    return Block(pl.concat([part.frame for part in parts]), [row for part in parts for row in part.rejected])


def _places(pieces: list[Piece]) -> list[pl.Series]:
    """Run and position of every line."""
    lines = [piece.lines for piece in pieces]
    runs = pl.Series("run_id", [piece.run_id for piece in pieces]).gather(np.repeat(np.arange(len(pieces)), lines))
    positions = [np.arange(piece.first, piece.first + piece.lines) for piece in pieces]
    return [runs, pl.Series("position", np.concatenate(positions))]


def _parse(content: bytes, lines: int) -> pl.DataFrame | None:
    """Parse lines all of which are JSON objects; None where one is not (blank lines, which are skipped, included)."""
    try:
        frame = pl.read_ndjson(content, schema=_TEXT)
    except (pl.exceptions.PolarsError, ValueError):
        return None
    return frame if frame.height == lines else None


def _read_lines(piece: Piece) -> Block:
    """Set aside the lines that are no JSON object; the others are parsed together, by the parser of whole files."""
    sound, positions, rejected = [], [], []
    for position, line in enumerate(piece.content.split(b"\n")[:-1], piece.first):
        if fault := _find_fault(line):
            shown = excerpt(re.sub(rb"[^\x20-\x7e]", b"?", line[:200]).decode("ascii")) or None
            rejected.append(Rejected(piece.run_id, position, None, fault, shown))
        else:
            sound.append(line + b"\n")
            positions.append(position)
    frame = pl.read_ndjson(b"".join(sound), schema=_TEXT)
    run = pl.lit(piece.run_id).alias("run_id")
    return Block(frame.with_columns(run, pl.Series("position", positions, pl.Int64)), rejected)


def _find_fault(line: bytes) -> str | None:
    try:
        return None if isinstance(orjson.loads(line), dict) else "not a JSON object"
    except orjson.JSONDecodeError:
        if b"\\u" in line and _parse(line + b"\n", 1) is not None:  # half an emoji, which only the other parser takes
            return None
        torn = line.lstrip().startswith(b"{") and not line.rstrip().endswith(b"}")
        return "blank line" if not line.strip() else "torn line" if torn else "not valid JSON"
