"""What `make clean` removes, and what it must not."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = [
    "data/mine/raw/batch_1.json",
    "data/mine/media/1/video.mp4",
    "data/mine/interim/crawl/run.jsonl",
    "data/mine/interim/scrape/journal.jsonl",
    "results/mine/headline/metrics.json",
    "config/workflow.yaml",
]
MADE = [
    "data/mine/interim/media/0001/covers.json",
    "data/mine/interim/texts.parquet",
    "data/mine/processed/clips.parquet",
    "results/mine/figures/a.pdf",
    "paper/build/mine/main.pdf",
    "logs/mine/run.log",
]


def test_clean_keeps_what_cannot_be_made_again(tmp_path):
    shutil.copyfile(ROOT / "Makefile", tmp_path / "Makefile")
    for name in [*KEPT, *MADE]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("study: mine\n", encoding="utf-8")
    subprocess.run(["make", "--no-print-directory", "clean"], cwd=tmp_path, check=True)
    assert [name for name in KEPT if not (tmp_path / name).exists()] == []
    assert [name for name in MADE if (tmp_path / name).exists()] == []
