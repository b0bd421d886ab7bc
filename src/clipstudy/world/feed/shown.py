"""How the site shows counts of the feed, and the lines that a crawler writes of them."""

import numpy as np

from clipstudy.world.feed.clips import clip_address, creator_address
from clipstudy.world.feed.model import FeedWorld, Floats, Ints
from clipstudy.world.shown import shown_count

_TORN = 0.6  # of the last line of a torn run, left


def wrap_total(total: int) -> int:
    """Wrap a total into a signed 32-bit integer, as the site keeps the likes of a creator."""
    return (total + 2**31) % 2**32 - 2**31


def shown_total(total: int) -> str:
    """Show a creator's total after its overflow: shortened like any count, but with all digits below zero."""
    wrapped = wrap_total(total)
    return str(wrapped) if wrapped < 0 else shown_count(wrapped)


def format_lines(world: FeedWorld) -> list[str]:
    """Write every observation as a line of JSON with its newline; torn lines are cut off."""
    seen, creators, clips, audios = world.observations, world.creators, world.clips, world.audios
    urls = [
        clip_address(creators.username[owner], clip_id)
        for owner, clip_id in zip(clips.creator.tolist(), clips.clip_id.tolist(), strict=True)
    ]
    lines = []
    columns = [
        a.tolist() for a in (seen.clip, seen.likes, seen.comments, seen.followers, seen.creator_likes, seen.torn)
    ]
    rows = zip(format_times(seen.shown_at), *columns, strict=True)
    for stamp, clip, likes, comments, followers, total, torn in rows:
        name, audio = creators.username[clips.creator[clip]], clips.audio[clip]
        line = (
            f'{{"scraped_at":"{stamp}","url":"{urls[clip]}","audio":"{audios.name[audio]}",'
            f'"audio_url":"{audios.url[audio]}","likes":"{shown_count(likes)}","comments":"{shown_count(comments)}",'
            f'"creator":"@{name}","creator_url":"{creator_address(name)}",'
            f'"creator_followers":"{shown_count(followers)}","creator_likes":"{shown_total(total)}"}}\n'
        )
        lines.append(line[: int(len(line) * _TORN)] if torn else line)
    return lines


def format_times(seconds: Floats) -> list[str]:
    """Write Unix seconds as ISO 8601 in UTC with milliseconds, such as 2022-08-06T02:03:11.482Z."""
    stamps = np.datetime_as_string(np.round(seconds * 1000).astype("datetime64[ms]"), unit="ms")
    return [f"{stamp}Z" for stamp in stamps]


def format_files(world: FeedWorld) -> dict[str, str]:
    """Content of every run file by run id."""
    lines = format_lines(world)
    bounds: Ints = np.searchsorted(world.observations.run, np.arange(len(world.run_ids) + 1))
    return {
        run_id: "".join(lines[begin:end])
        for run_id, begin, end in zip(world.run_ids, bounds[:-1], bounds[1:], strict=True)
    }
