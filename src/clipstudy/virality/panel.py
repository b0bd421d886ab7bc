"""From raw feed runs to the table `observations`: typed, cleaned, with overflows unwrapped.

What cannot be read, is impossible or was written twice is rejected; what can be mended is kept; both leave a row in the
table `rejected`, whose reason begins with `repaired:` where the observation is kept.
"""

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from clipstudy.corpus.quarantine import Rejected, excerpt, rejected_table
from clipstudy.study import Study, StudyError
from clipstudy.tables import TIME, assemble_table
from clipstudy.virality.clocks import repair_clocks
from clipstudy.virality.feed import FIELDS, Block, find_runs, read_runs
from clipstudy.virality.fields import NOT_READ, REPAIRED, Kind, read_distinct, upload_times
from clipstudy.virality.groups import CodeArray, Coded, IntArray, decode, group_rows, rank_texts
from clipstudy.virality.overflow import TURN, Wraps, count_wraps

SUBJECTS = {"clip": "clip_id", "audio": "audio_url", "creator": "creator"}
COUNTS = {"likes": "like_count", "comments": "comment_count", "creator_followers": "creator_followers"}
# microseconds since 1970 of the times that clip ids can tell: 32 bits of seconds
_END_OF_TIMES = 2**32 * 1_000_000


class Panel(NamedTuple):
    """Tables `observations` and `rejected` of a feed, and how many lines went where."""

    observations: pa.Table
    rejected: pa.Table
    summary: dict[str, object]


class Counts(NamedTuple):
    """A column of counts: the code of each line, and value, low and high of each code, shape (3, codes)."""

    codes: CodeArray
    bounds: IntArray


