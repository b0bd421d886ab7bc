"""Crawls of the replica: the site is started once, and run after run of the crawler visits it with a real browser."""

from clipstudy.acquire.crawler import Places, Report, crawl
from clipstudy.study import Crawl
from clipstudy.world.model import World
from clipstudy.world.site.serve import serve_replica


def crawl_replica(world: World, options: Crawl, places: Places) -> list[Report]:
    """Crawl the replica of a world, `options.runs` times, an hour apart on its clock.

    Parameters
    ----------
    world : World
        The truth.
    options : Crawl
        How to crawl.
    places : Places
        Where the run files go.
    """
    no_media = places.unfinished  # a crawl loads none
    with serve_replica(world, no_media) as replica:
        return [crawl(options, places, replica, site_clock=True) for _ in range(options.runs)]
