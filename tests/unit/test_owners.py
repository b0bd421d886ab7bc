"""Every output of the workflow has one owner among the DVC stages, or is kept in Git as a measurement."""

import re
from functools import cache
from pathlib import Path

import pytest
import stages as workflow
import yaml

from clipstudy.imports import list_imported

ROOT = Path(__file__).parents[2]
STUDIES = sorted(path.stem for path in (ROOT / "config/studies").glob("*.yaml"))


@cache
def rules(study):
    return workflow.read_rules(study)


def written(study):
    return yaml.safe_load((ROOT / workflow.stages_file(study)).read_text(encoding="utf-8"))["stages"]


def paths(entries):
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries or []]


def owners(file, stages):
    """Stages that have this file, or a folder that it is in, among their outputs."""
    return [
        name
        for name, stage in stages.items()
        for out in paths(stage.get("outs")) + paths(stage.get("metrics"))
        if file == out or file.startswith(f"{out}/")
    ]


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("study", STUDIES)
def test_stages_are_as_the_rules_are(study):
    mend = f"make stages STUDY={study}"
    assert workflow.stages_file(study).read_text(encoding="utf-8") == workflow.render(study), mend


@pytest.mark.parametrize("study", STUDIES)
def test_every_output_has_one_owner(study):
    stages = written(study)
    for rule in rules(study):
        for file in rule.outputs:
            expected = 0 if rule.name in workflow.MEASUREMENTS else 1
            assert len(owners(file, stages)) == expected, f"{file} of {rule.name}: {owners(file, stages)}"


@pytest.mark.parametrize("study", STUDIES)
def test_every_rule_is_allowed_in_one_stage_and_what_it_takes_is_a_dependency(study):
    stages = written(study)
    allowed = {name: re.search("--allowed-rules (.*?) -- ", stage["cmd"])[1].split() for name, stage in stages.items()}
    for rule in rules(study):
        if rule.name in workflow.MEASUREMENTS:
            continue
        (name,) = [name for name, names in allowed.items() if rule.name in names]
        known = paths(stages[name]["deps"])
        for file in rule.inputs | rule.files:
            is_known = any(file == dep or file.startswith(f"{dep}/") for dep in known)
            is_parameter = "/interim/config/" in file
            is_own = name in owners(file, stages) or "{" in file
            assert is_known or is_parameter or is_own, f"stage {name} does not know {file} of {rule.name}"


@pytest.mark.parametrize("study", STUDIES)
def test_a_rule_knows_every_file_of_the_package_that_its_script_runs(study):
    pinned = {"fetch_sources"}  # by hash, whatever the code
    for rule in rules(study):
        (script,) = [file for file in rule.files if file.startswith("scripts/")]
        missing = set(list_imported(script)) - rule.inputs
        assert not missing or rule.name in workflow.MEASUREMENTS | pinned, (
            f"{rule.name} does not know {sorted(missing)}"
        )


@pytest.mark.parametrize("study", STUDIES)
def test_a_stage_takes_only_from_stages_before_it(study):
    stages = written(study)
    order = list(stages)
    for name, stage in stages.items():
        for dep in paths(stage["deps"]):
            assert [owner for owner in owners(dep, stages) if order.index(owner) >= order.index(name)] == [], dep


@pytest.mark.parametrize("study", STUDIES)
def test_no_stage_has_all_its_outputs_in_git(study):
    for stage in written(study).values():
        assert [out for out in paths(stage["outs"]) if "/headline/" not in out]


def test_outputs_of_studies_are_apart():
    seen = {}
    for study in STUDIES:
        for name, stage in written(study).items():
            for out in paths(stage.get("outs")) + paths(stage.get("metrics")):
                assert not [other for other in seen if f"{out}/".startswith(f"{other}/") or other.startswith(f"{out}/")]
                seen[out] = name
    assert seen


def test_what_git_tracks_is_not_cached_too():
    for study in STUDIES:
        for stage in written(study).values():
            for out in stage.get("outs", []):
                in_git = "/headline/" in (next(iter(out)) if isinstance(out, dict) else out)
                assert in_git == (isinstance(out, dict) and next(iter(out.values())) == {"cache": False})


def test_a_rule_in_no_stage_is_an_error():
    stray = workflow.Rule("stray_rule", set(), {"results/demo/stray.json"})
    with pytest.raises(workflow.WorkflowError, match="stray_rule is in no stage"):
        workflow.group_rules([*rules("demo"), stray])


def test_a_date_without_quotes_is_an_error(tmp_path):
    content = yaml.safe_load("world: {clock: 2022-12-01T12:00:00Z}")
    with pytest.raises(workflow.WorkflowError, match=r"`world\.clock`: put the date in quotes"):
        workflow._refuse_dates(tmp_path / "x.yaml", content)
