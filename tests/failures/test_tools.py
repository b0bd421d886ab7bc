"""A tool that is not installed, told by the step that needs it and by the front door."""

import json
import shlex
import sys

import pytest
import yaml

from tests.apart import link_tools, run_apart
from tests.failures.conftest import SNAKEMAKE, last_words
from tests.tiny_study import STUDY

MEDIA = "data/tiny/interim/media"


def hide(environment, tmp_path, *tools):
    return environment | {"PATH": link_tools(tmp_path / "tools", *tools)}


def test_covers_without_tesseract(root, environment, tmp_path):
    (root / "config/studies/tiny.yaml").write_text(yaml.safe_dump(STUDY | {"media": {}}), encoding="utf-8")
    (root / MEDIA / "0001").mkdir(parents=True)
    (root / MEDIA / "plan.json").write_text(json.dumps({"jobs": {"0001": []}, "refused": []}), encoding="utf-8")
    (root / MEDIA / "0001/downloads.parquet").touch()
    script = f"{SNAKEMAKE} {MEDIA}/0001/covers.json --allowed-rules read_covers --config study=tiny"
    done = run_apart(root, script, hide(environment, tmp_path, "tesseract"))
    assert last_words(done) == (
        "read_covers: tesseract is not installed; Debian: apt-get install tesseract-ocr; then run again"
    )


def test_a_scrape_without_chromium(root, environment, tmp_path):
    done = run_apart(
        root, f"{SNAKEMAKE} scrape_site --config study=mini", hide(environment, tmp_path, "chrom", "google-chrome")
    )
    assert last_words(done) == (
        "scrape_site: chromium is not installed; install it (Debian: chromium chromium-driver) and run again"
    )


COMPILE = """
from pathlib import Path
from clipstudy.paper.compile import compile_paper
from clipstudy.steps import run_step

with run_step("compile_paper", "compile.log"):
    compile_paper({"main.tex": Path("paper/main.tex")}, Path("main.pdf"), 0)
"""


def test_a_paper_without_latexmk(root, environment, tmp_path):
    done = run_apart(root, f"{sys.executable} -c {shlex.quote(COMPILE)}", hide(environment, tmp_path, "latexmk"))
    assert done.returncode == 1
    told = "compile_paper: latexmk is not installed; `make setup` installs what the paper needs, or lists it\n"
    assert done.stderr == told
    assert (root / "compile.log").read_text(encoding="utf-8") == f"failed: {told}"


@pytest.mark.parametrize(
    ("tool", "package"), [("tesseract", "tesseract-ocr"), ("latexmk", "latexmk"), ("chromium", "chromium")]
)
def test_setup_lists_what_it_may_not_install(root, environment, tmp_path, tool, package):
    done = run_apart(root, "make paper STUDY=tiny", hide(environment, tmp_path, tool, "apt-get", "sudo"))
    assert f"setup: missing: {package}" in done.stderr
    assert f"apt-get install --no-install-recommends {package}" in done.stderr
    assert "conda env create -f environment.yml" in done.stderr
    assert done.returncode != 0
