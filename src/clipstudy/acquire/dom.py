"""What the browse layout shows: the clip, its comments and captions, and what stands in the way."""

import re
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from clipstudy.acquire.browser import run_script
from clipstudy.acquire.page_state import Reading

ARROW_RIGHT = (By.CSS_SELECTOR, '[data-e2e="arrow-right"]')
FEED_VIDEO = (By.CSS_SELECTOR, '[data-e2e="feed-video"]')
CLOSE_LOGIN = (By.CSS_SELECTOR, '[data-e2e="modal-close-inner-button"]')
LOGIN = (By.CSS_SELECTOR, '[data-e2e="login-modal"]')

MOST_RETRY_AFTER = 300.0  # seconds; a site may ask for a day by mistake
_LOOK_EVERY = 0.02  # seconds
_CLIP_PATH = re.compile(r"/@[^/]+/(?P<kind>video|photo)/(?P<clip_id>[0-9]+)/?$")


class Standing(NamedTuple):
    """What stands on a loaded page: clip, login, captcha, rate_limited, feed, empty, or timeout."""

    state: str
    retry_after: str | None = None


class Page(NamedTuple):
    """A clip's page: what it shows, the embedded state as text, and the site's clock in Unix seconds."""

    address: str
    kind: str
    shown: Reading
    permalink: str | None
    web_id: str | None
    posted_label: str | None
    music_url: str | None
    state: str | None
    clock: int | None


class Comments(NamedTuple):
    """Comments as the page gives them, and whether all that were asked for arrived in time."""

    comments: list[dict[str, Any]]
    complete: bool


def settle(driver: WebDriver, seconds: float) -> Standing:
    """Wait until the page has loaded and say what stands on it."""
    answer = run_script(driver, "settle", seconds)
    return Standing(answer["state"], answer.get("retryAfter"))


def find_clip_id(address: str) -> str | None:
    """Id of the clip whose page has this address, None for any other page."""
    match = _CLIP_PATH.search(urlsplit(address).path)
    return match["clip_id"] if match else None


def choose_pause(standing: Standing, backoff_seconds: float, attempt: int) -> float:
    """Seconds to stay away after an attempt (from 1): what the site asks for within bounds, or else ever longer."""
    asked = standing.retry_after or ""
    return min(float(asked), MOST_RETRY_AFTER) if asked.isdecimal() else backoff_seconds * 2 ** (attempt - 1)


def press_next(driver: WebDriver, seconds: float) -> bool | None:
    """Go to the next clip; False at the end of the feed, None where the page has no arrow or it leads nowhere."""
    arrows = driver.find_elements(*ARROW_RIGHT)
    if not arrows or not arrows[0].is_displayed():
        return None
    if not arrows[0].is_enabled():
        return False
    here = driver.current_url
    # the key, for a pop-up may lie over the arrow
    ActionChains(driver).send_keys(Keys.ARROW_RIGHT).perform()
    try:
        WebDriverWait(driver, seconds, _LOOK_EVERY).until(expected_conditions.url_changes(here))
    except TimeoutException:
        return None
    return True


def open_first(driver: WebDriver, seconds: float) -> None:
    """Leave the default layout by a click on its first clip."""
    here = driver.current_url
    WebDriverWait(driver, seconds, _LOOK_EVERY).until(expected_conditions.element_to_be_clickable(FEED_VIDEO)).click()
    WebDriverWait(driver, seconds, _LOOK_EVERY).until(expected_conditions.url_changes(here))


def close_login(driver: WebDriver, seconds: float) -> None:
    """Try to close the login pop-up, which the next look tells; nothing here ever logs in."""
    wait = WebDriverWait(driver, seconds, _LOOK_EVERY)
    with suppress(TimeoutException, ElementClickInterceptedException, StaleElementReferenceException):
        wait.until(expected_conditions.element_to_be_clickable(CLOSE_LOGIN)).click()
        wait.until_not(expected_conditions.presence_of_element_located(LOGIN))


def read_page(driver: WebDriver) -> Page:
    """Read what the browse layout shows of its clip, in one step."""
    found = run_script(driver, "page")
    path = _CLIP_PATH.search(urlsplit(found["address"]).path)
    permalink = found["permalink"]
    clock = found["clock"]
    return Page(
        address=found["address"],
        kind=path["kind"] if path else "video",
        shown=Reading(
            clip_id=path["clip_id"] if path else None,
            creator=found["creator"],
            nickname=found["nickname"],
            description=found["description"],
            music_title=found["musicTitle"],
            like_count=found["likes"],
            comment_count=found["comments"],
            video_src=found["video"],
            cover_src=found["cover"],
            captions_src=found["captions"],
            photo_srcs=tuple(found["photos"]),
        ),
        permalink=permalink,
        web_id=parse_qs(urlsplit(permalink or "").query).get("web_id", [None])[0],
        posted_label=found["postedLabel"],
        music_url=found["musicUrl"],
        state=found["state"],
        clock=int(clock) if clock and clock.isdecimal() else None,
    )


def read_comments(driver: WebDriver, limit: int | None, seconds: float) -> Comments:
    """Read the comments by scrolling, and all their replies; at most `limit` comments, each wait so many seconds.

    A call of the script for each page of them, for the driver bounds a call, and there may be very many pages.
    """
    listed = _go_through_comments(driver, "list", limit, seconds)
    counts = run_script(driver, "comments", "counts", limit, seconds)
    # a comment that arrives from here on is left out, for its number of replies may never be seen
    opened = _go_through_comments(driver, "open", len(counts), seconds)
    found = run_script(driver, "comments", "read", len(counts), seconds)
    comments = [{**comment, "replyCount": count} for comment, count in zip(found, counts, strict=False)]
    return Comments(comments, listed and opened)


def _go_through_comments(driver: WebDriver, step: str, limit: int | None, seconds: float) -> bool:
    while (answer := run_script(driver, "comments", step, limit, seconds)) == "on":
        pass
    return bool(answer == "done")


def read_captions(driver: WebDriver, address: str, seconds: float) -> str | None:
    """Text of a caption file, its cues joined by blanks; None where it cannot be had."""
    cues = run_script(driver, "captions", address, seconds)
    return None if cues is None else " ".join(cues)
