"""What a step says when it cannot be done."""

import errno
import logging
import re
from pathlib import Path

import pytest

from clipstudy.steps import check_folders, check_room, read_failures, run_step
from clipstudy.study import StudyError
from clipstudy.tables import TableError

SCRIPTS = sorted((Path(__file__).parents[2] / "scripts").glob("*.py"))


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)


def fail(error: Exception, log: Path) -> str:
    with pytest.raises(SystemExit) as caught, run_step("build_corpus", log):
        raise error
    return str(caught.value)


@pytest.mark.parametrize("error", [StudyError("raw/x.json: broken"), TableError("raw/x.json: broken")])
def test_a_mistake_is_told_with_the_step_and_kept_in_the_log(tmp_path, error):
    (tmp_path / "log").write_text("of an earlier run", encoding="utf-8")
    assert fail(error, tmp_path / "log") == "build_corpus: raw/x.json: broken"
    assert (tmp_path / "log").read_text(encoding="utf-8") == "failed: build_corpus: raw/x.json: broken\n"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "no space is left on its disk. Make room there"),
        (errno.EDQUOT, "your quota on its disk is used up. Make room there"),
        (errno.EROFS, "its disk is mounted read-only. Mount it writable"),
        (errno.EACCES, "you may not write or read it. Give yourself the right"),
    ],
)
def test_what_the_disk_refuses_is_told_with_the_way_on(tmp_path, number, told):
    line = fail(OSError(number, "as the system says it", "data/x"), tmp_path / "log")
    assert line.startswith(f"build_corpus: data/x: {told}")
    assert line.endswith("and run again: finished steps are kept")
    assert "\n" not in line


@pytest.mark.parametrize("error", [KeyError("x"), FileNotFoundError(errno.ENOENT, "no such file", "x")])
def test_a_fault_of_the_program_keeps_its_traceback(tmp_path, error):
    with pytest.raises(type(error)), run_step("build_corpus", tmp_path / "log"):
        raise error


def test_a_log_that_cannot_be_written_is_no_other_error(tmp_path, capsys):
    line = fail(StudyError("broken"), Path("/dev/full"))
    assert line == "build_corpus: broken"
    assert capsys.readouterr().err == ""


def test_failures_are_read_from_what_was_logged_since(tmp_path):
    fail(StudyError("old"), tmp_path / "old.log")
    since = (tmp_path / "old.log").stat().st_mtime + 1e-6
    (tmp_path / "deep").mkdir()
    fail(StudyError("one\ntwo"), tmp_path / "deep/new.log")
    (tmp_path / "good.log").write_text("done", encoding="utf-8")
    assert read_failures(tmp_path, since) == ["build_corpus: one\ntwo"]
    assert len(read_failures(tmp_path, 0)) == 2


def test_folders_are_looked_at_where_they_will_be(tmp_path):
    check_folders([tmp_path / "not/yet/there"])
    with pytest.raises(StudyError, match=r"^/proc/self: you may not write or read it\. Give yourself the right"):
        check_folders([tmp_path, Path("/proc/self/none/yet")])  # where not even root may make a folder


def test_a_disk_must_have_room_for_the_books(tmp_path):
    check_room(tmp_path)
    with pytest.raises(StudyError, match=r"^/proc: no space is left on its disk\. Make room"):
        check_room(Path("/proc"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_every_script_runs_its_step_so(script):
    main = script.read_text(encoding="utf-8").partition('if __name__ == "__main__":\n')[2]
    assert main.startswith("    with run_step(snakemake.rule, snakemake.log[0]):\n")
    assert not re.search(r"^ {4}\S", main.partition("\n")[2], re.M)
