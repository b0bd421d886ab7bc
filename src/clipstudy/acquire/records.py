"""From what a page gives to the record of a clip, with a failure for everything that could not be read."""

from typing import Any, NamedTuple

from clipstudy.acquire.batches import Failure, PageStateUse, RawClip, RawComment, RawReply
from clipstudy.acquire.dom import Page
from clipstudy.acquire.page_state import Reading, find_disagreements, merge, parse_state

STALE = "page state is stale: DOM used"
NOT_SHOWN = "not shown on the page"


class Choice(NamedTuple):
    """The reading that a record is made from, and what became of the embedded state."""

    reading: Reading
    use: PageStateUse
    reason: str | None = None
    excerpt: str | None = None


def choose_reading(page: Page, *, dom_only: bool) -> Choice:
    """Take the embedded state where it is there and agrees with all that the page shows, the page otherwise."""
    if dom_only:
        return Choice(page.shown, "ignored")
    if page.state is None:
        return Choice(page.shown, "absent")
    try:
        state = parse_state(page.state)
    except ValueError as error:
        return Choice(page.shown, "absent", f"page state is not readable: DOM used: {error}")
    found = find_disagreements(state, page.shown)
    if not found:
        return Choice(merge(state, page.shown), "used")
    # field names only: what the fields say are people's words
    fields = ", ".join(disagreement.field for disagreement in found)
    return Choice(page.shown, "stale", STALE, f"differs in {fields}")


def make_record(
    page: Page, choice: Choice, comments: list[dict[str, Any]], captions: str | None, clock: float, position: int
) -> tuple[dict[str, Any] | None, list[Failure]]:
    """Make the record of a clip in the published form.

    Parameters
    ----------
    page : Page
        What the page shows.
    choice : Choice
        What to believe of it.
    comments : list of dict
        As `dom.read_comments` gives them.
    captions : str or None
        Text of the captions.
    clock : float
        Unix seconds of the scrape.
    position : int
        Place of the clip in the feed, from 0.

    Returns
    -------
    dict or None
        The record; None where a text is missing without which a clip is none: id, creator, or a count.
    list of Failure
        What could not be read.
    """
    reading = choice.reading
    texts = {
        "video-src": reading.video_src if page.kind == "video" else "",
        "coverphoto-src": reading.cover_src,
        "permalink": page.permalink,
        "web-id": page.web_id,
        "id": reading.clip_id,
        "like-count": reading.like_count or None,
        "comment-count": reading.comment_count or None,
        "creator-username": reading.creator or None,
        "creator-nickname": reading.nickname,
        "timeposted": page.posted_label,
        "music-title": reading.music_title,
        "music-src": page.music_url,
        "description": reading.description,
    }
    failures = [Failure(page.address, position, key, NOT_SHOWN) for key, text in texts.items() if text is None]
    if choice.reason:
        failures.append(Failure(page.address, position, "page-state", choice.reason, choice.excerpt))
    if page.kind == "photo" and not reading.photo_srcs:
        failures.append(Failure(page.address, position, "photo-srcs", NOT_SHOWN))
    if any(texts[key] is None for key in ("id", "like-count", "comment-count", "creator-username")):
        return None, failures
    thread, lost = _make_thread(comments)
    failures += [Failure(page.address, position, field, NOT_SHOWN) for field in lost]
    record = RawClip.model_validate(
        {key: text or "" for key, text in texts.items()}
        | {
            "comments": thread,
            "scrape-timestamp": float(clock),
            "kind": page.kind,
            "captions": captions,
            "captions-src": reading.captions_src,
            "photo-srcs": list(reading.photo_srcs),
            "page-state": choice.use,
        }
    )
    record.model_dump_json()  # refuses here, not in the journal, text that is none, such as half an emoji
    return record.model_dump(by_alias=True), failures


def _make_thread(comments: list[dict[str, Any]]) -> tuple[list[RawComment], list[str]]:
    """Comments with their replies, and the fields of those that are not whole."""
    thread, lost = [], []
    for index, comment in enumerate(comments):
        place = f"comments[{index}]"
        if missing := _missing(comment):
            lost.append(f"{place}.{missing}")
            continue
        replies = []
        for number, reply in enumerate(comment["replies"]):
            if missing := _missing(reply):
                lost.append(f"{place}.replies[{number}].{missing}")
            else:
                replies.append(RawReply(**_values(reply)))
        thread.append(RawComment(**_values(comment), replies_count=comment["replyCount"], replies=replies))
    return thread, lost


_COMMENT_KEYS = {
    "commenter": "commenter_username",
    "text": "comment_text",
    "time": "time_posted",
    "likes": "like_count",
}


_NEVER_EMPTY = ("commenter", "likes")


def _missing(comment: dict[str, Any]) -> str | None:
    for part, key in _COMMENT_KEYS.items():
        if comment[part] is None or (part in _NEVER_EMPTY and not comment[part]):
            return key.replace("_", "-")
    return None


def _values(comment: dict[str, Any]) -> dict[str, str]:
    return {key: comment[part] for part, key in _COMMENT_KEYS.items()}
