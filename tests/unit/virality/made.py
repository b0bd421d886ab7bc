"""Panels made from a few numbers, without run files."""

import polars as pl
import pyarrow as pa

from clipstudy.virality.derived import Sightings
from clipstudy.virality.feed import FIELDS, Block
from clipstudy.virality.panel import clean
from tests.unit.virality.lines import line


def observations(lines: list[dict]) -> pa.Table:
    """Observations of one run; every line in order."""
    frame = pl.DataFrame(lines, schema=dict.fromkeys(FIELDS, pl.String), strict=False)
    kinds = {name: pl.Categorical(pl.Categories.random()) for name in FIELDS[1:]}
    frame = frame.with_columns(
        time=pl.col("scraped_at").str.to_datetime("%+", time_unit="us"),
        odd_time=pl.lit(None, pl.String),
        position=pl.int_range(pl.len(), dtype=pl.Int32),
        run_id=pl.lit("run").cast(pl.Categorical(pl.Categories.random())),
        **{name: pl.col(name).cast(kind) for name, kind in kinds.items()},
    )
    return clean(Block(frame, []), None)[0]


def sightings(*lines: dict) -> Sightings:
    return Sightings(observations(list(lines)))


def grows(hours: list[float], likes: list[object], clip: int = 1, **changes: object) -> list[dict]:
    """A clip seen at these hours with these likes and no comments."""
    plain = {"comments": "0"} | changes
    return [line(at, clip=clip, likes=str(count), **plain) for at, count in zip(hours, likes, strict=True)]
