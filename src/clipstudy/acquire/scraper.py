"""The scrape of a site: through its feed clip by clip in a real browser, into raw batches and a list of failures."""

import json
import logging
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from selenium.common.exceptions import JavascriptException, TimeoutException, WebDriverException
from selenium.webdriver.remote.webdriver import WebDriver

from clipstudy.acquire import dom
from clipstudy.acquire.batches import Entry, Failure, Journal, open_journal, write_batches
from clipstudy.acquire.browser import Network, first_line, open_browser
from clipstudy.acquire.failures import REASONS, write_failures
from clipstudy.acquire.records import choose_reading, make_record
from clipstudy.study import Acquire, StudyError

UNFINISHED = ".scrape"  # folder beside the batches; the corpus is not built while it has files

log = logging.getLogger(__name__)


class Manner(NamedTuple):
    """How pages are read beside the study's configuration.

    `dom_only` leaves the embedded state out. `site_clock` takes the time of a scrape from the site, as a simulated
    study must. `made_from` names what the site was made from; an unfinished scrape of anything else is begun anew.
    """

    dom_only: bool = False
    site_clock: bool = False
    headless: bool = True
    made_from: str = ""


class Summary(NamedTuple):
    """What a scrape ended in; `seconds` and `visited` are of this run alone, without what was finished before."""

    clips: int
    failed: int
    visited: int
    seconds: float
    batches: list[Path]


def scrape(
    options: Acquire, raw: Path, journal_file: Path, network: Network | None = None, manner: Manner | None = None
) -> Summary:
    """Scrape the feed of a site.

    Parameters
    ----------
    options : Acquire
        Where the feed is, how politely it is visited, and when to end.
    raw : Path
        Folder that gets `batch_<n>.json` and `failures.jsonl` when the scrape is finished.
    journal_file : Path
        Holds what is finished until then; a scrape that was killed goes on from there.
    network : Network, optional
        Where host names lead, for a site on this machine.
    manner : Manner, optional
        How pages are read.

    Returns
    -------
    Summary

    Raises
    ------
    StudyError
        Where the browser fails or the feed cannot be entered; what was finished is kept in the journal.
    """
    manner = manner or Manner()
    way = {"options": json.loads(options.model_dump_json(include={"start_url", "comments"})), "made": manner.made_from}
    start = time.monotonic()
    with open_journal(journal_file, {**way, "dom_only": manner.dom_only}) as journal:
        before = len(journal.entries)
        if before:
            log.warning("%s: %d clips finished before; going on from there", journal_file, before)
        try:
            _visit_feed(options, network, manner, journal)
        except WebDriverException as error:
            way_on = f"run again to go on from {journal_file}"
            raise StudyError(f"the browser failed: {first_line(error)}; {way_on}") from None
        entries = journal.entries
        batches = _write_results(entries, raw, options.batch_size)
    journal_file.unlink()
    shutil.rmtree(raw / UNFINISHED)
    failed = sum(entry.record is None for entry in entries)
    return Summary(len(entries) - failed, failed, len(entries) - before, time.monotonic() - start, batches)


def is_unfinished(raw: Path, journal_file: Path) -> bool:
    """Tell whether a scrape was killed while its results were moved to `raw`; the next one finishes that."""
    return journal_file.exists() and (raw / UNFINISHED).is_dir()


def _write_results(entries: list[Entry], raw: Path, batch_size: int) -> list[Path]:
    """Write everything beside the raw data before anything is moved there, so that no part passes for the whole."""
    unfinished = raw / UNFINISHED
    write_failures([failure for entry in entries for failure in entry.failures], unfinished / "failures.jsonl")
    names = [path.name for path in write_batches(entries, unfinished, batch_size)]
    for path in (path for folder in (raw, unfinished) for path in folder.glob("batch_*.json")):
        if re.fullmatch(r"batch_[0-9]+\.json", path.name) and path.name not in names:
            path.unlink()  # of a longer scrape before
    for name in ("failures.jsonl", *names):
        (unfinished / name).replace(raw / name)
    return [raw / name for name in names]


def _visit_feed(options: Acquire, network: Network | None, manner: Manner, journal: Journal) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        open_browser(options, network, headless=manner.headless) as driver,
        Progress(*columns, console=Console(stderr=True)) as progress,
    ):
        bar = progress.add_task("scrape: clips", total=options.clips, completed=len(journal.entries))
        for clip_id in _walk(driver, options, journal):
            journal.append(_read_clip(driver, options, manner, clip_id, len(journal.entries)))
            progress.advance(bar)
            time.sleep(options.delay_seconds)


