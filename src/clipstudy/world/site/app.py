"""The application behind every host of the replica: pages, lists that arrive later, media."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from clipstudy.world.model import Arrival, Clip, Comment, Reply, World
from clipstudy.world.site.addresses import SITE_HOST, clip_path
from clipstudy.world.site.media import MediaHosts
from clipstudy.world.site.pages import Pages
from clipstudy.world.site.stream import Stream

STATIC = Path(__file__).with_name("static")
ARRIVAL_SECONDS: dict[Arrival, float] = {"prompt": 0, "late": 0.12, "very_late": 0.4}
CARDS_A_PAGE = 8
REPLIES_A_PAGE = 3
RETRY_AFTER = 1  # seconds that a refused visitor is asked to wait


class Site:
    """The pages of a world; a page fault that heals is over after so many answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clips = {clip.clip_id: clip for clip in world.clips}
        self._places = {clip_id: place for place, clip_id in enumerate(world.feed)}
        self._pages = Pages(world)
        self._answers: Counter[str] = Counter()

    def routes(self) -> Sequence[BaseRoute]:
        """List the addresses of the site."""
        return [
            Route("/", _to_feed),
            Route("/foryou", self.feed),
            Route("/@{creator}/video/{clip_id}", self.clip),
            Route("/@{creator}/photo/{clip_id}", self.clip),
            Route("/api/feed", self.cards),
            Route("/api/neighbours", self.neighbours),
            Route("/api/comments", self.comments),
            Route("/api/replies", self.replies),
            *Stream(self._world, self._pages).routes(),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    async def feed(self, _: Request) -> Response:
        """Answer with the default layout: the first cards of the feed, the rest on scroll."""
        return HTMLResponse(self._pages.feed(self._cards(0), more=len(self._world.feed) > CARDS_A_PAGE))

    async def cards(self, request: Request) -> Response:
        """Answer with the next cards of the feed."""
        start = int(request.query_params["cursor"])
        more = start + CARDS_A_PAGE < len(self._world.feed)
        return JSONResponse({"html": self._pages.cards(self._cards(start)), "more": more})

    async def clip(self, request: Request) -> Response:
        """Answer with the browse layout of a clip, or with the fault that lies on its page."""
        clip = self._clips.get(request.path_params["clip_id"])
        if clip is None or request.url.path != clip_path(clip):
            return HTMLResponse(self._pages.missing(), status_code=404)
        fault = self._fault(clip, counts=request.method == "GET")
        before, after = self._neighbours(clip)
        if fault == "empty_response":
            return HTMLResponse("")
        if fault == "rate_limited":
            page = self._pages.rate_limited(before, after, RETRY_AFTER)
            return HTMLResponse(page, status_code=429, headers={"Retry-After": str(RETRY_AFTER)})
        if fault == "captcha":
            return HTMLResponse(self._pages.captcha(before, after))
        return HTMLResponse(self._pages.clip(clip, before, after, asks_login=fault == "login_popup"))

    async def neighbours(self, request: Request) -> Response:
        """Answer with the pages before and after a clip in the feed."""
        before, after = self._neighbours(self._clips[request.query_params["clip"]])
        return JSONResponse({"before": before, "after": after})

    async def comments(self, request: Request) -> Response:
        """Answer with a page of comments, as late as the truth says."""
        clip, page = self._clips[request.query_params["clip"]], int(request.query_params["page"])
        found = [comment for comment in clip.comments if comment.page == page]
        if page < len(clip.comment_arrivals):
            await asyncio.sleep(ARRIVAL_SECONDS[clip.comment_arrivals[page]])
        more = any(comment.page > page for comment in clip.comments)
        return JSONResponse({"comments": [_comment(comment) for comment in found], "more": more})

    async def replies(self, request: Request) -> Response:
        """Answer with some replies to a comment."""
        clip, place = self._clips[request.query_params["clip"]], int(request.query_params["comment"])
        start, replies = int(request.query_params["cursor"]), clip.comments[place].replies
        found = [_reply(reply) for reply in replies[start : start + REPLIES_A_PAGE]]
        return JSONResponse({"replies": found, "left": max(0, len(replies) - start - REPLIES_A_PAGE)})

    def _cards(self, start: int) -> list[Clip]:
        return [self._clips[clip_id] for clip_id in self._world.feed[start : start + CARDS_A_PAGE]]

    def _neighbours(self, clip: Clip) -> tuple[str | None, str | None]:
        feed, place = self._world.feed, self._places[clip.clip_id]
        before = clip_path(self._clips[feed[place - 1]]) if place else None
        after = clip_path(self._clips[feed[place + 1]]) if place + 1 < len(feed) else None
        return before, after

    def _fault(self, clip: Clip, *, counts: bool) -> str | None:
        """Fault of the page; a request for its header alone is answered as the last one for the page was."""
        self._answers[clip.clip_id] += counts
        healed = clip.page_heals_after is not None and self._answers[clip.clip_id] > clip.page_heals_after
        return None if healed else clip.page_fault


def make_app(world: World, media: Path) -> Starlette:
    """Make the application of all hosts of a world.

    Parameters
    ----------
    world : World
        The truth.
    media : Path
        Folder with the rendered media, `world/media` of the study.
    """
    hosts = MediaHosts(world, media)
    files = Router([Route("/{kind}/tos/{clip_id}/{file}", hosts.answer)])
    return Starlette(routes=[Host(SITE_HOST, Router(Site(world).routes())), Mount("/", files)])


async def _to_feed(_: Request) -> Response:
    return RedirectResponse("/foryou")


def _comment(comment: Comment) -> dict[str, Any]:
    return {**_reply(comment), "replies": len(comment.replies)}


def _reply(reply: Reply) -> dict[str, Any]:
    return {"user": reply.commenter, "text": reply.text, "time": reply.posted_label, "likes": reply.likes_shown}
