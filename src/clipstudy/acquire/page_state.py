"""What a page says of a clip: in its embedded state and in what it shows, and where the two disagree."""

import json
from typing import Any, NamedTuple

_UNITS = ((1_000, "K"), (1_000_000, "M"), (1_000_000_000, "B"))
_PLAIN_BELOW = 10_000
_TENTHS_BELOW = 10_000  # tenths of a unit, above which the next one is taken


class Reading(NamedTuple):
    """What one source says of a clip; None where it does not say. Counts are as the site shows them."""

    clip_id: str | None = None
    creator: str | None = None
    nickname: str | None = None
    description: str | None = None
    music_title: str | None = None
    like_count: str | None = None
    comment_count: str | None = None
    video_src: str | None = None
    cover_src: str | None = None
    captions_src: str | None = None
    photo_srcs: tuple[str, ...] = ()


class Disagreement(NamedTuple):
    """A field of which the embedded state says something else than the page shows."""

    field: str
    state: object
    shown: object


def parse_state(text: str) -> Reading:
    """Read the JSON of the script `__UNIVERSAL_DATA_FOR_REHYDRATION__`.

    Parameters
    ----------
    text : str
        The script's content; the clip is in `webapp.video-detail`, `itemInfo`, `itemStruct`.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        Where it is no JSON or holds no clip.
    """
    try:
        detail = json.loads(text)["__DEFAULT_SCOPE__"]["webapp.video-detail"]
        item = detail["itemInfo"]["itemStruct"]
        author, music, stats, video = (item.get(key) or {} for key in ("author", "music", "stats", "video"))
        reading = Reading(
            clip_id=str(item["id"]),
            creator=author.get("uniqueId"),
            nickname=author.get("nickname"),
            description=item.get("desc"),
            music_title=music.get("title"),
            like_count=_shown(stats.get("diggCount")),
            comment_count=_shown(stats.get("commentCount")),
            video_src=video.get("playAddr") or None,
            cover_src=video.get("cover") or None,
            captions_src=next((c["Url"] for c in video.get("subtitleInfos") or [] if c["Format"] == "webvtt"), None),
            photo_srcs=tuple(image["imageURL"]["urlList"][0] for image in _photos(item)),
        )
        if not all(text is None or isinstance(text, str) for text in (*reading[:-1], *reading.photo_srcs)):
            raise TypeError
        "".join(filter(None, (*reading[:-1], *reading.photo_srcs))).encode()  # half an emoji is no text
        return reading
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"no clip in the embedded state ({type(error).__name__})") from None


def find_disagreements(state: Reading, shown: Reading) -> list[Disagreement]:
    """List the fields of which both say something, but not the same."""
    return [
        Disagreement(field, said, seen)
        for field, said, seen in zip(Reading._fields, state, shown, strict=True)
        if said not in (None, ()) and seen not in (None, ()) and said != seen
    ]


def merge(state: Reading, shown: Reading) -> Reading:
    """Take each field from the state, or from the page where the state does not say it."""
    said = {field: value for field, value in state._asdict().items() if value not in (None, ())}
    return shown._replace(**said)


def shorten_count(count: int) -> str:
    """Shorten a count as the site does: plain below 10,000, then one decimal of K, M or B, 1M for 999,950."""
    if count < _PLAIN_BELOW:
        return str(count)
    rounded = [((count * 10 + unit // 2) // unit, name) for unit, name in _UNITS]
    tenths, name = next((found for found in rounded if found[0] < _TENTHS_BELOW), rounded[-1])
    return f"{tenths / 10:.1f}".removesuffix(".0") + name


def _shown(count: object) -> str | None:
    return None if count is None else shorten_count(int(str(count)))


def _photos(item: dict[str, Any]) -> list[Any]:
    return (item.get("imagePost") or {}).get("images") or []
