"""Hand-made feed lines: only what a test says differs from a plain line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clipstudy.study import Paper, Study, Virality

BEGIN = datetime(2022, 7, 30, tzinfo=UTC)
SITE = "https://clips.test"


def clip_id(number: int, before: timedelta = timedelta(days=1)) -> str:
    """Id of a clip that was uploaded some time before the study."""
    return str((int((BEGIN - before).timestamp()) << 32) + number)


def line(hours: float = 0, clip: int | str = 1, creator: str = "@ann", **changes: object) -> dict[str, object]:
    clip = clip_id(clip) if isinstance(clip, int) else clip
    at = BEGIN + timedelta(hours=hours)
    plain = {
        "scraped_at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "url": f"{SITE}/{creator}/video/{clip}",
        "audio": "original sound",
        "audio_url": f"{SITE}/music/one",
        "likes": "120",
        "comments": "12",
        "creator": creator,
        "creator_url": f"{SITE}/{creator}",
        "creator_followers": "100",
        "creator_likes": "1200",
    }
    return {**plain, **changes}


def write_runs(root: Path, **runs: list) -> Study:
    """Write run files by their ids and make the study that reads them; a text is written as it is, without an end."""
    folder = root / "data/made/raw/feed"
    folder.mkdir(parents=True, exist_ok=True)
    for run_id, lines in runs.items():
        content = "".join(part if isinstance(part, str) else json.dumps(part) + "\n" for part in lines)
        (folder / f"{run_id}.jsonl").write_text(content, encoding="utf-8")
    return Study(name="made", simulated=True, virality=Virality(begin=BEGIN), paper=Paper(title="Made"))
