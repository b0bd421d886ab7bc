"""A tiny study of six invented clips in a copy of the repository, and the workflow run on it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml
from copies import copy_tracked

from tests.unit.corpus.raw import clip_id, comment, record

ROOT = Path(__file__).parents[1]
STUDY = {
    "name": "tiny",
    "simulated": True,
    "corpus": {
        "covers": "raw/covers.json",
        "speech": "raw/speech.json",
        "queries": "raw/queries.json",
        "require": ["cover"],
    },
    "retrieval": {
        "tokenisations": ["word", "char4"],
        "best_index": "word-speech+cover+comments-plain",
        "cutoffs": [1, 2],
    },
    "paper": {"title": "Six Invented Clips"},
}
DESCRIPTIONS = [
    "water boils in a kettle",
    "cat on a wall",
    "how to fold a map",
    "rain on tin",
    "bread rises",
    "old song",
]
SPEECH = ["listen to it sing", None, "north goes up", "", "wait one hour", "la la la"]
COVERS = ["STEAM", "purr", "atlas", "storm!", None, "vinyl"]
COMMENTS = [["so relaxing"], ["what a lovely tabby", "tabby!"], ["still lost"], [], ["crusty"], ["my gran sang this"]]
# the last but one looks for a clip without a cover, which is not in the corpus
QUERIES = [
    ("lovely tabby", 1, "Ann", "comments-on-topic"),
    ("kettle that sings", 0, "Ben", "useful-description"),
    ("folding an atlas", 2, "Ann", "useful-description"),
    ("storm", 3, "Cid", "purely-visual"),
    ("bread", 4, "Ben", "useful-description"),
    ("zzz", 5, "Ann", "subtextual"),
]
LABELS = ("useful-description", "comments-on-topic", "purely-visual", "important-lyrics", "subtextual")


def write_raw(folder: Path) -> None:
    clips = [
        record(number, description=text, comments=[comment(said) for said in COMMENTS[number]])
        for number, text in enumerate(DESCRIPTIONS)
    ]
    ids = [clip_id(number) for number in range(len(clips))]
    queries = [
        {"text": text, "target": ids[target], "author": author} | {name: name == label for name in LABELS}
        for text, target, author, label in QUERIES
    ]
    contents = {
        "batch_1": clips[:4],
        "batch_2": [*clips[4:], {"id": "broken"}],
        "covers": dict(zip(ids, COVERS, strict=True)),
        "speech": dict(zip(ids, SPEECH, strict=True)),
        "queries": queries,
    }
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def copy_study(root: Path) -> Path:
    """Copy what Git tracks to a folder, with the configuration and the raw data of the study."""
    copy_tracked(ROOT, root)
    (root / "config/studies/tiny.yaml").write_text(yaml.safe_dump(STUDY), encoding="utf-8")
    write_raw(root / "data/tiny/raw")
    return root


def own_package(root: Path) -> dict[str, str]:
    """Environment in which the package is that of the copy, and no published source is at hand."""
    return os.environ | {"PYTHONPATH": str(root / "src"), "CLIPSTUDY_SOURCES": str(root / "none")}


def snakemake(root: Path, *arguments: str) -> str:
    """Run the workflow on the study; give what it says."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", "study=tiny", *arguments]
    done = subprocess.run(command, cwd=root, env=own_package(root), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
