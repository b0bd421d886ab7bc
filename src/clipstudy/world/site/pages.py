"""Pages of the replica, rendered from the truth."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from clipstudy.world.model import Clip, World
from clipstudy.world.site.addresses import clip_path, media_url, music_url, permalink
from clipstudy.world.site.embedded import embedded_state, photo_names

_TAG = re.compile(r"(#\w+)")


class Sight(NamedTuple):
    """A clip as the anonymous feed shows it at a moment: its counts, and the site's clock in Unix seconds, as text."""

    clip: Clip
    likes: str
    comments: str
    clock: str


class Pages:
    """Renderer of the pages of a world; addresses of neighbours are paths, None at an end of the feed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._creators = {creator.username: creator for creator in world.creators}
        self._musics = {music.music_id: music for music in world.musics}
        self._templates = Environment(
            loader=PackageLoader("clipstudy.world.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"link_tags": link_tags, "hue": _hue}
        self._templates.globals |= {"clock": world.clock}

    def feed(self, clips: Sequence[Clip], *, more: bool) -> str:
        """Render the default layout with its first cards."""
        return self._render("feed.html", cards=self.cards(clips), more=more)

    def cards(self, clips: Sequence[Clip]) -> Markup:
        """Render cards of the default layout."""
        return Markup(self._render("cards.html", cards=[self._view(clip) for clip in clips]))  # noqa: S704 (a template of ours)

    def clip(self, clip: Clip, before: str | None, after: str | None, *, asks_login: bool) -> str:
        """Render the browse layout of a clip, its comments excepted."""
        state = embedded_state(self._world, clip)
        view = self._view(clip)
        return self._render("clip.html", **view, state=state, before=before, after=after, asks_login=asks_login)

    def stream(self, sight: Sight, *, asks_login: bool) -> str:
        """Render the anonymous feed at one of its clips."""
        item = Markup(self.stream_item(sight, asks_login=asks_login))  # noqa: S704 (a template of ours)
        return self._render("stream.html", item=item, clock=sight.clock)

    def stream_item(self, sight: Sight, *, asks_login: bool) -> str:
        """Render a clip of the anonymous feed without the page around it."""
        return self._render("stream_item.html", **self._view(sight.clip), sight=sight, asks_login=asks_login)

    def preview(self, username: str, followers: str, likes: str) -> str:
        """Render the preview of a profile with its counts as shown."""
        return self._render("preview.html", creator=self._creators[username], followers=followers, likes=likes)

    def captcha(self, before: str | None, after: str | None) -> str:
        """Render the question that the site asks of visitors whom it suspects."""
        return self._render("captcha.html", before=before, after=after)

    def rate_limited(self, before: str | None, after: str | None, seconds: int) -> str:
        """Render the refusal of a visitor who asks too often."""
        return self._render("rate_limited.html", before=before, after=after, seconds=seconds)

    def missing(self) -> str:
        """Render what is shown where no page is."""
        return self._render("missing.html")

    def _view(self, clip: Clip) -> dict[str, object]:
        urls = {asset.name: media_url(clip, asset) for asset in clip.assets}
        music = self._musics[clip.music_id]
        return {
            "clip": clip,
            "path": clip_path(clip),
            "permalink": permalink(clip),
            "creator": self._creators[clip.creator],
            "music": music,
            "music_url": music_url(music),
            "urls": urls,
            "photos": [urls[name] for name in photo_names(clip)],
        }

    def _render(self, name: str, **values: object) -> str:
        return self._templates.get_template(name).render(values)


def link_tags(text: str) -> Markup:
    """Turn the hashtags of a description into links, leaving every character where it is."""
    parts = [
        Markup('<a class="tag" href="/tag/{}">{}</a>').format(part[1:], part) if part.startswith("#") else escape(part)
        for part in _TAG.split(text)
        if part
    ]
    return Markup("").join(parts)


def _hue(name: str) -> int:
    return sum(map(ord, name)) * 37 % 360
