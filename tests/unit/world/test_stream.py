"""The anonymous feed of the replica over real sockets: places, clocks, counts, previews."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
import requests

from clipstudy.media.network import load_network, open_session
from clipstudy.world.feed.shown import shown_total
from clipstudy.world.model import World
from clipstudy.world.shown import shown_count
from clipstudy.world.site import stream
from clipstudy.world.site.addresses import SITE, STREAM_URL
from clipstudy.world.site.moving_counts import HOUR, MovingCounts
from clipstudy.world.site.serve import serve_replica
from clipstudy.world.site.stream import lay_feed

CLOCK = re.compile(r'<meta name="server-time" content="([0-9.]+)">')
LINK = re.compile(r'data-e2e="stream-link" href="[^"]*/([0-9]+)"')


@pytest.fixture
def session(mini: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[requests.Session]:
    with (
        serve_replica(mini, tmp_path_factory.mktemp("none")) as replica,
        open_session(load_network(replica.network_file), "clipstudy tests") as session,
    ):
        yield session


def places(found: list[stream.Place]) -> list[tuple[str, str]]:
    return [(place.clip.clip_id, f"{place.at:.3f}") for place in found]


def test_the_feed_shows_every_clip_once_and_some_again(mini: World) -> None:
    shown = [place.clip.clip_id for place in lay_feed(mini, 0)]
    # 16 clips, and after each four of them one again
    assert len(shown) == 16 + 4
    assert set(shown) == set(mini.feed)
    assert all(one != other for one, other in pairwise(shown))
    assert all(shown[place] in shown[: place - 1] for place in (4, 9, 14, 19))


def test_the_clock_moves_within_a_visit_and_by_an_hour_from_one_to_the_next(mini: World) -> None:
    for visit in (0, 2):
        times = [place.at for place in lay_feed(mini, visit)]
        assert times == sorted(set(times))
        assert mini.clock + visit * HOUR < times[0]
        # 20 places at about half a minute
        assert 300 < times[-1] - mini.clock - visit * HOUR < 1200
    assert lay_feed(mini, 1) == lay_feed(mini, 1)
    assert [p.clip for p in lay_feed(mini, 1)] != [p.clip for p in lay_feed(mini, 2)]


def test_a_visit_goes_from_place_to_place_and_stays_there_when_loaded_again(
    mini: World, session: requests.Session
) -> None:
    expected = places(lay_feed(mini, 0))
    seen = []
    for place in range(10):
        page = session.get(STREAM_URL, timeout=5).text
        assert page == session.get(STREAM_URL, timeout=5).text
        seen.append((LINK.findall(page)[0], CLOCK.findall(page)[0]))
        assert ("login-modal" in page) == (place == stream.LOGIN_PLACE)
        answer = session.get(f"{SITE}/api/stream/next", timeout=5)
        # the next place answers, but the stuck one only when it is loaded
        assert answer.status_code == (204 if place + 1 == stream.STUCK_PLACE else 200)
        if answer.content:
            assert (LINK.findall(answer.json()["html"])[0], answer.json()["clock"]) == expected[place + 1]
    assert seen == expected[:10]
    session.cookies.clear()
    page = session.get(STREAM_URL, timeout=5).text
    assert (LINK.findall(page)[0], CLOCK.findall(page)[0]) == places(lay_feed(mini, 1))[0]


def test_who_has_no_visit_is_told_nothing(session: requests.Session) -> None:
    assert session.get(f"{SITE}/api/stream/next", timeout=5).status_code == 403
    assert session.get(f"{SITE}/api/preview?user=nobody.sim", timeout=5).status_code == 404


def test_previews_show_totals_after_their_overflow(mini: World, session: requests.Session) -> None:
    first, counts = lay_feed(mini, 0)[0], MovingCounts(mini)
    session.get(STREAM_URL, timeout=5)
    for creator in mini.creators:
        html = session.get(f"{SITE}/api/preview?user={creator.username}", timeout=5).json()["html"]
        true = counts.of_creator(creator.username, first.at)
        assert re.findall(r'e2e="user-card-(?:follower|like)-count">([^<]*)<', html) == [
            shown_count(true.followers),
            shown_total(true.likes),
        ]
        assert (true.likes > 2**31) == (creator == counts.giant)
        assert re.search(r'like-count">-1[0-9]{9}<', html) or creator != counts.giant


def test_counts_begin_with_the_truth_and_grow(mini: World) -> None:
    counts = MovingCounts(mini)
    for clip in mini.clips:
        assert counts.of_clip(clip, mini.clock) == (clip.like_count, clip.comment_count)
        later = counts.of_clip(clip, mini.clock + 2 * HOUR)
        # 3 to 20 times the square root an hour
        gained = later.likes - clip.like_count
        assert 2 * 3 * clip.like_count**0.5 - 1 < gained < 2 * 20 * clip.like_count**0.5
        assert later.comments == clip.comment_count + gained * clip.comment_count // clip.like_count
    for creator in mini.creators:
        begin, later = (counts.of_creator(creator.username, mini.clock + hours * HOUR) for hours in (0, 2))
        own = [clip for clip in mini.clips if clip.creator == creator.username]
        assert begin.likes >= sum(clip.like_count for clip in own)
        gained = sum(counts.of_clip(clip, mini.clock + 2 * HOUR).likes - clip.like_count for clip in own)
        assert later.likes - begin.likes == gained
        assert later.followers - begin.followers == int(0.04 * gained)
    giant = counts.of_creator(counts.giant.username, mini.clock)
    # one wrap more would be over 80 likes a follower, so that their number can be known
    assert giant.likes / giant.followers < 80 < (giant.likes + 2**32) / giant.followers
