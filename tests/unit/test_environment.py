"""What the pipeline needs is told to pip, apt and conda: pyproject.toml and its lock, setup.sh, environment.yml."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
SETUP = (ROOT / "workflow/setup.sh").read_text(encoding="utf-8")

# tool or file of TeX that setup.sh looks for -> the conda-forge package that does its work
CONDA_FORGE = {
    "tesseract": "tesseract",
    "ffmpeg": "ffmpeg",
    "espeak-ng": "espeak-ng",
    "chromium": "firefox",  # conda-forge has no Chromium for every system
    "chromedriver": "geckodriver",
    "latexmk": "texlive-core",
    "pdflatex": "texlive-core",
    "pdftoppm": "poppler",
    "IEEEtran.cls": "texlive-core",
    "microtype.sty": "texlive-core",
    "times.sty": "texlive-core",
    "ptmr8t.tfm": "texlive-core",
}


LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def pinned():
    """Package -> its versions in the lock: some have one for each kind of system or version of Python."""
    versions = {}
    for line in re.findall(r"^(\w[^\\\n]*?) *\\?$", LOCK, re.M):
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        versions.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    return versions


def conda_packages():
    """Conda package -> version, None where it is left open."""
    named = [entry.partition("=") for entry in CONDA["dependencies"] if isinstance(entry, str)]
    return {name: version or None for name, _, version in named}


def sought(variable):
    """Names that setup.sh looks for, from one of its tables `name=package`."""
    (table,) = re.findall(rf'^{variable}="\n(.*?)^"', SETUP, re.M | re.S)
    return [line.partition("=")[0] for line in table.split()]


DIRECT = [*PROJECT["project"]["dependencies"], *(r for group in PROJECT["dependency-groups"].values() for r in group)]


@pytest.mark.parametrize("requirement", map(Requirement, DIRECT), ids=str)
def test_every_direct_dependency_is_pinned_as_it_is_asked_for(requirement):
    versions = pinned().get(canonicalize_name(requirement.name))
    assert versions, f"{requirement} is not in requirements.lock: run `make lock`"
    assert all(requirement.specifier.contains(version) for version in versions), "run `make lock`"


def test_the_lock_has_a_hash_for_every_package():
    blocks = re.split(r"^(?=\w)", LOCK, flags=re.M)[1:]
    assert len(blocks) > len(DIRECT)
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_names_no_index():
    assert re.findall(r"^\s*(?:-i|--index-url|--extra-index-url|--find-links)\b.*", LOCK, re.M) == []


def test_conda_has_a_python_that_the_project_allows():
    python = conda_packages()["python"]
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(f"{python}.0")


def test_conda_takes_the_python_packages_from_the_lock():
    (pip,) = [entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict)]
    assert pip == ["--require-hashes", "-r requirements.lock"]
    assert "pip" in conda_packages()


def test_conda_has_no_python_package_of_its_own():
    assert set(conda_packages()) & set(pinned()) <= {"pip"}


@pytest.mark.parametrize("name", [*sought("TOOLS"), *sought("TEX_FILES")])
def test_every_tool_of_setup_has_its_counterpart_in_conda(name):
    assert CONDA_FORGE[name] in conda_packages(), f"environment.yml has nothing for {name}"


def test_every_counterpart_is_for_a_tool_of_setup():
    assert set(CONDA_FORGE) == {*sought("TOOLS"), *sought("TEX_FILES")}


def test_setup_allows_the_pythons_that_the_project_does():
    (low, high) = re.findall(r"\((3), (\d+)\)", SETUP)
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    minors = [minor for minor in range(9, 20) if allowed.contains(f"3.{minor}.0")]
    assert (int(low[1]), int(high[1])) == (minors[0], minors[-1])
