"""The crawler in a real browser on the replica's anonymous feed: what it writes, and how a run ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import yaml
from PIL import Image

from clipstudy.acquire import crawler
from clipstudy.acquire.crawler import Places, Report, crawl
from clipstudy.acquire.feed_run import FIELDS, format_time
from clipstudy.study import Crawl, Paper, Study
from clipstudy.world.feed.shown import shown_total
from clipstudy.world.model import World
from clipstudy.world.shown import shown_count
from clipstudy.world.site import stream
from clipstudy.world.site.addresses import SITE, STREAM_URL, clip_path, music_url
from clipstudy.world.site.crawled import crawl_replica
from clipstudy.world.site.moving_counts import MovingCounts
from clipstudy.world.site.pages import Pages, Sight
from clipstudy.world.site.photograph import photograph_preview
from clipstudy.world.site.serve import Replica, serve_replica
from clipstudy.world.site.stream import lay_feed
from tests.browser.conftest import OPTIONS as SCRAPE
from tests.browser.conftest import bytes_of

OPTIONS = Crawl(
    start_url=STREAM_URL, delay_seconds=0, backoff_seconds=0.05, wait_seconds=2, attempts=8, clips=9, runs=2
)
RUNS = ["run-0001-20221201T12.jsonl", "run-0002-20221201T13.jsonl"]
UNFINISHED = Path("data/small/interim/crawl")


def places_in(root: Path) -> Places:
    return Places(root / "raw", root / "unfinished")


def shown_in(world: World, visit: int, clips: int) -> list[dict[str, str]]:
    """What the site shows of the first so many unique clips of a visit, from the truth."""
    counts, lines = MovingCounts(world), {}
    titles = {music.music_id: music for music in world.musics}
    for clip, at in lay_feed(world, visit):
        if clip.clip_id in lines or len(lines) == clips:
            continue
        music, own, of_creator = titles[clip.music_id], counts.of_clip(clip, at), counts.of_creator(clip.creator, at)
        lines[clip.clip_id] = {
            "scraped_at": format_time(at),
            "url": SITE + clip_path(clip),
            "audio": music.title,
            "audio_url": music_url(music),
            "likes": shown_count(own.likes),
            "comments": shown_count(own.comments),
            "creator": f"@{clip.creator}",
            "creator_url": f"{SITE}/@{clip.creator}",
            "creator_followers": shown_count(of_creator.followers),
            "creator_likes": shown_total(of_creator.likes),
        }
    return list(lines.values())


@pytest.fixture(scope="module")
def crawled(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    return crawl_replica(world, OPTIONS, places_in(tmp_path_factory.mktemp("crawl")))


def lines_of(path: Path | None) -> list[dict[str, str]]:
    assert path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_lines_are_what_the_site_showed(world: World, crawled: list[Report]) -> None:
    for visit, report in enumerate(crawled):
        assert report.file
        assert report.file.name == RUNS[visit]
        found = lines_of(report.file)
        assert found == shown_in(world, visit, 9)
        assert all(tuple(line) == FIELDS for line in found)
    giant = MovingCounts(world).giant.username
    shown = {line["creator_likes"] for r in crawled for line in lines_of(r.file) if line["creator"] == f"@{giant}"}
    assert shown
    assert all(likes.startswith("-") for likes in shown)


def test_a_stuck_page_is_loaded_again_and_repeats_are_passed(crawled: list[Report]) -> None:
    # the first visit has a page that is stuck and a pop-up; 9 new clips take 9 + 2 places
    assert [(r.end, r.exit_code, r.clips, r.restarts, r.repeats) for r in crawled] == [
        ("clips", 0, 9, 1, 2),
        ("clips", 0, 9, 0, 2),
    ]
    assert [r.without_preview for r in crawled] == [0, 0]


def test_another_crawl_gives_the_same_bytes_and_nothing_of_the_machine(
    world: World, crawled: list[Report], tmp_path: Path
) -> None:
    # slow where the other was not: a page that is loaded again goes on where it was
    again = crawl_replica(world, OPTIONS.model_copy(update={"delay_seconds": 0.05}), places_in(tmp_path))
    assert [report.ended_before for report in again] == [[], []]
    content = bytes_of(tmp_path / "raw")
    assert crawled[0].file
    assert content == bytes_of(crawled[0].file.parent)
    for part in (b"127.0.0.1", b"localhost", b".test:", b"visit="):
        assert part not in b"".join(content.values())


def end_of(world: World, tmp_path: Path, **changes: object) -> Report:
    with serve_replica(world, tmp_path) as replica:
        return crawl(OPTIONS.model_copy(update=changes), places_in(tmp_path), replica, site_clock=True)


def test_a_page_that_stays_stuck_ends_the_run_early_and_keeps_it(world: World, tmp_path: Path) -> None:
    report = end_of(world, tmp_path, attempts=1)
    assert (report.end, report.exit_code, report.clips) == ("stuck", crawler.PARTIAL, stream.STUCK_PLACE)
    assert lines_of(report.file) == shown_in(world, 0, stream.STUCK_PLACE)


def test_a_run_ends_with_the_feed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler, "_REPEATS", 0)
    report = end_of(world.model_copy(update={"feed": world.feed[:3]}), tmp_path)
    # one repeat more than there are clips
    assert (report.end, report.exit_code, report.clips, report.repeats) == ("feed", 0, 3, 4)


def test_a_run_ends_in_time(world: World, tmp_path: Path) -> None:
    report = end_of(world, tmp_path, minutes=1e-6)
    assert (report.end, report.exit_code, report.clips) == ("time", 0, 1)


def test_a_captcha_or_a_site_out_of_reach_ends_a_run_without_a_file(world: World, tmp_path: Path) -> None:
    lasting = next(c for c in world.clips if c.page_fault == "captcha" and c.page_heals_after is None)
    for start, end in ((SITE + clip_path(lasting), "captcha"), ("https://elsewhere.test/", "browser")):
        report = end_of(world, tmp_path, start_url=start)
        assert (report.end, report.exit_code, report.run_id, report.file) == (end, crawler.NOTHING, None, None)
    assert not (tmp_path / "raw").exists()


def test_a_preview_that_does_not_open_leaves_two_counts_out(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream.Stream, "preview", stream.Stream.next)
    report = end_of(world, tmp_path, clips=1, attempts=1, wait_seconds=1)
    assert (report.exit_code, report.clips, report.without_preview) == (0, 1, 1)
    unknown = {"creator_followers": None, "creator_likes": None}
    assert lines_of(report.file) == [{**shown_in(world, 0, 1)[0], **unknown}]


def test_a_clip_without_author_or_counters_costs_no_other_its_line(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, name, likes = (f'data-e2e="stream-{part}"' for part in ("author", "username", "like-count"))
    _, uncounted, moved, advertisement = (place.clip.clip_id for place in lay_feed(world, 0)[:4])
    changes = {
        uncounted: ((likes, ""),),
        moved: ((author, f'{author} style="position: fixed; left: -9999px"'),),
        advertisement: ((author, ""), (name, "")),
    }
    whole = Pages.stream_item

    def stream_item(self: Pages, sight: Sight, *, asks_login: bool) -> str:
        html = whole(self, sight, asks_login=asks_login)
        for old, new in changes.get(sight.clip.clip_id, ()):
            assert old in html
            html = html.replace(old, new)
        return html

    monkeypatch.setattr(Pages, "stream_item", stream_item)
    report = end_of(world, tmp_path, clips=5, attempts=2)
    assert (report.end, report.clips, report.without_preview) == ("clips", 5, 3)
    expected, unknown = shown_in(world, 0, 5), {"creator_followers": None, "creator_likes": None}
    expected[1] |= {"likes": None, **unknown}
    expected[2] |= unknown
    expected[3] |= {"creator": None, "creator_url": None, **unknown}
    assert lines_of(report.file) == expected


def write_config(root: Path, **changes: object) -> None:
    config = root / "config/studies/small.yaml"
    config.parent.mkdir(parents=True)
    study = Study(name="small", simulated=True, crawl=OPTIONS.model_copy(update=changes), paper=Paper(title="Small"))
    content = study.model_dump(mode="json", include={"name", "simulated", "crawl", "paper"})
    config.write_text(yaml.safe_dump(content), encoding="utf-8")


def start(root: Path, replica: Replica) -> subprocess.Popen:
    command = [sys.executable, "-m", "clipstudy.cli", "crawl", "small", "--network", str(replica.network_file)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_lines(process: subprocess.Popen, path: Path, lines: int) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_bytes().count(b"\n") >= lines):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def end(process: subprocess.Popen) -> tuple[int, dict]:
    said, complaints = process.communicate(timeout=90)
    assert said.count("\n") == 1, complaints
    return process.returncode, json.loads(said)


def test_a_killed_run_is_ended_by_the_next_and_kept(world: World, crawled: list[Report], tmp_path: Path) -> None:
    write_config(tmp_path)
    unfinished = tmp_path / UNFINISHED / RUNS[0]
    with serve_replica(world, tmp_path) as replica:
        killed = start(tmp_path, replica)
        wait_for_lines(killed, unfinished, 3)
        family = psutil.Process(killed.pid).children(recursive=True)
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
        kept = unfinished.read_bytes()
        whole = kept[: kept.rfind(b"\n") + 1]
        with unfinished.open("ab") as file:
            file.write(b'{"scraped_at":"2022-12')  # a line that the kill tore
        assert any(process.name().startswith("chromedriver") for process in family)
        code, report = end(start(tmp_path, replica))
    raw = tmp_path / "data/small/raw/feed"
    assert code == 0
    assert report["ended_before"] == [{"run_id": RUNS[0][:-6], "clips": whole.count(b"\n"), "torn": True}]
    assert (report["study"], report["run_id"], report["end"], report["exit_code"]) == (
        "small",
        RUNS[1][:-6],
        "clips",
        0,
    )
    assert report["file"] == f"data/small/raw/feed/{RUNS[1]}"
    assert crawled[0].file
    assert crawled[1].file
    assert bytes_of(raw) == {RUNS[0]: whole, RUNS[1]: crawled[1].file.read_bytes()}
    assert crawled[0].file.read_bytes().startswith(whole)
    # the browser that was left behind is gone
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_run_that_goes_on_is_ended_by_the_next(world: World, tmp_path: Path) -> None:
    write_config(tmp_path, delay_seconds=1)
    with serve_replica(world, tmp_path) as replica:
        first = start(tmp_path, replica)
        wait_for_lines(first, tmp_path / UNFINISHED / RUNS[0], 2)
        second = start(tmp_path, replica)
        code, report = end(first)
        assert (code, report["end"], report["exit_code"]) == (128 + signal.SIGTERM, "terminated", 143)
        assert report["clips"] >= 2
        wait_for_lines(second, tmp_path / UNFINISHED / RUNS[1], 1)
        second.send_signal(signal.SIGINT)
        code, of_second = end(second)
    assert (code, of_second["end"], of_second["ended_before"]) == (130, "interrupted", [])
    raw = tmp_path / "data/small/raw/feed"
    assert sorted(path.name for path in raw.iterdir()) == RUNS
    assert lines_of(raw / RUNS[0]) == shown_in(world, 0, report["clips"])


def test_photographs_of_the_overflow_are_the_same_bytes(world: World, tmp_path: Path) -> None:
    giant = MovingCounts(world).giant.username
    for clip in world.clips:
        if clip.creator == giant:
            cover = tmp_path / clip.asset("cover").file
            cover.parent.mkdir(parents=True, exist_ok=True)
            Image.linear_gradient("L").resize((108, 192)).save(cover)
    pictures = [tmp_path / "one.png", tmp_path / "other.png"]
    for picture in pictures:
        photograph_preview(world, tmp_path, SCRAPE, picture)
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
    with Image.open(pictures[0]) as image:
        # nothing beside the pixels; the preview is 320 wide, with 14 on each side, three pixels each
        assert (image.mode, image.info, image.width) == ("RGB", {}, 3 * (320 + 2 * 14))
        # white card, dark letters
        assert {(255, 255, 255), (22, 24, 35)} <= {color for _, color in image.getcolors(maxcolors=10**6)}
