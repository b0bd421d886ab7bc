"""A clone is built by either tool, or takes over what was built; then neither has anything to do."""

import json

import yaml

from tests.behaviour.checkout import LOCK, STAGES
from tests.media_aims import missed_aims


def test_snakemake_builds_every_artefact_in_a_fresh_clone(built):
    stages = yaml.safe_load((built.root / STAGES).read_text(encoding="utf-8"))["stages"]
    outputs = [
        next(iter(out)) if isinstance(out, dict) else out
        for stage in stages.values()
        for kind in ("outs", "metrics")
        for out in stage.get(kind, [])
    ]
    missing = [out for out in outputs if not (built.root / out).exists()]
    assert outputs
    assert not missing
    assert (built.root / "paper/build/mini/main.pdf").read_bytes().startswith(b"%PDF")


def test_what_was_built_read_the_world_as_well_as_it_must(built):
    found = json.loads((built.root / "results/mini/headline/media.json").read_text(encoding="utf-8"))
    assert missed_aims(found) == []


def test_versions_can_be_compared(built, tmp_path):
    shown = json.loads(built.dvc("metrics", "show", "--json"))[""]["data"]
    assert shown["results/mini/headline/metrics.json"]["data"]["best"]["success_1"] > 0
    drawn = built.dvc("dag", "--mermaid", str(STAGES))
    assert all(f'["{STAGES}:{stage}"]' in drawn for stage in ("world", "retrieval", "paper"))
    built.dvc("plots", "show", str(STAGES), "--out", str(tmp_path))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Targets among the first N clips" in page
    assert "Recovered of the simulated truth" in page


def test_snakemake_has_nothing_to_do_again(built):
    assert built.planned() == set()


def test_repro_runs_nothing_after_commit(built):
    lock = built.lock()
    assert built.reproduce() == set()
    assert built.lock() == lock
    assert built.git("status", "--porcelain") == ""


def test_repro_builds_the_same_in_a_clone_without_remote(built, fresh_clone):
    stages = yaml.safe_load((fresh_clone.root / STAGES).read_text(encoding="utf-8"))["stages"]
    assert fresh_clone.reproduce() == set(stages)
    assert fresh_clone.lock() == built.lock()
    assert fresh_clone.git("status", "--porcelain", "--", str(LOCK), "results") == ""
    assert fresh_clone.planned() == set()


def test_sync_takes_over_what_a_remote_has_and_later_edits_are_noticed(built, fresh_clone, remote):
    fresh_clone.dvc("remote", "add", "--local", "--default", "test", str(remote))
    fresh_clone.make("sync")
    assert fresh_clone.artefacts() == built.artefacts()
    assert fresh_clone.reproduce() == set()
    assert fresh_clone.planned() == set()
    assert fresh_clone.git("status", "--porcelain") == ""

    fresh_clone.append("src/clipstudy/corpus/counts.py", "# edited\n")
    assert "build_corpus" in fresh_clone.planned()
    assert "simulate_world" not in fresh_clone.planned()
    assert "corpus" in fresh_clone.dvc("status", str(STAGES))


def test_sync_refuses_artefacts_of_other_code(fresh_clone, remote):
    fresh_clone.dvc("remote", "add", "--local", "--default", "test", str(remote))
    fresh_clone.edit("config/studies/mini.yaml", "  clips_per_job: 8\n", "  clips_per_job: 9\n")
    ended = fresh_clone.try_run("make", "sync", "STUDY=mini")
    assert ended.returncode != 0
    assert "media" in ended.stdout
    assert "dvc repro" in ended.stdout
    assert "plan_media" in fresh_clone.planned()
