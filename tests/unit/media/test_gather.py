from pathlib import Path

import pyarrow as pa
import pytest

from clipstudy.media.gather import gather_downloads, gather_reasons, gather_texts
from clipstudy.study import Speech, StudyError
from clipstudy.tables import build_table, write_json, write_table


@pytest.fixture
def files(tmp_path: Path) -> dict[str, list[str]]:
    covers = [tmp_path / "1.json", tmp_path / "2.json"]
    write_json({"7": {"text": "sale\n", "reason": None}, "3": {"text": "", "reason": None}}, covers[0])
    write_json({"5": {"text": None, "reason": "broken_image"}}, covers[1])
    write_json({"3": {"reason": None}, "5": {"reason": "photo_post"}}, tmp_path / "audio.json")
    return {"cover": [str(path) for path in covers], "audio": [str(tmp_path / "audio.json")]}


def test_texts_have_the_published_form(files: dict[str, list[str]]) -> None:
    assert gather_texts(files["cover"]) == {"7": "sale\n", "3": "", "5": None}


def test_every_clip_and_step_has_a_row(files: dict[str, list[str]]) -> None:
    assert [tuple(row.values()) for row in gather_reasons(files).to_pylist()] == [
        ("3", "audio", True, None, None),
        ("3", "cover", True, 0, None),
        ("5", "audio", False, None, "photo_post"),
        ("5", "cover", False, None, "broken_image"),
        ("7", "cover", True, 5, None),
    ]


def test_ledgers_become_one_table(tmp_path: Path) -> None:
    for name, clips in (("b", ["2", "9"]), ("a", ["1"])):
        part = {"clip_id": clips, "asset": ["cover"] * len(clips), "state": ["blob"] * len(clips)}
        write_table("downloads", build_table("downloads", part), tmp_path / f"{name}.parquet")
    table = gather_downloads(sorted(tmp_path.glob("*.parquet"), reverse=True))
    assert table["clip_id"].to_pylist() == ["1", "2", "9"]
    assert isinstance(gather_downloads([]), pa.Table)
    assert gather_downloads([]).num_rows == 0


def test_a_job_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"none\.json: cannot be read"):
        gather_texts([tmp_path / "none.json"])


def test_pieces_must_advance() -> None:
    with pytest.raises(ValueError, match="at most a quarter of `chunk_seconds`"):
        Speech(chunk_seconds=4, overlap_seconds=1.5)
