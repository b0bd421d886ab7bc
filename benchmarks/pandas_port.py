"""A straight pandas port of the published notebook's derivations, as the baseline of `bench_virality.py`.

It does what the notebook did and in its way: run files read into one frame, counts parsed value by value, differences
by group, and the use of audios accumulated in a loop over rows.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

UNITS = {"K": 1e3, "M": 1e6, "B": 1e9}


def parse(text: str) -> int:
    """Read a shown count."""
    return round(float(text[:-1]) * UNITS[text[-1]]) if text[-1] in UNITS else int(text)


def read_runs(folder: Path) -> pd.DataFrame:
    """Read all run files; lines that cannot be read are left out."""
    records = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return pd.DataFrame(records)


def derive(frame: pd.DataFrame, begin: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Derive the columns of the report: observations with rates and ratios, and the use of audios over time."""
    frame["scraped_at"] = pd.to_datetime(frame.scraped_at, format="ISO8601")
    for column in ("likes", "comments", "creator_followers", "creator_likes"):
        frame[column] = frame[column].apply(parse)
    frame.loc[frame.creator_likes < 0, "creator_likes"] += 2**32
    frame = frame[(frame.creator_followers > 0) & (frame.scraped_at >= pd.Timestamp(begin))].copy()
    frame["id"] = frame.url.str.extract(r"/video/(\d+)")[0].astype(int)
    frame["uploaded_at"] = pd.to_datetime(frame.id.apply(lambda number: number >> 32), unit="s", utc=True)
    frame["upload_day"], frame["upload_hour"] = frame.uploaded_at.dt.dayofweek, frame.uploaded_at.dt.hour
    frame["observed_hour"] = frame.scraped_at.dt.floor("h")
    frame = frame.drop_duplicates(["url", "scraped_at"]).sort_values(["url", "scraped_at"])
    hours = frame.groupby("url").scraped_at.diff().dt.total_seconds() / 3600
    for column in ("likes", "comments", "creator_followers", "creator_likes"):
        frame[f"{column}_per_hour"] = frame.groupby("url")[column].diff().replace(0, np.nan) / hours
    frame["likes_per_comment"] = frame.likes / frame.comments
    frame["comments_per_like"] = frame.comments / frame.likes
    frame["likes_to_followers"] = frame.creator_likes / frame.creator_followers
    frame["log_followers"] = np.log10(frame.creator_followers)
    videos = frame.drop_duplicates("url").sort_values(["creator", "uploaded_at"])
    frame["since_last_upload"] = frame.url.map(videos.set_index("url").groupby("creator").uploaded_at.diff())
    return frame, accumulate_audios(frame)


def accumulate_audios(frame: pd.DataFrame) -> pd.DataFrame:
    """Accumulate distinct videos, likes and comments of each audio, row by row."""
    seen: dict[str, tuple[int, int]] = {}
    totals: dict[str, list[int]] = {}
    rows = []
    for _, row in frame.sort_values("scraped_at").iterrows():
        total = totals.setdefault(row.audio_url, [0, 0, 0])
        likes, comments = seen.get(row.url, (0, 0))
        total[0] += row.url not in seen
        total[1] += row.likes - likes
        total[2] += row.comments - comments
        seen[row.url] = (row.likes, row.comments)
        rows.append((row.audio_url, row.scraped_at, *total))
    return pd.DataFrame(rows, columns=["audio_url", "scraped_at", "videos", "likes", "comments"])
