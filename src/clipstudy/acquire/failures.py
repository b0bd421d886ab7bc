"""What the scraper could not read: one JSON object a line in `raw/failures.jsonl`, which ends in `rejected`."""

import json
from collections.abc import Iterable
from pathlib import Path

from clipstudy.acquire.batches import Failure, write_text

# Why a page was given up, by what stood on it; the reason begins with the word by which a fault is known.
REASONS = {
    "captcha": "captcha: the site asks for one, which is never solved",
    "empty": "empty_response: a page without content",
    "rate_limited": "rate_limited: the site refuses (HTTP 429)",
    "login": "login_popup: it does not close",
    "feed": "no_clip: the page shows a feed",
    "timeout": "timeout: the page did not finish loading",
    "unreadable": "unreadable: the page holds what no record can",
}


def write_failures(failures: Iterable[Failure], path: Path) -> None:
    """Write failures as JSON lines, sorted by place; an empty file says that all was read."""
    ordered = sorted(failures, key=lambda failure: failure.position)
    lines = [json.dumps(failure._asdict(), sort_keys=True, ensure_ascii=False) + "\n" for failure in ordered]
    write_text("".join(lines), path)
