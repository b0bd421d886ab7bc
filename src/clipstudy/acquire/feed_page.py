"""What the anonymous feed shows: one clip at a time, and the preview of a profile that opens under the pointer."""

from typing import NamedTuple

from selenium.common.exceptions import (
    MoveTargetOutOfBoundsException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from clipstudy.acquire.browser import run_script
from clipstudy.acquire.dom import Standing

AUTHOR = (By.CSS_SELECTOR, '[data-e2e="stream-author"]')
ACTIONS = (By.CSS_SELECTOR, '[data-e2e="stream-like-count"]')


class FeedClip(NamedTuple):
    """A clip as the feed shows it; `clock` is the site's time in Unix seconds, None where the page tells none."""

    path: str
    url: str
    audio: str | None
    audio_url: str | None
    likes: str | None
    comments: str | None
    creator: str | None
    creator_url: str | None
    clock: float | None


class Preview(NamedTuple):
    """Counts of a creator as the preview of the profile shows them; None where it did not open."""

    followers: str | None
    likes: str | None


def settle(driver: WebDriver, before: str | None, seconds: float) -> Standing:
    """Wait for a clip whose page has another path than `before`, and say what stands on the feed.

    The state is clip, login, captcha, rate_limited, empty, or stuck where nothing comes within so many seconds.
    """
    answer = run_script(driver, "feed_settle", seconds, before)
    return Standing(answer["state"], answer.get("retryAfter"))


def read_clip(driver: WebDriver) -> FeedClip:
    """Read what the feed shows of its clip, in one step."""
    found = run_script(driver, "feed_clip")
    clock = found["clock"]
    return FeedClip(
        path=found["path"],
        url=found["url"],
        audio=found["audio"],
        audio_url=found["audioUrl"],
        likes=found["likes"],
        comments=found["comments"],
        creator=found["creator"],
        creator_url=found["creatorUrl"],
        clock=float(clock) if clock and clock.replace(".", "", 1).isdecimal() else None,
    )


def open_preview(driver: WebDriver, creator: str, seconds: float) -> Preview:
    """Move the pointer onto the creator and read the preview that opens, if there is a creator to move to."""
    pointer = ActionChains(driver, duration=0)
    try:
        # from elsewhere, for a pointer that rests where the creator's name appears may open nothing
        pointer.move_to_element(driver.find_element(*ACTIONS)).move_to_element(driver.find_element(*AUTHOR)).perform()
    except (NoSuchElementException, StaleElementReferenceException, MoveTargetOutOfBoundsException):
        return Preview(None, None)
    found = run_script(driver, "feed_preview", creator, seconds)
    return Preview(found["followers"], found["likes"]) if found else Preview(None, None)


def press_down(driver: WebDriver) -> None:
    """Ask for the next clip."""
    ActionChains(driver).send_keys(Keys.ARROW_DOWN).perform()
