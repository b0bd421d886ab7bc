"""The anonymous feed of the replica: one clip at a time, moved by a key, with previews of profiles.

A visitor without a cookie begins a visit. The site's clock moves on by an hour from one visit to the next, and within
a visit from one place of the feed to the next; a page that is loaded again stays at its place and at its time. So what
is shown depends on the number of the visit and the place alone, however slow or often the site is asked.
"""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from clipstudy.world.chance import stream
from clipstudy.world.feed.shown import shown_total
from clipstudy.world.model import Clip, World
from clipstudy.world.shown import shown_count
from clipstudy.world.site.addresses import STREAM_PATH
from clipstudy.world.site.moving_counts import HOUR, MovingCounts
from clipstudy.world.site.pages import Pages, Sight

COOKIE = "visit"
FAULTS_EVERY = 3  # visits, the first of which has these faults
STUCK_PLACE, LOGIN_PLACE = 4, 7  # does not load at first; a pop-up that asks to log in
_NEW_BEFORE_REPEAT = 4  # clips, after which the feed shows an earlier one again
_SECONDS_A_CLIP = 30  # in the mean, as of the published crawl
_PACE_SHAPE = 9.0
_TASTE = 0.25  # power of the likes by which the feed prefers a clip


class Place(NamedTuple):
    """A place of the feed of one visit: its clip, and the site's time in Unix seconds, to the millisecond."""

    clip: Clip
    at: float


class Stream:
    """The feed as its visitors see it; all it keeps is how far each visit has come."""

    def __init__(self, world: World, pages: Pages) -> None:
        self._world = world
        self._pages = pages
        self._usernames = {creator.username for creator in world.creators}
        self._feeds: list[list[Place]] = []
        self._places: list[int] = []
        self.counts = MovingCounts(world)

    def routes(self) -> Sequence[BaseRoute]:
        """List the addresses of the feed."""
        return [
            Route(STREAM_PATH, self.page),
            Route("/api/stream/next", self.next),
            Route("/api/preview", self.preview),
        ]

    async def page(self, request: Request) -> Response:
        """Answer with the whole page at the place of the visit; a new visitor begins at the first."""
        visit = self._visit(request)
        number = len(self._feeds) if visit is None else visit
        if visit is None:
            self._feeds.append(lay_feed(self._world, number))
            self._places.append(0)
        answer = HTMLResponse(self._pages.stream(self._sight(number), asks_login=self._has(LOGIN_PLACE, number)))
        answer.set_cookie(COOKIE, str(number), secure=True, httponly=True)
        return answer

    async def next(self, request: Request) -> Response:
        """Move on to the next clip and answer with it; a stuck place is answered only when the page is loaded again."""
        visit = self._visit(request)
        if visit is None:
            return JSONResponse({}, status_code=403)
        self._places[visit] += 1
        if self._has(STUCK_PLACE, visit):
            return Response(status_code=204)
        sight = self._sight(visit)
        html = self._pages.stream_item(sight, asks_login=self._has(LOGIN_PLACE, visit))
        return JSONResponse({"html": html, "clock": sight.clock})

    async def preview(self, request: Request) -> Response:
        """Answer with the preview of a profile at the time of the visit."""
        visit, username = self._visit(request), request.query_params["user"]
        if visit is None or username not in self._usernames:
            return JSONResponse({}, status_code=404)
        counts = self.counts.of_creator(username, self._place(visit).at)
        followers, likes = shown_count(counts.followers), shown_total(counts.likes)
        return JSONResponse({"html": self._pages.preview(username, followers, likes)})

    def _visit(self, request: Request) -> int | None:
        told = request.cookies.get(COOKIE, "")
        return int(told) if told.isdecimal() and int(told) < len(self._feeds) else None

    def _has(self, faulty: int, visit: int) -> bool:
        return visit % FAULTS_EVERY == 0 and self._places[visit] == faulty

    def _place(self, visit: int) -> Place:
        feed = self._feeds[visit]
        return feed[self._places[visit] % len(feed)]

    def _sight(self, visit: int) -> Sight:
        clip, at = self._place(visit)
        counts = self.counts.of_clip(clip, at)
        return Sight(clip, shown_count(counts.likes), shown_count(counts.comments), f"{at:.3f}")


def lay_feed(world: World, visit: int) -> list[Place]:
    """Lay out the feed of a visit: every clip once, liked ones rather first, and some of them again.

    Parameters
    ----------
    world : World
        The truth.
    visit : int
        From 0; its clock begins so many hours after the world's.

    Returns
    -------
    list of Place
        After the last one the feed begins anew.
    """
    rng = stream(world.seed, f"feed visit {visit}")
    clips = [world.clip(clip_id) for clip_id in world.feed]
    weights = [clip.like_count**_TASTE for clip in clips]
    order = rng.choice(len(clips), len(clips), replace=False, p=[weight / sum(weights) for weight in weights])
    shown: list[Clip] = []
    for turn, number in enumerate(order.tolist(), 1):
        shown.append(clips[number])
        if turn % _NEW_BEFORE_REPEAT == 0:
            shown.append(shown[int(rng.integers(len(shown) - 1))])
    seconds = rng.gamma(_PACE_SHAPE, _SECONDS_A_CLIP / _PACE_SHAPE, len(shown)).cumsum()
    begin = world.clock + visit * HOUR
    return [Place(clip, round(begin + second, 3)) for clip, second in zip(shown, seconds.tolist(), strict=True)]
