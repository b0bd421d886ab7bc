"""A study of six invented clips, from raw JSON to its paper, through the workflow."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from clipstudy.figures import FIGURES
from clipstudy.tables import read_table
from tests.tiny_study import STUDY, copy_study, snakemake
from tests.unit.corpus.raw import clip_id


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the repository, in which the study was built."""
    root = copy_study(tmp_path_factory.mktemp("clone"))
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


def test_the_report_shows_every_figure_and_the_paper(root):
    snakemake(root, "--report", "tiny.zip")
    drawn = {path.stem for path in (root / "results/tiny/figures").glob("*.png")}
    assert drawn == {name for subject in ("index_costs", "target_ranks", "grid_choices") for name in FIGURES[subject]}
    with ZipFile(root / "tiny.zip") as report:
        names = {Path(name).name: name for name in report.namelist()}
        assert drawn == {Path(name).stem for name in names if name.endswith(".png")}
        assert report.read(names["main.pdf"]) == (root / "paper/build/tiny/main.pdf").read_bytes()
        page = report.read(names["report.html"]).decode("utf-8")
    shown = json.loads(re.search(r"var results = (\{.*\});", page)[1])
    assert {Path(path).stem for path in shown} == drawn | {"main"}
    for path, result in shown.items():
        caption = (root / f"workflow/report/{Path(path).stem.replace('main', 'paper')}.rst").read_text(encoding="utf-8")
        assert caption.split()[0] in result["caption"]
        assert "Simulated data." in result["caption"]


def test_nothing_is_left_to_do_until_a_choice_changes(root):
    assert "Nothing to be done" in snakemake(root, "--dry-run")
    retrieval = STUDY["retrieval"] | {"significant_digits": 9}
    (root / "config/studies/tiny.yaml").write_text(yaml.safe_dump(STUDY | {"retrieval": retrieval}), encoding="utf-8")
    planned = set(re.findall(r"^(\w+) +\d+$", snakemake(root, "--dry-run"), re.M))  # the table of job counts
    assert {"run_grid", "collect_ranks", "evaluate_runs", "compile_paper"} <= planned
    assert not {"build_corpus", "normalise_text"} & planned
