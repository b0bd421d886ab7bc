"""Comparison of two builds, and of a build with a lock, on invented ones."""

import hashlib
import json

import pytest
import reproduce
import reproduce_lock
from dvc.repo import Repo


def write(root, files):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


@pytest.fixture
def builds(tmp_path):
    same = {
        "data/tiny/processed/clips.parquet": b"PAR1",
        "results/tiny/timings/index.json": b"[1]",
        "paper/build/tiny/main.pdf": b"%PDF-1.5 2022",
    }
    for name in ("one", "other"):
        write(tmp_path / name, same)
    return tmp_path / "one", tmp_path / "other"


def test_equal_builds(builds):
    assert reproduce.compare(*builds, "tiny") == []
    assert len(reproduce.list_artefacts(builds[0], "tiny")) == 2


def test_code_that_changed_or_went_is_out_of_date(tmp_path):
    write(tmp_path, {"src/a.py": b"1", "src/b.py": b"2", "src/parts/c.py": b"3"})
    names = ("src/a.py", "src/b.py", "src/parts")
    deps = [{"path": name, "md5": reproduce_lock.hash_any(tmp_path / name)} for name in names]
    lock = {"stages": {"world": {"deps": [*deps, {"path": "data/tiny/raw.json", "md5": "0"}]}}}
    assert reproduce_lock.outdated(lock, tmp_path) == []
    (tmp_path / "src/a.py").unlink()
    (tmp_path / "src/parts/c.py").write_bytes(b"4")
    assert reproduce_lock.outdated(lock, tmp_path) == ["src/a.py", "src/parts"]


def test_measurements_and_hidden_files_are_not_compared(builds):
    write(builds[0], {"results/tiny/timings/index.json": b"[2]", "data/tiny/raw/.snakemake_timestamp": b""})
    assert reproduce.compare(*builds, "tiny") == []


def test_the_first_differing_bytes_are_shown(builds):
    write(builds[1], {"paper/build/tiny/main.pdf": b"%PDF-1.5 2023"})
    assert reproduce.compare(*builds, "tiny") == ["paper/build/tiny/main.pdf: from byte 12: 32 b'2' | 33 b'3'"]


def test_a_file_that_ends_earlier_differs_from_its_end(builds):
    write(builds[1], {"paper/build/tiny/main.pdf": b"%PDF"})
    (line,) = reproduce.compare(*builds, "tiny")
    assert line.startswith("paper/build/tiny/main.pdf: from byte 4: ")


def test_a_file_of_one_build_alone(builds):
    write(builds[1], {"results/tiny/figures/new.pdf": b""})
    assert reproduce.compare(*builds, "tiny") == ["results/tiny/figures/new.pdf: only in other"]


def test_a_build_that_fails_ends_with_its_words(tmp_path):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    broken = tmp_path / ".venv/bin/snakemake"
    broken.write_text("#!/bin/sh\necho no such study\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    with pytest.raises(SystemExit, match="no such study"):
        reproduce.build(tmp_path, "tiny", {}, [])


def test_a_folder_has_the_hash_that_dvc_gives_it(tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    root = tmp_path / "repository"
    # an order of names in which sorting by text and by parts of the path differ
    write(root, {"figures/b.pdf": b"1", "figures/a/c.pdf": b"2", "figures/a.pdf": b"3"})
    with Repo.init(str(root), no_scm=True) as repo:
        (stage,) = repo.add(str(root / "figures"))
        expected = stage.outs[0].hash_info.value
    found, files = reproduce_lock.hash_folder(root / "figures")
    assert found == expected
    assert files["a/c.pdf"] == hashlib.md5(b"2", usedforsecurity=False).hexdigest()


def test_what_differs_from_a_lock_is_named(tmp_path):
    root, cache = tmp_path / "copy", tmp_path / "cache"
    write(root, {"figures/a.pdf": b"1", "figures/b.pdf": b"2", "table": b"3"})
    locked, _ = reproduce_lock.hash_folder(root / "figures")
    entries = [{"md5": reproduce_lock.hash_file(root / "figures" / n), "relpath": n} for n in ("a.pdf", "b.pdf")]
    write(cache, {f"{locked[:2]}/{locked[2:]}": json.dumps(entries).encode()})
    table = {"path": "table", "md5": reproduce_lock.hash_file(root / "table")}
    figures = {"path": "figures", "md5": locked}
    assert [*reproduce_lock.differing(figures, root, cache), *reproduce_lock.differing(table, root, cache)] == []

    write(root, {"figures/b.pdf": b"changed", "figures/c.pdf": b"", "table": b"changed"})
    assert list(reproduce_lock.differing(figures, root, cache)) == [
        "figures/b.pdf: differs",
        "figures/c.pdf: not in the lock",
    ]
    assert list(reproduce_lock.differing(table, root, cache)) == ["table"]
    assert list(reproduce_lock.differing({"path": "gone", "md5": "0"}, root, cache)) == ["gone: not made"]
