"""The replica over real sockets: its lists, the faults of its media hosts, and its clock."""

import json
import re
from collections.abc import Iterator

import pytest
import requests

from clipstudy.media.network import load_network, open_session
from clipstudy.world.model import Asset, Clip, World
from clipstudy.world.site import app
from clipstudy.world.site.addresses import SITE, START_URL, clip_path, media_host, media_url
from clipstudy.world.site.pages import link_tags
from clipstudy.world.site.serve import serve_replica

CONTENT = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def session(mini: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[requests.Session]:
    folder = tmp_path_factory.mktemp("media")
    for clip in mini.clips:
        (folder / clip.clip_id).mkdir()
        for asset in clip.assets:
            (folder / asset.file).write_bytes(CONTENT)
    with serve_replica(mini, folder) as replica:
        assert replica.start_url == START_URL
        with open_session(load_network(replica.network_file), "clipstudy tests") as session:
            yield session


def faulty(world: World, fault: str) -> tuple[Clip, Asset]:
    return next((clip, asset) for clip in world.clips for asset in clip.assets if asset.fault == fault)


def url_of(world: World, fault: str) -> str:
    return media_url(*faulty(world, fault))


def test_healthy_media_are_served(mini: World, session: requests.Session) -> None:
    clip = next(clip for clip in mini.clips if clip.captions)
    asset = clip.asset("captions")
    answer = session.get(media_url(clip, asset), timeout=5)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    # read by a page of another host
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert f"x-expires={asset.expires_at}" in media_url(clip, asset)


@pytest.mark.parametrize(("fault", "status"), [("expired_url", 403), ("http_403", 403), ("http_404", 404)])
def test_refusals_last(mini: World, session: requests.Session, fault: str, status: int) -> None:
    assert [session.get(url_of(mini, fault), timeout=5).status_code for _ in range(3)] == [status] * 3


def test_5xx_heals(mini: World, session: requests.Session) -> None:
    answers = [session.get(url_of(mini, "http_5xx_heals"), timeout=5) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 503, 200, 200]
    assert answers[2].content == CONTENT


def test_html_comes_instead_of_media(mini: World, session: requests.Session) -> None:
    answer = session.get(url_of(mini, "html_instead_of_media"), timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_truncated_body_is_shorter_than_told(mini: World, session: requests.Session) -> None:
    answer = session.get(url_of(mini, "truncated"), timeout=5, stream=True)
    assert int(answer.headers["Content-Length"]) == len(CONTENT)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        answer.content  # noqa: B018 (reads the body)


def test_hang_never_ends(mini: World, session: requests.Session) -> None:
    with pytest.raises(requests.exceptions.ConnectionError, match="Read timed out"):
        session.get(url_of(mini, "hang"), timeout=(5, 0.3)).content  # noqa: B018 (reads the body)


def test_wrong_certificate_lasts_or_heals(mini: World, session: requests.Session) -> None:
    for _ in range(2):
        with pytest.raises(requests.exceptions.SSLError, match="mismatch"):
            session.get(url_of(mini, "wrong_certificate"), timeout=5)
    with pytest.raises(requests.exceptions.SSLError, match="mismatch"):
        session.get(url_of(mini, "wrong_certificate_heals"), timeout=5)
    assert session.get(url_of(mini, "wrong_certificate_heals"), timeout=5).content == CONTENT


def test_blob_source_is_the_same_in_every_run(mini: World) -> None:
    assert re.fullmatch(rf"blob:{SITE}/[0-9a-f-]{{36}}", url_of(mini, "blob_url"))
    assert url_of(mini, "blob_url") == url_of(mini, "blob_url")


def test_hosts_are_fixed_names(mini: World, session: requests.Session) -> None:
    hosts = {media_host(clip, asset) for clip in mini.clips for asset in clip.assets}
    assert all(host.endswith(".clip-replica.test") for host in hosts)
    # the two files behind wrong certificates have hosts of their own
    assert len(hosts) == 4
    assert session.get("https://v16.clip-replica.test/nothing", timeout=5).status_code == 404


def test_every_answer_tells_the_time_of_the_site(mini: World, session: requests.Session) -> None:
    answer = session.get(START_URL, timeout=5)
    assert answer.headers["Date"] == "Thu, 01 Dec 2022 12:00:00 GMT"
    assert f'<meta name="server-time" content="{mini.clock}">' in answer.text


def test_feed_comes_in_parts(mini: World, session: requests.Session) -> None:
    shown = session.get(START_URL, timeout=5).text
    rest = session.get(f"{SITE}/api/feed?cursor={app.CARDS_A_PAGE}", timeout=5).json()
    found = re.findall(r'data-e2e="feed-video" href="([^"]+)"', shown + rest["html"])
    assert found == [clip_path(mini.clip(clip_id)) for clip_id in mini.feed]
    assert not rest["more"]


def test_page_faults_heal_or_last(mini: World, session: requests.Session) -> None:
    kinds = [(clip.page_fault, clip.page_heals_after, clip) for clip in mini.clips if clip.page_fault]
    assert {fault for fault, _, _ in kinds} == {"login_popup", "captcha", "empty_response", "rate_limited"}
    for fault, heals_after, clip in kinds:
        answers = []
        for _ in range(4):
            answer = session.get(SITE + clip_path(clip), timeout=5)
            # the header alone is answered as the page was, and counts for nothing
            head = session.head(SITE + clip_path(clip), timeout=5)
            assert head.status_code == answer.status_code
            answers.append(answer)
        shows = [fault_on(answer) for answer in answers]
        assert shows == [fault] * (4 if heals_after is None else heals_after) + [None] * (
            0 if heals_after is None else 4 - heals_after
        )


def fault_on(answer: requests.Response) -> str | None:
    if answer.status_code == 429:
        assert answer.headers["Retry-After"] == "1"
        return "rate_limited"
    if not answer.text:
        return "empty_response"
    marks = {"login_popup": "login-modal", "captcha": "captcha_verify_container"}
    return next((fault for fault, mark in marks.items() if mark in answer.text), None)


def test_embedded_state_is_right_absent_or_stale(mini: World, session: requests.Session) -> None:
    for clip in mini.clips:
        if clip.page_fault:
            continue
        text = session.get(SITE + clip_path(clip), timeout=5).text
        found = re.search(r'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__"[^>]*>(.*?)</script>', text)
        state = clip.page_state
        assert (found is None) == (state.kind == "absent")
        if found:
            detail = json.loads(found[1])["__DEFAULT_SCOPE__"]["webapp.video-detail"]
            item = detail["itemInfo"]["itemStruct"]
            assert item["id"] == (state.other_clip_id or clip.clip_id)
            if not state.other_clip_id:
                assert item["stats"]["diggCount"] == (clip.like_count if state.like_count is None else state.like_count)


def test_comments_and_replies_come_in_pages(mini: World, session: requests.Session) -> None:
    clip = max(mini.clips, key=lambda clip: len(clip.comments))
    texts, page, more = [], 0, True
    while more:
        answer = session.get(f"{SITE}/api/comments?clip={clip.clip_id}&page={page}", timeout=5).json()
        texts += [comment["text"] for comment in answer["comments"]]
        page, more = page + 1, answer["more"]
    assert texts == [comment.text for comment in clip.comments]
    assert page == len(clip.comment_arrivals) >= 2
    place, comment = max(enumerate(clip.comments), key=lambda item: len(item[1].replies))
    address = f"{SITE}/api/replies?clip={clip.clip_id}&comment={place}&cursor="
    first = session.get(f"{address}0", timeout=5).json()
    rest = session.get(f"{address}{app.REPLIES_A_PAGE}", timeout=5).json()
    assert [r["text"] for r in first["replies"] + rest["replies"]] == [reply.text for reply in comment.replies]
    assert (first["left"], rest["left"]) == (max(0, len(comment.replies) - app.REPLIES_A_PAGE), 0)


def test_pages_that_are_none(mini: World, session: requests.Session) -> None:
    assert session.get(f"{SITE}/@nobody.sim/video/1", timeout=5).status_code == 404
    photo = next(clip for clip in mini.clips if clip.is_photo)
    assert session.get(f"{SITE}/@{photo.creator}/video/{photo.clip_id}", timeout=5).status_code == 404


def test_hashtags_are_links_and_the_text_stays() -> None:
    linked = link_tags("tea & #kettle time")
    assert linked == 'tea &amp; <a class="tag" href="/tag/kettle">#kettle</a> time'
    assert linked.striptags() == "tea & #kettle time"