class _Lines:
    """Columns of all lines that are JSON objects, and the verdict on each line."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.kept = np.ones(frame.height, bool)
        self.times: IntArray = np.zeros(frame.height, np.int64)
        self.positions = frame["position"].to_numpy()
        self.runs = _coded(frame["run_id"])
        self.rejected: list[Rejected] = []

    def verdict(self, rows: NDArray[np.bool_], field: str | None, reason: str, texts: pl.Series | None = None) -> None:
        """Record kept rows under a reason, and reject them unless the reason tells of a repair."""
        rows = rows & self.kept
        for row in rows.nonzero()[0]:
            shown = excerpt(texts[int(row)]) if texts is not None else None
            run = self.runs.values[self.runs.codes[row]].as_py()
            self.rejected.append(Rejected(run, int(self.positions[row]), field, reason, shown))
        if not reason.startswith(REPAIRED):
            self.kept &= ~rows


def build_panel(study: Study, root: Path = Path()) -> Panel:
    """Read the feed runs of a study and make its panel; a pure function of the run files and the configuration.

    Parameters
    ----------
    study : Study
        Its section `virality` names the files and the study start.
    root : Path
        The root of the repository.

    Returns
    -------
    Panel
        Texts and counts of `observations` are dictionary encoded, which saves memory; they are written plainly.

    Raises
    ------
    StudyError
        Where there is no run, or nothing in the runs can be taken as an observation.
    """
    paths = find_runs(study, root)
    begin = study.virality.begin if study.virality else None
    panel = clean(read_blocks(paths), begin)
    if not panel[0].num_rows:
        raise StudyError(_tell_empty(paths, panel[2], begin))
    data = root / study.paths.data
    sources = {path.stem: path.relative_to(data).as_posix() for path in paths}
    rejected = [row._replace(source=sources[row.source]) for row in panel[1]]
    return Panel(panel[0], rejected_table(rejected), {**panel[2], "runs": len(paths)})


def read_blocks(paths: list[Path]) -> Block:
    """Read all runs into one frame whose texts are categories and whose times are parsed where they are ISO 8601."""
    kinds = {name: pl.Categorical(pl.Categories.random()) for name in (*FIELDS, "run_id")}
    frames, rejected = [], []
    for frame, unread in read_runs(paths):
        time = pl.col("scraped_at").str.to_datetime("%+", time_unit="us", strict=False)
        odd = pl.when(time.is_null()).then(pl.col("scraped_at")).cast(kinds["scraped_at"]).alias("odd_time")
        columns = [pl.col(name).cast(kind) for name, kind in kinds.items() if name != "scraped_at"]
        frames.append(frame.select(time.alias("time"), odd, pl.col("position").cast(pl.Int32), *columns))
        rejected += unread
    return Block(pl.concat(frames), rejected)


def clean(block: Block, begin: datetime | None) -> tuple[pa.Table, list[Rejected], dict[str, object]]:
    """Make observations from lines: `observations`, what was rejected or repaired, and counts of both.

    Parameters
    ----------
    block : Block
        As `read_blocks` returns it.
    begin : datetime, optional
        Study start; earlier observations are rejected.
    """
    lines = _Lines(block.frame)
    _read_times(lines)
    clip = _read_text(lines, "url", "clip_id")
    creator = _read_text(lines, "creator", "creator")
    counts = {}
    for field in (*COUNTS, "creator_likes"):
        counts[COUNTS.get(field, field)] = _read_counts(lines, field)
    followers = counts["creator_followers"]
    lines.verdict((followers.bounds[0] == 0)[followers.codes], "creator_followers", "creator with 0 followers")
    lines.times, shifts = repair_clocks(lines.times, lines.runs, lines.kept)
    lines.rejected += shifts
    _reject_far_times(lines)
    uploads = upload_times(clip.values.to_pylist())[clip.codes]
    lines.verdict(lines.times < uploads, "scraped_at", "before the upload of the clip")
    if begin is not None:
        start = int(begin.timestamp()) * 1_000_000
        lines.verdict(lines.times < start, "scraped_at", "before the study start")
    _find_order(lines)
    _find_duplicates(lines, clip)
    table = _table(lines, clip, creator, counts)
    rejected = sorted([*block.rejected, *lines.rejected], key=lambda row: (row.source, row.position, row.reason))
    return table, rejected, _summary(block, lines, table, rejected)


def _coded(series: pl.Series) -> Coded:
    distinct = series.unique().drop_nulls()
    physical, texts = distinct.to_physical().to_numpy(), distinct.cast(pl.String).to_arrow().cast(pa.string())
    named = np.full(int(physical.max()) + 1 if len(physical) else 0, -1)
    named[physical] = np.arange(len(physical))
    codes = series.to_physical().cast(pl.Int32).fill_null(len(named)).to_numpy()
    return rank_texts(np.r_[named, -1].astype(np.int32)[codes], texts)


def _read_times(lines: _Lines) -> None:
    """Take the parsed times; read the others one by one (a time without a zone is taken as UTC)."""
    given, odd = lines.frame["time"], lines.frame["odd_time"]
    lines.times = given.to_physical().fill_null(0).to_numpy().copy()
    unread = given.is_null().to_numpy().copy()
    for row in odd.is_not_null().arg_true().to_list():
        try:
            stamp = datetime.fromisoformat(odd[row].strip())
        except ValueError:
            continue
        stamp = stamp.replace(tzinfo=stamp.tzinfo or UTC)
        lines.times[row] = (stamp - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000
        unread[row] = False
    lines.verdict(unread, "scraped_at", "not an ISO 8601 time", odd)
    _reject_far_times(lines)


def _reject_far_times(lines: _Lines) -> None:
    far = (lines.times < 0) | (lines.times >= _END_OF_TIMES)
    lines.verdict(far, "scraped_at", "not a time between 1970 and 2106")


def _read_text(lines: _Lines, field: str, kind: Kind) -> Coded:
    series = lines.frame[field]
    coded = _coded(series)
    read, state = read_distinct(coded.values.to_pylist(), kind)
    _judge(lines, field, series, state[coded.codes], "not the address of a clip" if field == "url" else "missing")
    return rank_texts(coded.codes, pa.array(read, pa.string()))


def _read_counts(lines: _Lines, field: str) -> Counts:
    series = lines.frame[field]
    coded = _coded(series)
    read, state = read_distinct(coded.values.to_pylist(), "wrapped" if field == "creator_likes" else "count")
    _judge(lines, field, series, state[coded.codes], "not a count")
    bounds = np.fromiter(chain(*read, (0, 0, 1)), np.int64, 3 * len(read) + 3).reshape(-1, 3).T
    return Counts(coded.codes, np.ascontiguousarray(bounds))


def _judge(lines: _Lines, field: str, texts: pl.Series, state: NDArray[np.int8], reason: str) -> None:
    lines.verdict(texts.is_null().to_numpy(), field, "missing")
    lines.verdict(state == NOT_READ, field, reason, texts)
    lines.verdict(state == 1, field, f"{REPAIRED} written unusually", texts)


def _find_order(lines: _Lines) -> None:
    """Record lines that are earlier than the line before them in their run; analyses go by time, not by place."""
    rows = lines.kept.nonzero()[0]
    same_run = lines.runs.codes[rows[1:]] == lines.runs.codes[rows[:-1]]
    late = np.zeros(len(lines.kept), bool)
    late[rows[1:][same_run & (lines.times[rows[1:]] < lines.times[rows[:-1]])]] = True
    lines.verdict(late, "scraped_at", f"{REPAIRED} earlier than the line before it; put in the order of time")


def _find_duplicates(lines: _Lines, clip: Coded) -> None:
    groups = group_rows(np.where(lines.kept, clip.codes, -1), len(clip.values), lines.times)
    one, next_one = groups.order[:-1], groups.order[1:]
    again = (clip.codes[one] == clip.codes[next_one]) & (lines.times[one] == lines.times[next_one])
    repeated = np.zeros(len(lines.kept), bool)
    repeated[next_one[again]] = True
    lines.verdict(repeated, None, "duplicate: the clip was seen at that very time already")


def _table(lines: _Lines, clip: Coded, creator: Coded, counts: dict[str, Counts]) -> pa.Table:
    kept = lines.kept.nonzero()[0]
    wraps = _unwrap(lines, clip, creator, counts)

    def text(coded: Coded) -> pa.DictionaryArray:
        return decode(rank_texts(coded.codes[kept], coded.values))

    columns: dict[str, pa.Array] = {
        "run_id": text(lines.runs),
        "position": pa.array(lines.positions[kept], pa.int64()),
        "observed_at": pa.array(lines.times[kept], pa.int64()).cast(TIME),
        "clip_id": text(clip),
        "creator": text(creator),
        **{field: text(_coded(lines.frame[field])) for field in ("url", "audio", "audio_url", "creator_url")},
        "wraps": pa.array(wraps.wraps[kept]),
        "wraps_ambiguous": pa.array(wraps.ambiguous[kept]),
    }
    for name, count in counts.items():
        codes = count.codes[kept]
        for column, bound in zip((name, f"{name}_low", f"{name}_high"), count.bounds, strict=True):
            if name == "creator_likes":
                columns[column] = pa.array(bound[codes] + wraps.wraps[kept] * TURN)
            else:
                # the three share their codes: a third of the memory
                columns[column] = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(bound))
    return assemble_table("observations", columns)


def _unwrap(lines: _Lines, clip: Coded, creator: Coded, counts: dict[str, Counts]) -> Wraps:
    """Count the wraps of the total of likes of every line that is kept; 0 for the others."""
    total, likes, followers = (counts[name] for name in ("creator_likes", "like_count", "creator_followers"))
    codes = np.where(lines.kept, creator.codes, -1)
    groups = group_rows(codes, len(creator.values), lines.times)
    return count_wraps(
        groups._replace(starts=np.unique(groups.starts)),  # without creators of whom no line is kept
        clip.codes,
        likes.bounds[1][likes.codes],
        total.bounds[0][total.codes],
        total.bounds[2][total.codes],
        followers.bounds[0][followers.codes],
    )


def _summary(block: Block, lines: _Lines, table: pa.Table, rejected: list[Rejected]) -> dict[str, object]:
    reasons: dict[str, dict[str, int]] = {"rejected": {}, "repaired": {}}
    for row in rejected:
        kind = "repaired" if row.reason.startswith(REPAIRED) else "rejected"
        reason = row.reason.removeprefix(REPAIRED).strip().split(";")[0].split(":")[0]
        key = f"{row.field}: {reason}" if row.field else reason
        reasons[kind][key] = reasons[kind].get(key, 0) + 1
    times = lines.times[lines.kept]
    return {
        "lines": block.frame.height + len(block.rejected),
        "observations": table.num_rows,
        **{f"{name}s": len(table[column].chunk(0).dictionary) for name, column in SUBJECTS.items()},
        "begin": _iso(times.min()) if len(times) else None,
        "end": _iso(times.max()) if len(times) else None,
        **reasons,
    }


def _tell_empty(paths: list[Path], summary: dict[str, Any], begin: datetime | None) -> str:
    reasons = summary["rejected"]
    most = max(reasons, key=reasons.get, default=None)
    told = f"; rejected most often for '{most}' ({reasons[most]} times)" if most else ""
    files = f"{paths[0]}" + (f" and {len(paths) - 1} other run files" if len(paths) > 1 else "")
    earlier = f", set virality.begin ({_iso(int(begin.timestamp()) * 1_000_000)}) earlier" if begin else ""
    return f"{files}: no observation in {summary['lines']} lines{told}; mend them{earlier} or add runs"


def _iso(microseconds: int) -> str:
    return datetime.fromtimestamp(int(microseconds) // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
