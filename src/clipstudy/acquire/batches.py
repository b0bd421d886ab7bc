"""Raw scrape batches: the form of a record, the journal of a running scrape, and the files that it ends in."""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from clipstudy.files import whole_file

log = logging.getLogger(__name__)

PageStateUse = Literal["used", "absent", "stale", "ignored"]


class _Raw(BaseModel):
    """Part of a record; its keys are those of the published batches, with hyphens."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        alias_generator=lambda name: name.replace("_", "-"),
        validate_by_name=True,
        hide_input_in_errors=True,  # people's words
    )


class RawReply(_Raw):
    """A comment or a reply as shown; `replies_count` is empty where there is none."""

    commenter_username: str = Field(min_length=1)
    comment_text: str
    time_posted: str
    like_count: str = Field(min_length=1)
    replies_count: str = ""


class RawComment(RawReply):
    """A comment of the first level."""

    replies: list[RawReply] = []


class RawClip(_Raw):
    """One clip as scraped: the published keys, then the new ones. What the page does not show is an empty text."""

    video_src: str
    coverphoto_src: str
    permalink: str
    web_id: str
    id: str = Field(pattern=r"^[1-9][0-9]{0,18}$")
    like_count: str = Field(min_length=1)
    comment_count: str = Field(min_length=1)
    creator_username: str = Field(min_length=1)
    creator_nickname: str
    timeposted: str
    music_title: str
    music_src: str
    description: str
    comments: list[RawComment]
    scrape_timestamp: float = Field(description="Unix seconds")
    kind: Literal["video", "photo"]
    captions: str | None
    captions_src: str | None
    photo_srcs: list[str]
    page_state: PageStateUse


class Failure(NamedTuple):
    """One thing that was not read.

    `source` is the address of the page, `position` the place of its clip in the feed from 0, `field` the key of the
    record (None: the whole clip).
    """

    source: str
    position: int
    field: str | None
    reason: str
    excerpt: str | None = None


class Entry(BaseModel):
    """What became of one clip of the feed: its record, or none, and what could not be read."""

    model_config = ConfigDict(hide_input_in_errors=True)

    clip_id: str
    address: str
    record: dict[str, Any] | None
    failures: list[Failure]


class Journal:
    """The clips that a scrape has finished, kept so that a kill at any moment loses none and repeats none."""

    def __init__(self, entries: list[Entry], file: IO[str]) -> None:
        self.entries = entries
        self._file = file

    def append(self, entry: Entry) -> None:
        """Add a finished clip; it is on the disk when this returns."""
        self._write(entry.model_dump_json())
        self.entries.append(entry)

    def _write(self, line: str) -> None:
        self._file.write(line + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def open_journal(path: Path, way: dict[str, Any]) -> Iterator[Journal]:
    """Open the journal of an unfinished scrape, or begin one.

    Parameters
    ----------
    path : Path
        The first line tells the way of scraping, each other one a finished clip. A last line that a kill tore is
        taken off.
    way : dict
        What the records depend on; a journal of another way is begun anew.

    Yields
    ------
    Journal
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"way": way}, sort_keys=True)
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    # not splitlines, which splits at U+2028 and the like within people's words, too
    first, *lines = text[: max(0, text.rfind("\n"))].split("\n")
    if first != head:
        if first:
            log.warning("%s: of a scrape done in another way; begun anew", path)
        lines = []
    write_text("\n".join([head, *lines, ""]), path)
    with path.open("a", encoding="utf-8") as file:
        yield Journal([Entry.model_validate_json(line) for line in lines], file)


def write_batches(entries: Sequence[Entry], folder: Path, batch_size: int) -> list[Path]:
    """Write the records as `batch_<n>.json`, from 1; batch n holds what could be read of the n-th `batch_size` clips.

    Parameters
    ----------
    entries : sequence of Entry
        In the order of the feed.
    folder : Path
        `raw` of the study.
    batch_size : int
        Clips of the feed in one batch.
    """
    paths = []
    for start in range(0, max(1, len(entries)), batch_size):
        records = [entry.record for entry in entries[start : start + batch_size] if entry.record is not None]
        paths.append(folder / f"batch_{start // batch_size + 1}.json")
        write_text(json.dumps(records, indent=2, sort_keys=True, ensure_ascii=False) + "\n", paths[-1])
    return paths


def write_text(text: str, path: Path) -> None:
    """Write a text file atomically: it is there as a whole or not at all."""
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
