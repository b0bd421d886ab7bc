"""A change makes run what depends on it, and nothing else, by either tool."""

import json
import shutil

import pytest

RETRIEVAL = {"run_grid", "collect_ranks", "evaluate_runs", "export_runs", "run_captions"}
AFTER_RETRIEVAL = {"summarise_results", "write_paper_numbers", "compile_paper"}
FIGURE = ("src/clipstudy/figures/style.py", 'DARK = "#16324f"', 'DARK = "#15314e"')


def is_figure(rule: str) -> bool:
    return rule.startswith("plot_")


def test_a_tokenisation_added_runs_retrieval_and_paper(built, copy_built):
    copy = copy_built("tokenisation")
    shutil.rmtree(copy.root / ".dvc/cache/runs")  # as if DVC had never seen this configuration
    copy.edit("config/studies/mini.yaml", "char6, char7]", "char6]")
    copy.snakemake()
    said = copy.make("commit")
    assert "removed results/mini/retrieval/grid/ranks-char7.parquet" in said
    assert copy.lock() != built.lock()
    assert "retrieval.tokenisations" in copy.dvc("params", "diff")

    reduced = copy.lock()

    copy.edit("config/studies/mini.yaml", "char6]", "char6, char7]")
    planned = copy.planned()
    assert planned >= RETRIEVAL | AFTER_RETRIEVAL
    assert {rule for rule in planned - RETRIEVAL - AFTER_RETRIEVAL if not is_figure(rule)} == set()
    assert copy.reproduce() == {"retrieval", "figures", "paper"}
    assert copy.lock() == built.lock()
    assert copy.planned() == set()

    # DVC remembers runs and restores what they made, of which Snakemake knows nothing until it is told
    copy.edit("config/studies/mini.yaml", "char6, char7]", "char6]")
    assert copy.reproduce() == set()
    assert copy.lock() == reduced
    copy.make("sync")
    assert copy.planned() == set()


def test_a_raw_record_edited_runs_what_depends_on_it(copy_built):
    copy = copy_built("record")
    batch = copy.root / "data/mini/raw/batch_1.json"
    records = json.loads(batch.read_text(encoding="utf-8"))
    records[0]["description"] = "an edited description"
    batch.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")

    planned = copy.planned()
    assert {"plan_media", "build_corpus", "run_grid", "compile_paper"} <= planned
    assert not {"simulate_world", "render_media", "scrape_site", "crawl_feed"} & planned
    ran = copy.reproduce()
    assert {"media", "corpus", "retrieval", "figures", "paper"} <= ran
    assert not {"world", "feed"} & ran
    assert json.loads(batch.read_text(encoding="utf-8"))[0]["description"] == "an edited description"
    assert copy.planned() == set()


@pytest.fixture(scope="module")
def redrawn(copy_built):
    """A copy in which the code of figures was edited and `dvc repro` run; what ran, and what Snakemake planned."""
    copy = copy_built("redrawn")
    copy.edit(*FIGURE)
    planned = copy.planned()
    ran = copy.reproduce()
    copy.commit_all("Figures in another colour")
    return copy, ran, planned


def test_an_edited_figure_runs_figures_and_paper_by_dvc(built, redrawn):
    copy, ran, _ = redrawn
    assert ran == {"figures", "paper"}
    assert copy.planned() == set()
    figure = "results/mini/figures/success_at_cutoff.pdf"
    assert copy.artefacts()[figure] != built.artefacts()[figure]


def test_an_edited_figure_runs_figures_and_paper_by_snakemake(redrawn):
    _, _, planned = redrawn
    assert {rule for rule in planned if not is_figure(rule)} == {"compile_paper"}


def test_an_older_commit_is_restored(built, redrawn):
    copy, _, _ = redrawn
    copy.git("checkout", "--quiet", "HEAD~1")
    copy.make("sync")
    assert copy.artefacts() == built.artefacts()
    assert copy.reproduce() == set()
    assert copy.planned() == set()
    assert copy.git("status", "--porcelain") == ""
