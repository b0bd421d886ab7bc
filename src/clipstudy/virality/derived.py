"""The derived columns of the published report, exactly as defined there: ratios, uploads, creators, audio use.

Published rates are in `rates`. All tables are made from `observations` alone.
"""

from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clipstudy.tables import TIME, assemble_table
from clipstudy.virality.fields import upload_times
from clipstudy.virality.groups import (
    MICROSECONDS_PER_HOUR,
    Coded,
    FloatArray,
    Groups,
    IntArray,
    decode,
    encode,
    group_rows,
    round_significant,
)

MICROSECONDS_PER_DAY = 24 * MICROSECONDS_PER_HOUR
DIGITS = 9
_UNDATED = np.iinfo(np.int64).min
# day 0 of Unix time was a Thursday; Monday is 0
_WEEKDAY_OF_DAY_0 = 3


class Sightings:
    """Observations in the order of clip and time; arrays are shape (observations,) in that order."""

    def __init__(self, observations: pa.Table) -> None:
        self._table = observations
        self.clip_of_row = encode(observations["clip_id"])
        row_times = self._integers("observed_at")
        self.groups = group_rows(self.clip_of_row.codes, len(self.clip_of_row.values), row_times)
        self.times = row_times[self.groups.order]
        self.is_first = np.zeros(len(row_times), bool)
        self.is_first[self.groups.starts[:-1]] = True

    def _integers(self, name: str) -> IntArray:
        return self._table[name].cast(pa.int64()).combine_chunks().to_numpy()

    @property
    def clip(self) -> Coded:
        """Clip of each sighting."""
        return Coded(self.clip_of_row.codes[self.groups.order], self.clip_of_row.values)

    def text(self, name: str) -> Coded:
        """Column of text."""
        coded = encode(self._table[name])
        return Coded(coded.codes[self.groups.order], coded.values)

    def counts(self, name: str) -> IntArray:
        """Column of counts."""
        return self._integers(name)[self.groups.order]

    @cached_property
    def hours(self) -> FloatArray:
        """Hours since the clip's previous sighting; nan at its first."""
        return np.where(self.is_first, np.nan, self.change(self.times) / MICROSECONDS_PER_HOUR)

    def change(self, values: IntArray) -> IntArray:
        """Change since the clip's previous sighting; meaningless at its first."""
        return np.diff(values, prepend=0)


def floats(values: FloatArray, digits: int = DIGITS) -> pa.Array:
    """Arrow column of floats rounded to significant digits; what is not finite is null."""
    rounded = round_significant(np.ascontiguousarray(values, np.float64), digits)
    return pa.array(rounded, mask=~np.isfinite(rounded))


def times(values: IntArray) -> pa.Array:
    """Arrow column of times from microseconds since 1970; null for the far past."""
    return pa.array(values, pa.int64(), mask=values == _UNDATED).cast(TIME)


def derive_ratios(sightings: Sightings) -> pa.Table:
    """Table `ratios`: likes and comments of a clip, likes and followers of its creator, the hour of the sighting."""
    likes, comments = sightings.counts("like_count"), sightings.counts("comment_count")
    followers = sightings.counts("creator_followers")
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "likes_per_comment": floats(likes / comments),
            "comments_per_like": floats(comments / likes),
            "creator_likes_per_follower": floats(sightings.counts("creator_likes") / followers),
            "log10_followers": floats(np.log10(followers)),
        }
    hour = sightings.times // MICROSECONDS_PER_HOUR * MICROSECONDS_PER_HOUR
    key = {"clip_id": decode(sightings.clip), "observed_at": times(sightings.times)}
    return assemble_table("ratios", {**key, "observed_hour": times(hour), **columns})


