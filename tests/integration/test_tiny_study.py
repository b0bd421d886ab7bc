"""A study of six invented clips, from raw JSON to its paper, through the workflow."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from clipstudy.tables import read_table
from tests.unit.corpus.raw import clip_id, comment, record

ROOT = Path(__file__).parents[2]
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


def snakemake(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", "study=tiny", *arguments]
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "CLIPSTUDY_SOURCES": str(root / "none")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the repository, in which the study was built."""
    root = tmp_path_factory.mktemp("clone")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    (root / "config/studies/tiny.yaml").write_text(yaml.safe_dump(STUDY), encoding="utf-8")
    write_raw(root / "data/tiny/raw")
    snakemake(root)
    return root


def table(root, folder, name):
    return read_table(name, root / folder / f"{name}.parquet").to_pylist()


def test_the_corpus(root):
    clips = {row["clip_id"]: row for row in table(root, "data/tiny/processed", "clips")}
    assert len(clips) == 6
    assert [key for key, row in clips.items() if not row["in_corpus"]] == [clip_id(4)]
    assert clips[clip_id(4)]["missing"] == ["cover"]
    assert len(table(root, "data/tiny/processed", "comments")) == 6
    (rejected,) = table(root, "data/tiny/processed", "rejected")
    assert (Path(rejected["source"]).name, rejected["position"]) == ("batch_2.json", 2)


def test_authors_have_numbers_for_names(root):
    queries = table(root, "data/tiny/processed", "queries")
    assert [row["author"] for row in queries] == ["A1", "A2", "A1", "A3", "A2", "A1"]


def test_every_index_and_rank(root):
    indexes = {row["index_id"]: row for row in table(root, "results/tiny/retrieval", "indexes")}
    assert len(indexes) == 2 * 2 * 8
    assert indexes["word-cover-plain"]["published_id"] == 36
    ranks = table(root, "results/tiny/retrieval", "ranks")
    assert len(ranks) == 32 * 24 * 5  # five queries have their target in the corpus


def test_ranks_by_hand(root):
    found = {
        (row["index_id"], row["scheme"], row["query_id"]): (row["best"], row["worst"])
        for row in table(root, "results/tiny/retrieval", "ranks")
    }
    best = STUDY["retrieval"]["best_index"]
    assert found[best, "bpx", 1] == (1, 1)  # only its comments say lovely tabby
    assert found["word-basic-plain", "bpx", 1] == (None, None)
    # every clip is by `kettle`, so that the word finds all five and tells none apart
    assert found["word-basic-plain", "bxx", 2] == (1, 5)
    assert found["word-cover-plain", "bxx", 4] == (1, 1)
    assert found[best, "bxx", 6] == (None, None)
    assert found["char4-speech-plain", "bxx", 2] == (1, 1)  # of `sings` the n-gram `sing`


def test_evaluation_and_headline(root):
    headline = json.loads((root / "results/tiny/headline/retrieval.json").read_text(encoding="utf-8"))
    assert headline["corpus"]["clips"] == 5
    assert (root / "results/tiny/retrieval/evaluation.parquet").stat().st_size > 0


def test_the_paper(root):
    pdf = (root / "paper/build/tiny/main.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")


def test_nothing_is_left_to_do_until_a_choice_changes(root):
    assert "Nothing to be done" in snakemake(root, "--dry-run")
    retrieval = STUDY["retrieval"] | {"significant_digits": 9}
    (root / "config/studies/tiny.yaml").write_text(yaml.safe_dump(STUDY | {"retrieval": retrieval}), encoding="utf-8")
    planned = set(re.findall(r"^(\w+) +\d+$", snakemake(root, "--dry-run"), re.M))  # the table of job counts
    assert {"run_grid", "collect_ranks", "evaluate_runs", "compile_paper"} <= planned
    assert not {"build_corpus", "normalise_text"} & planned
