"""One raw record of a scrape batch, checked and turned into a row of `clips` and rows of `comments`."""

from collections import Counter
from typing import NamedTuple

from clipstudy.corpus import dates
from clipstudy.corpus.checks import check_text, require, take_texts, texts, unknown_keys
from clipstudy.corpus.counts import Count, parse_count
from clipstudy.corpus.quarantine import UnreadableError
from clipstudy.corpus.rawjson import json_type

KINDS = ("video", "photo")

_CLIP_TEXTS = texts(
    "id",
    "web-id",
    "permalink",
    "video-src",
    "coverphoto-src",
    "creator-username",
    "creator-nickname",
    "description",
    "music-title",
    "music-src",
    "timeposted",
    "like-count",
    "comment-count",
)
_CLIP_OTHERS = ("comments", "scrape-timestamp", "kind", "captions", "captions-src", "photo-srcs", "page-state")
_CLIP_KEYS = frozenset((*_CLIP_TEXTS.keys, *_CLIP_OTHERS))

_COMMENT_TEXTS = texts("commenter-username", "comment-text", "time-posted", "like-count", "replies-count")
_COMMENT_KEYS = frozenset((*_COMMENT_TEXTS.keys, "replies"))

CLIP_COLUMNS = (
    *("clip_id", "web_id", "permalink", "video_src", "cover_src", "creator", "nickname", "description"),
    *("music_title", "music_url", "posted_at", "posted_label"),
    *("like_count", "like_count_low", "like_count_high"),
    *("comment_count", "comment_count_low", "comment_count_high"),
    *("scraped_at", "captions_text", "kind"),
)
COMMENT_COLUMNS = (
    *("position", "parent_position", "commenter", "text", "posted_label"),
    *("like_count", "like_count_low", "like_count_high"),
    *("replies_count", "replies_count_low", "replies_count_high"),
)

_NOT_SHOWN = (None, None, None)


class Thread(NamedTuple):
    """The comments of one clip: rows by `COMMENT_COLUMNS`, and the comments that could not be read with their place."""

    rows: list[tuple]
    faults: list[tuple[str, UnreadableError]]


def read_clip(record: object, unknown: Counter[str]) -> tuple:
    """Check a raw record and make its row of `clips`.

    Parameters
    ----------
    record : object
        What the batch holds at this place; an object of the published shape when all is well.
    unknown : Counter
        Counts the keys that nothing reads; added to.

    Returns
    -------
    tuple
        Values by `CLIP_COLUMNS`; times in microseconds since 1970 UTC.

    Raises
    ------
    UnreadableError
        Naming the first field that is missing or wrong.
    """
    record, values = take_texts(record, _CLIP_TEXTS)
    *head, label, _likes, _comments = values
    if not dates.is_clip_id(values[0]):
        raise UnreadableError("id", "not a clip id: a positive whole number of at most 63 bits", values[0])
    likes, comments = _count(record, "like-count"), _count(record, "comment-count")
    stamp = require(record, "scrape-timestamp")
    try:
        scraped = dates.scraped_at(stamp)
    except ValueError as error:
        raise UnreadableError("scrape-timestamp", str(error), stamp) from None
    if not isinstance(require(record, "comments"), list):
        raise UnreadableError("comments", f"must be a list, is {json_type(record['comments'])}", record["comments"])
    kind = record.get("kind", "video")
    if kind not in KINDS:
        raise UnreadableError("kind", f"must be one of {', '.join(KINDS)}", kind)
    for key in ("captions", "captions-src"):
        if record.get(key) is not None:
            check_text(key, record[key])
    _check_photos(record.get("photo-srcs", []))
    unknown.update(unknown_keys(record, _CLIP_KEYS))
    return (*head, dates.posted_at(values[0]), label, *likes, *comments, scraped, record.get("captions"), kind)


def read_thread(comments: list, unknown: Counter[str]) -> Thread:
    """Check the comments of a clip and make their rows, replies after their parent.

    A position is given to each comment in reading order, also to one that cannot be read; its replies are lost with
    it, which its reason tells.

    Parameters
    ----------
    comments : list
        The value of the record's `comments`.
    unknown : Counter
        Counts the keys that nothing reads; added to.
    """
    thread = Thread([], [])
    _read_comments(comments, None, "comments", thread, unknown)
    return thread


def _read_comments(comments: list, parent: int | None, place: str, thread: Thread, unknown: Counter[str]) -> None:
    for index, comment in enumerate(comments):
        position = len(thread.rows) + len(thread.faults)
        try:
            row = _read_comment(comment, position, parent)
        except UnreadableError as fault:
            lost = len(comment["replies"]) if isinstance(comment, dict) and _has_replies(comment) else 0
            if lost:
                fault.reason += f"; its {lost} replies are lost with it"
            thread.faults.append((f"{place}[{index}]", fault))
            continue
        thread.rows.append(row)
        if len(comment) > len(_COMMENT_TEXTS.keys):
            unknown.update(f"comments[].{key}" for key in unknown_keys(comment, _COMMENT_KEYS))
            if "replies" in comment:
                _read_comments(comment["replies"], position, f"{place}[{index}].replies", thread, unknown)


def _read_comment(comment: object, position: int, parent: int | None) -> tuple:
    comment, (commenter, text, label, _, replies) = take_texts(comment, _COMMENT_TEXTS)
    if "replies" in comment and not _has_replies(comment):
        raise UnreadableError("replies", f"must be a list, is {json_type(comment['replies'])}", comment["replies"])
    # the page shows no number where a comment has no replies
    shown = _count(comment, "replies-count") if replies else _NOT_SHOWN
    return (position, parent, commenter, text, label, *_count(comment, "like-count"), *shown)


def _has_replies(comment: dict) -> bool:
    return isinstance(comment.get("replies"), list)


def _count(record: dict, key: str) -> Count:
    try:
        return parse_count(record[key])
    except ValueError as error:
        raise UnreadableError(key, str(error), record[key]) from None


def _check_photos(photos: object) -> None:
    if not isinstance(photos, list):
        raise UnreadableError("photo-srcs", f"must be a list, is {json_type(photos)}", photos)
    for index, photo in enumerate(photos):
        check_text(f"photo-srcs[{index}]", photo)
