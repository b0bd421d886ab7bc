"""A scrape of the replica: the site is started, scraped with a real browser, and stopped."""

import hashlib
from pathlib import Path

from clipstudy.acquire.scraper import Manner, Summary, scrape
from clipstudy.study import Acquire
from clipstudy.world.model import World
from clipstudy.world.site.serve import serve_replica


def scrape_replica(
    world: World, media: Path, options: Acquire, raw: Path, journal_file: Path, *, dom_only: bool = False
) -> Summary:
    """Scrape the replica of a world; `clips` and `seconds` of what it returns give clips a second.

    Parameters
    ----------
    world : World
        The truth; its hash names what the site was made from.
    media : Path
        Folder with the rendered media.
    options : Acquire
        How to scrape.
    raw, journal_file : Path
        As for `clipstudy.acquire.scraper.scrape`.
    dom_only : bool
        Without the embedded page states.
    """
    manner = Manner(dom_only=dom_only, site_clock=True, made_from=world_hash(world))
    with serve_replica(world, media) as replica:
        return scrape(options, raw, journal_file, replica, manner)


def world_hash(world: World) -> str:
    """SHA-256 of the truth."""
    return hashlib.sha256(world.model_dump_json().encode("utf-8")).hexdigest()