def derive_uploads(sightings: Sightings) -> pa.Table:
    """Table `uploads`: when each clip was posted, how long after its creator's previous one, first and last counts."""
    first, last = sightings.groups.starts[:-1], sightings.groups.starts[1:] - 1
    clips, creator, audio = sightings.clip_of_row.values, sightings.text("creator"), sightings.text("audio_url")
    uploaded = upload_times(clips.to_pylist())[:-1]
    of_creator = creator.codes[last]
    waited = _since_previous(uploaded, of_creator, len(creator.values))
    day, dated = uploaded // MICROSECONDS_PER_DAY, uploaded != _UNDATED
    columns: dict[str, pa.Array] = {
        "clip_id": decode(Coded(np.arange(len(clips), dtype=np.int32), clips)),
        "creator": decode(Coded(of_creator, creator.values)),
        "audio_url": decode(Coded(audio.codes[last], audio.values)),
        "uploaded_at": times(uploaded),
        "upload_weekday": pa.array((day + _WEEKDAY_OF_DAY_0) % 7, mask=~dated),
        "upload_hour": pa.array(uploaded % MICROSECONDS_PER_DAY // MICROSECONDS_PER_HOUR, mask=~dated),
        "hours_since_previous": floats(waited / MICROSECONDS_PER_HOUR),
        "days_since_previous": floats(waited / MICROSECONDS_PER_DAY),
        "sightings": pa.array(np.diff(sightings.groups.starts)),
        "first_seen": times(sightings.times[first]),
        "last_seen": times(sightings.times[last]),
    }
    for column, name in (("likes", "like_count"), ("comments", "comment_count"), ("followers", "creator_followers")):
        values = sightings.counts(name)
        columns |= {f"first_{column}": pa.array(values[first]), f"last_{column}": pa.array(values[last])}
    return assemble_table("uploads", columns)


def _since_previous(uploaded: IntArray, creator: NDArray[np.int32], creators: int) -> FloatArray:
    """Microseconds since the same creator's previous upload, over distinct clips; nan for the first one seen."""
    groups = group_rows(np.where(uploaded == _UNDATED, -1, creator), creators, uploaded)
    waited = np.full(len(uploaded), np.nan)
    one, next_one = groups.order[:-1], groups.order[1:]
    same = creator[one] == creator[next_one]
    waited[next_one[same]] = (uploaded[next_one] - uploaded[one])[same]
    return waited


def derive_creators(sightings: Sightings) -> pa.Table:
    """Table `creators`: first and last followers and likes of each, and how often the likes had wrapped at the end."""
    creator = sightings.text("creator")
    groups = group_rows(creator.codes, len(creator.values), sightings.times)
    first, last = groups.order[groups.starts[:-1]], groups.order[groups.starts[1:] - 1]
    pairs = np.unique(creator.codes.astype(np.int64) << 32 | sightings.clip.codes)
    columns: dict[str, pa.Array] = {
        "creator": decode(Coded(np.arange(len(creator.values), dtype=np.int32), creator.values)),
        "clips": pa.array(np.bincount(pairs >> 32, minlength=len(creator.values))),
        "sightings": pa.array(np.diff(groups.starts)),
        "first_seen": times(sightings.times[first]),
        "last_seen": times(sightings.times[last]),
        "wraps": pa.array(sightings.counts("wraps")[last]),
        "wraps_ambiguous": pa.array(sightings.counts("wraps_ambiguous")[last].astype(bool)),
    }
    for column in ("followers", "likes"):
        values = sightings.counts(f"creator_{column}")
        columns |= {f"first_{column}": pa.array(values[first]), f"last_{column}": pa.array(values[last])}
    return assemble_table("creators", columns)


def derive_audios(sightings: Sightings) -> pa.Table:
    """Table `audios`: at each sighting of an audio its distinct videos so far, and their likes and comments.

    A video adds its full count when it is first seen with the audio, then the increase since it was last seen with it;
    sightings without an audio address are left out.
    """
    audio, name = sightings.text("audio_url"), sightings.text("audio")
    # nearly sorted already, for few clips change their audio: next to no time for a stable sort
    pair = sightings.clip.codes.astype(np.int64) << 32 | audio.codes + 1
    by_pair = np.argsort(pair, kind="stable")
    is_first = np.diff(pair[by_pair], prepend=-1) != 0
    groups = group_rows(audio.codes, len(audio.values), sightings.times)
    order = groups.order
    columns = {
        "audio_url": decode(Coded(audio.codes[order], audio.values)),
        "observed_at": times(sightings.times[order]),
        "clip_id": decode(Coded(sightings.clip.codes[order], sightings.clip.values)),
        "audio": decode(Coded(name.codes[order], name.values)),
    }
    counts = {"likes": sightings.counts("like_count"), "comments": sightings.counts("comment_count")}
    for column, values in {"videos": np.ones(len(pair), np.int64), **counts}.items():
        gained = np.empty(len(pair), np.int64)
        gained[by_pair] = np.where(is_first, values[by_pair], np.diff(values[by_pair], prepend=0))
        columns[column] = pa.array(_accumulate(gained, groups))
    return assemble_table("audios", columns)


def _accumulate(gained: IntArray, groups: Groups) -> IntArray:
    """Sum up within groups; in the order of the groups."""
    total = np.cumsum(gained[groups.order])
    before = np.r_[0, total][groups.starts[:-1]]
    return total - np.repeat(before, np.diff(groups.starts))
