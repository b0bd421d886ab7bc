"""Files that appear whole or not at all."""

import errno

import pytest

from clipstudy.files import whole_file


def test_a_file_takes_its_place_when_it_is_whole(tmp_path):
    with whole_file(tmp_path / "new/file") as partial:
        partial.write_text("whole", encoding="utf-8")
        assert not (tmp_path / "new/file").exists()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]
    assert (tmp_path / "new/file").read_text(encoding="utf-8") == "whole"


def test_what_was_there_stays_when_writing_fails(tmp_path):
    (tmp_path / "file").write_text("old", encoding="utf-8")

    def fail_half_way():
        with whole_file(tmp_path / "file") as partial:
            partial.write_text("half", encoding="utf-8")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("unnamed", [True, False])
def test_an_error_names_the_file_and_not_its_unfinished_half(tmp_path, unnamed):
    with pytest.raises(OSError, match="No space left on device") as caught, whole_file(tmp_path / "file") as partial:
        raise OSError(errno.ENOSPC, "by a library", *([] if unnamed else [str(partial)]))
    assert caught.value.filename == str(tmp_path / "file")


def test_an_error_about_another_file_keeps_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, whole_file(tmp_path / "file"):
        (tmp_path / "other").read_text(encoding="utf-8")
    assert caught.value.filename == str(tmp_path / "other")