def _walk(driver: WebDriver, options: Acquire, journal: Journal) -> Iterator[str]:
    """Go through the feed and stop at each clip that the journal does not have yet; the caller must add it.

    A page without content has no arrow that leads on: then the way goes back to the last page that had one.
    """
    known = {entry.clip_id for entry in journal.entries}
    _enter(driver, options, journal)
    passed, stuck = 0, set()
    while options.clips is None or len(known) < options.clips:
        clip_id = dom.find_clip_id(driver.current_url)
        if clip_id and clip_id not in known:
            yield clip_id
            known.add(clip_id)
            passed = 0
        else:
            passed += 1
            if passed > len(known) + 1:  # the feed repeats itself
                return
        moved = dom.press_next(driver, options.wait_seconds)
        if moved is None and clip_id not in stuck:
            stuck.add(clip_id)
            _enter(driver, options, journal)
            _pass(driver, options)
            moved = dom.press_next(driver, options.wait_seconds)
        if moved is None:
            raise StudyError(f"clip {clip_id}: no way on to the next clip; run again to go on from here")
        if not moved:
            return
        _pass(driver, options)


def _pass(driver: WebDriver, options: Acquire) -> None:
    with suppress(TimeoutException, JavascriptException):  # who reads the clip meets it again, and records it
        _settle(driver, options)


def _enter(driver: WebDriver, options: Acquire, journal: Journal) -> None:
    """Open the browse layout at the last clip that could be read, or at the first of the feed."""
    last = next((n for n, entry in reversed([*enumerate(journal.entries)]) if entry.record is not None), None)
    driver.get(options.start_url if last is None else journal.entries[last].address)
    place = "start of the feed" if last is None else _place(last, journal.entries[last].clip_id)
    standing = _overcome(driver, options, place)
    if standing.state == "feed":
        dom.open_first(driver, options.wait_seconds)
        dom.settle(driver, options.wait_seconds)
    elif standing.state != "clip":
        raise StudyError(f"{place}: {REASONS[standing.state]}; run again later to go on from here")


def _place(position: int, clip_id: str) -> str:
    """Name a clip in a log; its address would name its creator."""
    return f"position {position}, clip {clip_id}"


def _overcome(driver: WebDriver, options: Acquire, place: str) -> dom.Standing:
    """Wait for the page to show a clip or the feed, and stay away for a while where the site asks for it."""
    for attempt in range(1, options.attempts + 1):
        standing = _settle(driver, options)
        if standing.state in ("clip", "feed") or attempt == options.attempts:
            break
        pause = dom.choose_pause(standing, options.backoff_seconds, attempt)
        log.warning(
            "%s: %s; waiting %g s, then attempt %d of %d",
            place,
            REASONS[standing.state],
            pause,
            attempt + 1,
            options.attempts,
        )
        time.sleep(pause)
        driver.refresh()
    return standing


def _settle(driver: WebDriver, options: Acquire) -> dom.Standing:
    """Wait for the page, and close a login pop-up."""
    standing = dom.settle(driver, options.wait_seconds)
    if standing.state == "login":
        dom.close_login(driver, options.wait_seconds)
        standing = dom.settle(driver, options.wait_seconds)
    return standing


def _read_clip(driver: WebDriver, options: Acquire, manner: Manner, clip_id: str, position: int) -> Entry:
    """Read the clip on whose page the browser stands; whatever cannot be read ends in its failures."""
    address = driver.current_url.split("?")[0]
    record: dict[str, Any] | None = None
    try:
        standing = _overcome(driver, options, _place(position, clip_id))
        if standing.state == "clip":
            record, failures = _read_page(driver, options, manner, position)
        else:
            failures = [Failure(address, position, None, f"{REASONS[standing.state]}; {options.attempts} attempts")]
    except (TimeoutException, JavascriptException) as error:
        failures = [Failure(address, position, None, f"{REASONS['timeout']} ({type(error).__name__})")]
    except (ValueError, ArithmeticError, RecursionError) as error:  # one odd page is no reason to end the scrape
        failures = [Failure(address, position, None, f"{REASONS['unreadable']} ({type(error).__name__})")]
    for failure in failures:
        log.info("%s: %s: %s", _place(position, clip_id), failure.field or "clip", failure.reason)
    return Entry(clip_id=clip_id, address=address, record=record, failures=failures)


def _read_page(
    driver: WebDriver, options: Acquire, manner: Manner, position: int
) -> tuple[dict[str, Any] | None, list[Failure]]:
    comments = dom.read_comments(driver, options.comments, options.wait_seconds)
    page = dom.read_page(driver)
    choice = choose_reading(page, dom_only=manner.dom_only)
    failures = []
    if not comments.complete:
        reason = f"not all arrived within {options.wait_seconds:g} s; {len(comments.comments)} were read"
        failures.append(Failure(page.address, position, "comments", reason))
    captions = None
    if choice.reading.captions_src:
        captions = dom.read_captions(driver, choice.reading.captions_src, options.wait_seconds)
        if captions is None:
            failures.append(Failure(page.address, position, "captions", "the caption file cannot be read"))
    record, found = make_record(page, choice, comments.comments, captions, _clock(page, manner), position)
    return record, failures + found


def _clock(page: dom.Page, manner: Manner) -> float:
    if not manner.site_clock:
        return round(time.time(), 3)
    if page.clock is None:
        raise StudyError(f"clip {page.shown.clip_id}: states no time; a simulated study takes the time of its site")
    return page.clock
