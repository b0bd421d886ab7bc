import json

import pytest
import yaml
from typer.testing import CliRunner

from clipstudy.cli import app
from clipstudy.retrieval.replicate import EXPECTED
from clipstudy.study import study_schema

COMPLETE = dict(EXPECTED) | {
    "ranks_exact": 82_560,
    "null_agreement": 1.0,
    "headline": {"share": {"published": 0.5, "ours": [0.4, 0.5]}},
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in a folder with one sound and one unsound study."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "config/studies"
    folder.mkdir(parents=True)
    sound = {"name": "tiny", "simulated": True, "paper": {"title": "Tiny"}}
    (folder / "tiny.yaml").write_text(yaml.safe_dump(sound), encoding="utf-8")
    (folder / "odd.yaml").write_text(yaml.safe_dump(sound | {"name": "odd", "sead": 1}), encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_schema(run):
    result = run("schema")
    assert (result.exit_code, result.stdout) == (0, study_schema())


def test_check(run):
    result = run("check", "tiny")
    assert (result.exit_code, result.stdout) == (0, "config/studies/tiny.yaml is sound\n")


@pytest.mark.parametrize(
    ("study", "told"),
    [
        ("odd", "config/studies/odd.yaml: key `sead`: unknown; did you mean `seed`?\n"),
        ("gone", "config/studies/gone.yaml: no such study; known studies: odd, tiny\n"),
    ],
)
def test_check_tells_a_mistake(run, study, told):
    result = run("check", study)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)


def test_check_replication(run, tmp_path):
    (tmp_path / "replication.json").write_text(json.dumps(COMPLETE), encoding="utf-8")
    result = run("check-replication", "replication.json")
    assert result.exit_code == 0
    assert result.stdout == (
        "replication: 80 of 80 vocabularies equal, 48,160 of 48,160 comparable ranks within their tie, "
        "82,560 of 82,560 ranks exact, 1 of 1 headline figures contained\n"
    )


def test_check_replication_fails_loudly(run, tmp_path):
    short = COMPLETE | {"ranks_within_tie": 48_000, "clips": 1}
    (tmp_path / "replication.json").write_text(json.dumps(short), encoding="utf-8")
    result = run("check-replication", "replication.json")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "replication falls short: clips is 1, not 1462",
        "replication falls short: ranks_within_tie is 48000, not 48160",
    ]


@pytest.mark.parametrize("content", ["[]", "{", '{"clips": 1462}'])
def test_check_replication_names_a_file_that_is_no_replication(run, tmp_path, content):
    (tmp_path / "replication.json").write_text(content, encoding="utf-8")
    result = run("check-replication", "replication.json")
    assert result.exit_code == 1
    assert result.stderr.startswith("replication.json: not the replication.json of a study")
    assert len(result.stderr.splitlines()) == 1


def test_check_replication_names_a_file_that_is_not_there(run):
    result = run("check-replication", "gone.json")
    assert result.exit_code == 2
    assert "gone.json" in result.stderr


def test_no_command_prints_help(run):
    assert "check-replication" in run().output
