"""The paper itself, compiled for studies that have and lack each of its optional parts."""

import json
import shutil
import subprocess
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from clipstudy.figures import FIGURES, style
from clipstudy.paper.compile import compile_paper
from clipstudy.paper.write import TABLES, write_paper_numbers
from clipstudy.retrieval.headline import summarise_headline
from clipstudy.study import Paper, Study
from tests.unit.paper.made import make_defects, make_media
from tests.unit.tiny import SETTINGS, Tiny

COUNTS = ("clips", "queries", "indexes", "vocabularies_equal", "ranks_published", "ranks_comparable")
REPLICATION = dict.fromkeys((*COUNTS, "ranks_within_tie", "ranks_exact"), 4) | {
    "null_agreement": 1.0,
    "median_tie_width": 1.0,
    "median_tie_width_best_scheme": 1.0,
    "headline": {"index_77_bpx_mrr": {"published": 0.7, "ours": [0.6, 0.8]}},
}
SIDE = {"share_first": 0.2, "median_rank": 2.0, "index_share_first": 0.3, "index_mrr": 0.4}
CHANGE = {"ranks": 10, "better": 1, "worse": 2, "newly_retrieved": 1, "mrr": [0.5, 0.6]}
FINDINGS = {
    "cosine": {"bxc_equals_bxx": 1.0, "schemes": {"bpc": {"published": SIDE, "corrected": SIDE}}},
    "quotes": {"counts": {"apostrophes": 5, "left_double": 2}, "changes": {"best_run": CHANGE, "all_indexes": CHANGE}},
    "viewer": {"assigned": {"share_first": 0.1, "mrr": 0.2}, "added": {"share_first": 0.4, "mrr": 0.5}},
}


def compile_study(folder: Path, study: Study, results: dict[str, dict], tables: list[str]) -> str:
    for part, content in results.items():
        (folder / f"{part}.json").write_text(json.dumps(content))
    paths = {part: folder / f"{part}.json" for part in results}
    write_paper_numbers(study, paths, tables, folder / "generated")
    mpl.use("agg")
    figure, _ = plt.subplots(figsize=(style.COLUMN, 0.5))
    style.save_figure(figure, folder / "any.pdf")
    plt.close(figure)
    text = [Path("paper/main.tex"), Path("paper/references.bib"), *Path("paper/sections").glob("*.tex")]
    files = {str(path.relative_to("paper")): path for path in text}
    files |= {f"generated/{path.name}": path for path in (folder / "generated").iterdir()}
    files |= {f"figures/{name}.pdf": folder / "any.pdf" for names in FIGURES.values() for name in names}
    compile_paper(files, folder / "main.pdf", 0)
    assert shutil.which("pdftotext")
    return subprocess.run(
        ["pdftotext", str(folder / "main.pdf"), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout


def tables_of(results: dict[str, dict]) -> list[str]:
    return [name for name, (part, _) in TABLES.items() if part in results]


def make_study(*, simulated: bool) -> Study:
    paper = Paper(title="A Title with 50% & more", authors=["The clipstudy developers"])
    return Study(name="tiny", simulated=simulated, retrieval=SETTINGS, paper=paper)


def test_replication_paper_has_every_part(tiny: Tiny, tmp_path):
    results = {"retrieval": tiny.headline, "replication": REPLICATION, "findings": FINDINGS, "defects": make_defects()}
    text = compile_study(tmp_path, make_study(simulated=False), results, tables_of(results))
    assert "A Title with 50% & more" in text
    assert "demonstration of the method" not in text
    assert "No normalisation is best: raw tf" in text
    assert "each of four defects" in " ".join(text.split())
    assert "??" not in text


def test_simulated_study_says_so_and_leaves_out_what_it_lacks(tiny: Tiny, tmp_path):
    queries = tiny.frames["queries"].assign(author=None, useful_description=None, comments_on_topic=None)
    headline = summarise_headline(**tiny.frames | {"queries": queries}, settings=SETTINGS, seed=1)
    names = [name for name, (part, _) in TABLES.items() if part == "retrieval" and name != "claims"]
    text = compile_study(tmp_path, make_study(simulated=True), {"retrieval": headline}, names)
    first_page = text.split("\f")[0]
    assert "Simulated data: a demonstration" in first_page
    assert "authors, who appear here" not in text
    assert "Each target carries five labels" not in text
    assert "As published" not in text
    captions = [line for line in text.splitlines() if line.strip().startswith("Fig.")]
    assert captions


def test_simulated_media_and_captions_are_told(tiny: Tiny, tmp_path):
    compared = next(iter(tiny.headline["comparisons"].values()))
    captions = {"in_place_of_speech": compared, "beside_speech": compared}
    results = {"retrieval": tiny.headline, "captions": captions, "media": make_media()}
    names = [name for name in tables_of(results) if name != "claims"]
    text = " ".join(compile_study(tmp_path, make_study(simulated=True), results, names).split())
    assert "confusion is of three with free (15 times)" in text
    assert "Captions of the site" in text
    assert "Over noise" not in text


def test_study_without_retrieval_has_a_paper(tmp_path):
    study = Study(name="tiny", simulated=True, paper=Paper(title="A Frame"))
    text = compile_study(tmp_path, study, {}, [])
    assert "A Frame" in text
    assert "known-item search" not in text


def test_missing_number_stops_the_paper(tiny: Tiny, tmp_path):
    headline = {key: value for key, value in tiny.headline.items() if key != "held_out"}
    names = [name for name, (part, _) in TABLES.items() if part == "retrieval" and name != "claims"]
    with pytest.raises(Exception, match=r"The results have no number 'retrieval\.held_out\.mrr'"):
        compile_study(tmp_path, make_study(simulated=True), {"retrieval": headline}, names)
