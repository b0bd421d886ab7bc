"""The schema of every table, and the only place that reads or writes Parquet (or results as JSON).

Tables are Arrow tables: zstd-compressed, sorted by their key, without pandas metadata, written atomically, so that
equal content is equal bytes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clipstudy.files import whole_file
from clipstudy.study import StudyError

TIME = pa.timestamp("us", tz="UTC")


class Schema(NamedTuple):
    """Columns of a table, the columns that identify a row, and the text columns that may not be null."""

    columns: pa.Schema
    key: tuple[str, ...]


def _schema(key: Sequence[str], /, **columns: pa.DataType) -> Schema:
    fields = [pa.field(name, kind, nullable=name not in key) for name, kind in columns.items()]
    return Schema(pa.schema(fields), tuple(key))


def _count(name: str) -> dict[str, pa.DataType]:
    return {name: pa.int64(), f"{name}_low": pa.int64(), f"{name}_high": pa.int64()}


_text = pa.string()

SCHEMAS = {
    "clips": _schema(
        ["clip_id"],
        clip_id=_text,
        web_id=_text,
        permalink=_text,
        video_src=_text,
        cover_src=_text,
        creator=_text,
        nickname=_text,
        description=_text,
        music_title=_text,
        music_url=_text,
        posted_at=TIME,
        posted_label=_text,
        **_count("like_count"),
        **_count("comment_count"),
        scraped_at=TIME,
        downloaded_at=TIME,
        cover_text=_text,
        speech_text=_text,
        captions_text=_text,
        kind=_text,
        batch_order=pa.int64(),
        in_corpus=pa.bool_(),
        missing=pa.list_(_text),
    ),
    "comments": _schema(
        ["clip_id", "position"],
        clip_id=_text,
        position=pa.int64(),
        parent_position=pa.int64(),
        commenter=_text,
        text=_text,
        **_count("like_count"),
        **_count("replies_count"),
        posted_label=_text,
    ),
    "queries": _schema(
        ["query_id"],
        query_id=pa.int64(),
        text=_text,
        target_id=_text,
        author=_text,
        useful_description=pa.bool_(),
        comments_on_topic=pa.bool_(),
        purely_visual=pa.bool_(),
        important_lyrics=pa.bool_(),
        subtextual=pa.bool_(),
    ),
    "rejected": _schema(
        ["source", "position", "sequence"],
        source=_text,
        position=pa.int64(),
        sequence=pa.int64(),
        field=_text,
        reason=_text,
        excerpt=_text,
    ),
    "texts": _schema(["field", "owner_id"], field=_text, owner_id=_text, text=_text),
    "downloads": _schema(
        ["clip_id", "asset"],
        clip_id=_text,
        asset=_text,
        url=_text,
        state=_text,
        bytes=pa.int64(),
        sha256=_text,
        path=_text,
    ),
    "media_texts": _schema(
        ["clip_id", "step"],
        clip_id=_text,
        step=_text,
        is_read=pa.bool_(),
        characters=pa.int64(),
        reason=_text,
    ),
    "observations": _schema(
        ["run_id", "position"],
        run_id=_text,
        position=pa.int64(),
        observed_at=TIME,
        clip_id=_text,
        url=_text,
        audio=_text,
        audio_url=_text,
        **_count("like_count"),
        **_count("comment_count"),
        creator=_text,
        creator_url=_text,
        **_count("creator_followers"),
        **_count("creator_likes"),
        wraps=pa.int64(),
        wraps_ambiguous=pa.bool_(),
    ),
    "rates": _schema(
        ["clip_id", "observed_at"],
        clip_id=_text,
        observed_at=TIME,
        hours=pa.float64(),
        likes_per_hour=pa.float64(),
        comments_per_hour=pa.float64(),
        followers_per_hour=pa.float64(),
        creator_likes_per_hour=pa.float64(),
        like_rate=pa.float64(),
        like_rate_low=pa.float64(),
        like_rate_high=pa.float64(),
        comment_rate=pa.float64(),
        comment_rate_low=pa.float64(),
        comment_rate_high=pa.float64(),
    ),
    "ratios": _schema(
        ["clip_id", "observed_at"],
        clip_id=_text,
        observed_at=TIME,
        observed_hour=TIME,
        likes_per_comment=pa.float64(),
        comments_per_like=pa.float64(),
        creator_likes_per_follower=pa.float64(),
        log10_followers=pa.float64(),
    ),
    "uploads": _schema(
        ["clip_id"],
        clip_id=_text,
        creator=_text,
        audio_url=_text,
        uploaded_at=TIME,
        upload_weekday=pa.int64(),
        upload_hour=pa.int64(),
        hours_since_previous=pa.float64(),
        days_since_previous=pa.float64(),
        sightings=pa.int64(),
        first_seen=TIME,
        last_seen=TIME,
        **{f"{when}_{what}": pa.int64() for when in ("first", "last") for what in ("likes", "comments", "followers")},
    ),
    "creators": _schema(
        ["creator"],
        creator=_text,
        clips=pa.int64(),
        sightings=pa.int64(),
        first_seen=TIME,
        last_seen=TIME,
        **{f"{when}_{what}": pa.int64() for when in ("first", "last") for what in ("followers", "likes")},
        wraps=pa.int64(),
        wraps_ambiguous=pa.bool_(),
    ),
    "audios": _schema(
        ["audio_url", "observed_at", "clip_id"],
        audio_url=_text,
        observed_at=TIME,
        clip_id=_text,
        audio=_text,
        videos=pa.int64(),
        likes=pa.int64(),
        comments=pa.int64(),
    ),
    "episodes": _schema(
        ["kind", "subject", "number"],
        kind=_text,
        subject=_text,
        number=pa.int64(),
        started_at=TIME,
        peaked_at=TIME,
        ended_at=TIME,
        peak_rate=pa.float64(),
        interactions=pa.float64(),
        open_start=pa.bool_(),
        open_end=pa.bool_(),
    ),
    "indexes": _schema(
        ["index_id"],
        index_id=_text,
        published_id=pa.int64(),
        tokenisation=_text,
        speech=pa.bool_(),
        cover=pa.bool_(),
        comments=pa.bool_(),
        attributed=pa.bool_(),
        vocabulary=pa.int64(),
        postings=pa.int64(),
        bytes=pa.int64(),
    ),
    "emulated": _schema(
        ["index_id", "scheme", "query_id"],
        index_id=_text,
        scheme=_text,
        query_id=pa.int64(),
        predicted=pa.int64(),
        best=pa.int64(),
        worst=pa.int64(),
        published=pa.int64(),
    ),
    "ranks": _schema(
        ["index_id", "scheme", "query_id"],
        index_id=_text,
        scheme=_text,
        query_id=pa.int64(),
        best=pa.int64(),
        worst=pa.int64(),
        expected=pa.float64(),
        retrieved=pa.bool_(),
    ),
    "feed_truth_observations": _schema(
        ["run_id", "position"],
        run_id=_text,
        position=pa.int64(),
        observed_at=TIME,
        shown_at=TIME,
        clip_id=_text,
        creator=_text,
        true_likes=pa.int64(),
        true_comments=pa.int64(),
        true_followers=pa.int64(),
        true_creator_likes=pa.int64(),
        expected_likes=pa.float64(),
        expected_comments=pa.float64(),
        expected_followers=pa.float64(),
        wraps=pa.int64(),
        duplicate=pa.bool_(),
        torn=pa.bool_(),
    ),
    "feed_truth_clips": _schema(
        ["clip_id"],
        clip_id=_text,
        creator=_text,
        audio_url=_text,
        posted_at=TIME,
        comments_per_like=pa.float64(),
    ),
    "feed_truth_clip_hours": _schema(
        ["clip_id", "hour"],
        clip_id=_text,
        hour=TIME,
        true_likes=pa.int64(),
        true_comments=pa.int64(),
        likes_gained=pa.int64(),
        comments_gained=pa.int64(),
        likes_rate=pa.float64(),
        comments_rate=pa.float64(),
        likes_burst_rate=pa.float64(),
    ),
    "feed_truth_creators": _schema(
        ["creator"],
        creator=_text,
        followers=pa.int64(),
        likes=pa.int64(),
        gap_days=pa.float64(),
        giant=pa.bool_(),
        wraps_first=pa.int64(),
        wraps_last=pa.int64(),
        wraps_knowable=pa.bool_(),
    ),
    "feed_truth_creator_hours": _schema(
        ["creator", "hour"],
        creator=_text,
        hour=TIME,
        true_followers=pa.int64(),
        true_creator_likes=pa.int64(),
        followers_gained=pa.int64(),
        likes_gained=pa.int64(),
        followers_rate=pa.float64(),
        followers_burst_rate=pa.float64(),
        likes_rate=pa.float64(),
    ),
    "feed_truth_bursts": _schema(
        ["clip_id", "start"],
        clip_id=_text,
        start=TIME,
        creator=_text,
        peak=TIME,
        end=TIME,
        likes_expected=pa.float64(),
        likes_peak_rate=pa.float64(),
        followers_expected=pa.float64(),
        followers_before=pa.float64(),
        followers_in_horizon=pa.float64(),
    ),
}


class TableError(StudyError):
    """A table that breaks its contract, told in one line."""


def build_table(name: str, columns: dict[str, object]) -> pa.Table:
    """Make a table by its contract from columns given as arrays or lists; missing nullable columns become null.

    Parameters
    ----------
    name : str
        A key of `SCHEMAS`.
    columns : dict
        Column name -> sequence of equal lengths.

    Returns
    -------
    pyarrow.Table
        Cast to the schema and sorted by the key.

    Raises
    ------
    TableError
        For an unknown column, a null or repeated key, or a value that does not fit its type.
    """
    schema, _ = SCHEMAS[name]
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise TableError(f"table {name}: unknown columns {', '.join(sorted(unknown))}")
    rows = max((len(c) for c in columns.values()), default=0)  # type: ignore[arg-type]
    arrays = []
    for field in schema:
        try:
            given = columns.get(field.name)
            arrays.append(pa.nulls(rows, field.type) if given is None else _array(given, field.type))
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise TableError(f"table {name}, column {field.name}: {error}") from None
    return check_table(name, pa.Table.from_arrays(arrays, schema=schema))


def _array(values: object, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind)
    if kind == pa.int64():
        # pa.array(values, kind) would cut the fraction off a float
        inferred = pa.array(values, from_pandas=True)
        if pa.types.is_floating(inferred.type):
            return inferred.cast(kind)
    return pa.array(values, type=kind)


def check_table(name: str, table: pa.Table) -> pa.Table:
    """Hold a table against its contract and return it sorted by its key.

    Raises
    ------
    TableError
        Naming the table and what is wrong with it.
    """
    schema, key = SCHEMAS[name]
    if not table.schema.equals(schema):
        raise TableError(f"table {name}: columns are not as in the contract: {table.schema.names}")
    for column in key:
        if table[column].null_count:
            raise TableError(f"table {name}: {table[column].null_count} rows without {column}")
    table = table.sort_by([(column, "ascending") for column in key])
    if table.num_rows > 1:
        same = [pc.equal(table[c].slice(1), table[c].slice(0, table.num_rows - 1)) for c in key]
        repeated = np.logical_and.reduce([s.to_numpy() for s in same]).nonzero()[0]
        if len(repeated):
            row = table.slice(int(repeated[0]), 1).select(list(key)).to_pylist()[0]
            raise TableError(f"table {name}: {len(repeated)} repeated keys, first {row}")
    return table.combine_chunks()


def write_table(name: str, table: pa.Table, path: Path | str) -> None:
    """Check a table and write it atomically; equal tables give equal bytes."""
    write_columns(check_table(name, table), path)


def read_table(name: str, path: Path | str, columns: list[str] | None = None) -> pa.Table:
    """Read a table and hold it against its contract (with `columns`: the chosen ones, unchecked).

    Raises
    ------
    TableError
        Where the file is not Parquet or breaks the contract.
    """
    try:
        table = pq.read_table(path, columns=columns, partitioning=None)
    except pa.ArrowInvalid as error:
        raise TableError(f"{path}: not a readable Parquet file: {error}; delete it and run again") from None
    return table if columns else check_table(name, table)


def write_columns(table: pa.Table, path: Path | str) -> None:
    """Write any table without pandas metadata, atomically; for derived tables that only figures and papers read."""
    with whole_file(path) as partial:
        pq.write_table(table.replace_schema_metadata(None), partial, compression="zstd", compression_level=9)


def assemble_table(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """Make a large table by its contract without copying it: rows are sorted already, columns may be encoded.

    Parameters
    ----------
    name : str
        A key of `SCHEMAS`.
    columns : dict
        Column name -> Arrow array, plain or dictionary encoded. In the key, the texts of such a column are distinct and
        sorted.

    Raises
    ------
    TableError
        For columns other than the contract's, a null in the key, or rows that are not sorted by it without repetition.
    """
    schema, key = SCHEMAS[name]
    if sorted(columns) != sorted(schema.names):
        raise TableError(f"table {name}: columns are not as in the contract: {list(columns)}")
    fields = []
    for field in schema:
        given = columns[field.name].type
        if (given.value_type if pa.types.is_dictionary(given) else given) != field.type:
            raise TableError(f"table {name}, column {field.name}: {given} instead of {field.type}")
        fields.append(field.with_type(given))
    undecided = None
    for column in key:
        values = columns[column]
        if values.null_count:
            raise TableError(f"table {name}: {values.null_count} rows without {column}")
        values = values.indices if pa.types.is_dictionary(values.type) else values
        later, earlier = values.slice(1), values.slice(0, max(0, len(values) - 1))
        if pc.any(_and(undecided, pc.less(later, earlier))).as_py():
            raise TableError(f"table {name}: rows are not sorted by {column}")
        undecided = _and(undecided, pc.equal(later, earlier))
    if pc.any(undecided).as_py():
        raise TableError(f"table {name}: repeated keys")
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=pa.schema(fields))


def _and(one: pa.Array | None, other: pa.Array) -> pa.Array:
    return other if one is None else pc.and_(one, other)


def write_sorted(table: pa.Table, path: Path | str) -> None:
    """Write a table that `assemble_table` made, atomically; encoded columns become plain ones in the file."""
    # statistics of texts take as long as all the rest; in one row group, each distinct text is written once
    options = {
        "write_statistics": False,
        "dictionary_pagesize_limit": 1 << 28,
        "row_group_size": max(1, table.num_rows),
    }
    with whole_file(path) as partial:
        pq.write_table(table, partial, compression="zstd", compression_level=1, store_schema=False, **options)


def read_encoded(name: str, path: Path | str) -> pa.Table:
    """Read a large table with its texts dictionary encoded, which takes a fraction of the memory; it is not checked."""
    texts = [field.name for field in SCHEMAS[name].columns if pa.types.is_string(field.type)]
    return pq.read_table(path, read_dictionary=texts, partitioning=None)


def write_json(content: object, path: Path | str) -> None:
    """Write JSON with sorted keys, indented, atomically; what is not a finite number or JSON's own kind is an error."""
    with whole_file(path) as partial:
        partial.write_text(json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n", encoding="utf-8")


def read_columns(path: Path | str) -> pa.Table:
    """Read a derived table, one that `write_columns` wrote and that has no contract."""
    return pq.read_table(path, partitioning=None)
