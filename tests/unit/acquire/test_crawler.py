"""How long a crawl stays away from a site that refuses; with a clock of its own, and without a browser."""

from contextlib import nullcontext
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from clipstudy.acquire import crawler
from clipstudy.acquire.crawler import NOTHING, Places, crawl
from clipstudy.acquire.dom import Standing
from clipstudy.study import Crawl


@pytest.mark.parametrize(
    ("minutes", "sleeps"),
    # two hours are asked for, of which at most 300 seconds are granted
    [(1, []), (6, [300]), (50, [300, 300])],
)
def test_a_site_that_refuses_keeps_a_run_no_longer_than_its_minutes(minutes, sleeps, tmp_path, monkeypatch):
    slept = []
    clock = SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append)
    monkeypatch.setattr(crawler, "time", clock)
    for opened in ("open_browser", "only_run"):
        monkeypatch.setattr(crawler, opened, lambda *_, **__: nullcontext(MagicMock()))
    monkeypatch.setattr(crawler.feed_page, "settle", lambda *_: Standing("rate_limited", "7200"))
    options = Crawl(start_url="https://clips.test/", minutes=minutes, attempts=3)
    report = crawl(options, Places(tmp_path / "raw", tmp_path / "unfinished"))
    assert slept == sleeps
    assert (report.end, report.exit_code) == ("rate_limited", NOTHING)
