"""One run of the crawler: through the anonymous feed in a real browser, up to so many unique clips, into one file."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from selenium.common.exceptions import JavascriptException, TimeoutException, WebDriverException
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from clipstudy.acquire import dom, feed_page
from clipstudy.acquire.browser import Network, first_line, open_browser
from clipstudy.acquire.feed_run import Ended, FeedRun, begin_run, end_unfinished, format_time
from clipstudy.acquire.one_at_a_time import only_run
from clipstudy.study import Crawl, StudyError

log = logging.getLogger(__name__)

# clips: as many as asked for; feed: nothing new for a long time; time: the run has lasted long enough
GoodEnd = Literal["clips", "feed", "time"]
BadEnd = Literal["captcha", "rate_limited", "login", "empty", "stuck", "browser", "terminated", "interrupted"]
DONE, PARTIAL, NOTHING = 0, 3, 4
_BAD_ENDS: dict[str, BadEnd] = {end: end for end in get_args(BadEnd)}
_SIGNALS = {"interrupted": 130, "terminated": 143}
_REPEATS = 20  # sightings without a new clip, beside those of every known one, after which a feed is at its end


class Report(NamedTuple):
    """What a run came to. `file` is None where no clip was seen; `ended_before` are unfinished runs that it ended."""

    run_id: str | None
    file: Path | None
    end: GoodEnd | BadEnd
    clips: int
    repeats: int
    without_preview: int
    restarts: int
    seconds: float
    ended_before: list[Ended]

    @property
    def exit_code(self) -> int:
        """0 done, 3 ended early with clips, 4 ended early without any, 130 and 143 ended by a signal."""
        early = PARTIAL if self.clips else NOTHING
        return _SIGNALS.get(self.end, DONE if self.end in get_args(GoodEnd) else early)


def summarise(report: Report) -> dict[str, object]:
    """Give a report as what JSON can hold, its exit code included."""
    before = [run._asdict() for run in report.ended_before]
    file = str(report.file) if report.file else None
    return {**report._asdict(), "file": file, "ended_before": before, "exit_code": report.exit_code}


class _Tally:
    """What a run has seen so far."""

    def __init__(self) -> None:
        self.run: FeedRun | None = None
        self.known: set[str] = set()
        self.repeats = self.repeats_in_a_row = self.without_preview = self.restarts = 0


class Places(NamedTuple):
    """Folders of a crawl: of finished runs, and of the unfinished one with its lock."""

    raw: Path
    unfinished: Path


def crawl(
    options: Crawl, places: Places, network: Network | None = None, *, site_clock: bool = False, headless: bool = True
) -> Report:
    """Crawl one run.

    Parameters
    ----------
    options : Crawl
        Where the feed is, how politely it is visited, and when the run ends.
    places : Places
        Where its file goes.
    network : Network, optional
        Where host names lead, for a site on this machine.
    site_clock : bool
        Take times from the site, as a simulated study must.
    headless : bool
        Without a visible window.

    Returns
    -------
    Report
        Also for a run that ended early: what it has gathered is kept.

    Raises
    ------
    StudyError
        Where the browser cannot start, or times cannot be had.
    """
    start, tally = time.monotonic(), _Tally()
    with only_run(places.unfinished) as running:
        ended = end_unfinished(places.unfinished, places.raw)
        for run in ended:
            log.warning("%s: left unfinished; ended, %d clips kept", run.run_id, run.clips)
        end: GoodEnd | BadEnd
        try:
            with open_browser(options, network, headless=headless) as driver:
                running.tell(driver)
                end = _visit(driver, options, places, tally, start, site_clock=site_clock)
        except (WebDriverException, HTTPError) as error:
            log.warning("the browser failed: %s", first_line(error) if isinstance(error, WebDriverException) else error)
            end = "browser"
        except KeyboardInterrupt:
            end = "interrupted"
        except SystemExit:
            end = "terminated"
        finally:
            file = tally.run.finish() if tally.run else None
    return Report(
        run_id=tally.run.run_id if tally.run else None,
        file=file,
        end=end,
        clips=tally.run.clips if tally.run else 0,
        repeats=tally.repeats,
        without_preview=tally.without_preview,
        restarts=tally.restarts,
        seconds=round(time.monotonic() - start, 1),
        ended_before=ended,
    )


def _visit(
    driver: WebDriver, options: Crawl, places: Places, tally: _Tally, start: float, *, site_clock: bool
) -> GoodEnd | BadEnd:
    """Go through the feed and write down every clip that the run has not seen yet."""
    before, deadline = None, start + options.minutes * 60
    _load(driver, options)
    while True:
        standing = _overcome(driver, options, tally, before, deadline)
        if standing.state != "clip":
            return _BAD_ENDS[standing.state]
        clip = feed_page.read_clip(driver)
        now = _now(clip, site_clock=site_clock)
        tally.run = tally.run or begin_run(now, places.unfinished, places.raw)
        if clip.url in tally.known:
            tally.repeats += 1
            tally.repeats_in_a_row += 1
        else:
            tally.known.add(clip.url)
            tally.repeats_in_a_row = 0
            tally.run.append(_observe(driver, options, tally, clip, now))
            if len(tally.known) == options.clips:
                return "clips"
            time.sleep(options.delay_seconds)
        if tally.repeats_in_a_row > len(tally.known) + _REPEATS:
            return "feed"
        if time.monotonic() > deadline:
            return "time"
        before = clip.path
        feed_page.press_down(driver)


def _load(driver: WebDriver, options: Crawl) -> None:
    with suppress(TimeoutException):  # what stands there then is told by the next look
        driver.get(options.start_url)


def _overcome(driver: WebDriver, options: Crawl, tally: _Tally, before: str | None, deadline: float) -> dom.Standing:
    """Wait for the next clip: close a login pop-up, load a stuck page again, stay away where the site asks for it."""
    for attempt in range(1, options.attempts + 1):
        standing = _settle(driver, options, before)
        if standing.state == "login":
            dom.close_login(driver, options.wait_seconds)
            standing = _settle(driver, options, before)
        if standing.state in ("clip", "captcha") or attempt == options.attempts:
            break
        log.info("%s: %s; attempt %d of %d", options.start_url, standing.state, attempt + 1, options.attempts)
        if standing.state != "stuck":
            pause = dom.choose_pause(standing, options.backoff_seconds, attempt)
            if time.monotonic() + pause > deadline:
                break
            log.warning("%s: %s; waiting %g s", options.start_url, standing.state, pause)
            time.sleep(pause)
        tally.restarts += 1
        _load(driver, options)
        before = None
    return standing


def _settle(driver: WebDriver, options: Crawl, before: str | None) -> dom.Standing:
    try:
        return feed_page.settle(driver, before, options.wait_seconds)
    except (TimeoutException, JavascriptException):
        return dom.Standing("stuck")


def _observe(
    driver: WebDriver, options: Crawl, tally: _Tally, clip: feed_page.FeedClip, now: float
) -> dict[str, str | None]:
    """Make the line of a clip; a preview that does not open leaves its two counts null."""
    for _ in range(options.attempts):
        preview = feed_page.open_preview(driver, clip.creator or "", options.wait_seconds)
        if preview.followers is not None:
            break
    tally.without_preview += preview.followers is None
    return {
        "scraped_at": format_time(now),
        "url": clip.url,
        "audio": clip.audio,
        "audio_url": clip.audio_url,
        "likes": clip.likes,
        "comments": clip.comments,
        "creator": f"@{clip.creator.removeprefix('@')}" if clip.creator else None,
        "creator_url": clip.creator_url,
        "creator_followers": preview.followers,
        "creator_likes": preview.likes,
    }


def _now(clip: feed_page.FeedClip, *, site_clock: bool) -> float:
    if not site_clock:
        return time.time()
    if clip.clock is None:
        clip_id = dom.find_clip_id(clip.url)
        raise StudyError(f"clip {clip_id}: states no time; a simulated study takes the time of its site")
    return clip.clock
