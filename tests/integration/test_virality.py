"""A feed from elsewhere, in the report's form, dropped into a new study: one YAML file, through the workflow."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from copies import copy_tracked

from clipstudy.tables import read_table
from tests.unit.virality.lines import BEGIN, clip_id, line

ROOT = Path(__file__).parents[2]
STUDY = {
    "name": "ownfeed",
    "simulated": False,
    "virality": {"runs": ["raw/*.jsonlines"], "begin": BEGIN, "window_hours": 6},
    "paper": {"title": "An Invented Feed"},
}
HOURS = 72


def feed():
    """Forty clips in one file, as numbers, seen every third hour; clip 1 gains a hundredfold on the second day."""
    lines = []
    for hour in range(0, HOURS, 3):
        for clip in range(1, 41):
            burst = 5000 * min(max(hour - 24, 0), 24) if clip == 1 else 0
            likes = 20_000 + 50 * hour + burst
            shown = round(likes, -2)
            lines.append(
                line(
                    hour + clip / 100,
                    clip=clip_id(clip, timedelta(days=clip)),
                    creator=f"@c{clip % 30}",
                    likes=shown,
                    comments=likes // 100,
                    creator_followers=9000 + hour,
                    creator_likes=shown * 3,
                )
            )
    return [*(json.dumps(row) for row in lines), '{"scraped_at": "2022-08-01T']


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the repository with the new study, which was built up to its paper."""
    root = tmp_path_factory.mktemp("clone")
    copy_tracked(ROOT, root)
    (root / "config/studies/ownfeed.yaml").write_text(yaml.safe_dump(STUDY), encoding="utf-8")
    (root / "data/ownfeed/raw").mkdir(parents=True)
    (root / "data/ownfeed/raw/tiktoks.jsonlines").write_text("\n".join(feed()), encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", "study=ownfeed"]
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return root


def test_all_lines_are_accounted_for(root):
    found = read_table("observations", root / "data/ownfeed/processed/observations.parquet")
    rejected = read_table("rejected", root / "data/ownfeed/processed/feed_rejected.parquet").to_pylist()
    assert found.num_rows == 40 * HOURS // 3
    assert [(row["source"], row["position"], row["reason"]) for row in rejected] == [
        ("raw/tiktoks.jsonlines", 40 * HOURS // 3, "torn line")
    ]


def test_numbers_have_the_resolution_of_shown_counts(root):
    found = read_table("observations", root / "data/ownfeed/processed/observations.parquet").to_pylist()[0]
    assert found["like_count"] == 20_000
    assert (found["like_count_low"], found["like_count_high"]) == (19_950, 20_050)


def test_the_burst_is_the_episode(root):
    table = read_table("episodes", root / "results/ownfeed/virality/episodes.parquet").to_pylist()
    clips = [row for row in table if row["kind"] == "clip" and row["peak_rate"] > 1000]
    assert [row["subject"] for row in clips] == [clip_id(1, timedelta(days=1))]
    assert clips[0]["started_at"] - BEGIN in (timedelta(hours=18), timedelta(hours=24))
    assert clips[0]["interactions"] == pytest.approx(5000 * 24 * 1.01, rel=0.05)


def test_every_claim_has_a_verdict(root):
    found = json.loads((root / "results/ownfeed/virality/claims.json").read_text(encoding="utf-8"))
    assert [row["claim"] for row in found["claims"]] == list(range(1, 12))
    assert found["simulated"] is False


def test_the_paper_names_nobody(root):
    pdf = root / "paper/build/ownfeed/main.pdf"
    said = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "An Invented Feed" in said
    assert "960 observations of 40 clips" in " ".join(said.split())
    assert "@c" not in said
    assert "imulated" not in said
