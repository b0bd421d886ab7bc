import hashlib
import json
import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clipstudy.media.covers import check_tesseract, read_covers, read_pictures, read_pixels
from clipstudy.study import Ocr, StudyError
from clipstudy.tables import write_json
from tests.unit.media.made import draw_cover, wait_until


def words(text: str | None) -> list[str]:
    assert text is not None
    return text.split()


def ledger(data: Path, clip_id: str, state: str = "ok") -> dict[str, Any]:
    """Put a clip's ledger beside its cover, as the downloader does."""
    cover = data / "media" / clip_id / "cover.jpg"
    row = {"clip_id": clip_id, "asset": "cover", "url": None, "state": state, "bytes": None, "sha256": None}
    if state == "ok":
        row |= {"sha256": hashlib.sha256(cover.read_bytes()).hexdigest(), "path": f"media/{clip_id}/cover.jpg"}
    write_json([row], cover.with_name("ledger.json"))
    return {"clip_id": clip_id, "assets": {"cover": None}}


def make_cover(data: Path, clip_id: str, text: str) -> dict[str, Any]:
    (data / "media" / clip_id).mkdir(parents=True)
    draw_cover(data / "media" / clip_id / "cover.jpg", text)
    return ledger(data, clip_id)


def test_a_cover_is_read(tmp_path: Path) -> None:
    draw_cover(tmp_path / "cover.jpg", "How to bake\nsourdough bread")
    (result,) = read_pictures([tmp_path / "cover.jpg"], Ocr())
    assert words(result["text"]) == ["How", "to", "bake", "sourdough", "bread"]
    assert result["reason"] is None


def test_a_cover_without_text_is_empty_not_null(tmp_path: Path) -> None:
    Image.new("RGB", (400, 300), "white").save(tmp_path / "cover.jpg")
    assert read_pictures([tmp_path / "cover.jpg"], Ocr()) == [{"text": "", "reason": None}]


def test_a_text_does_not_depend_on_the_covers_beside_it(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.jpg" for n in range(5)]
    for path, text in zip(paths, ["first words", "SALE 50", "", "How to bake\nsourdough bread", "x"], strict=True):
        draw_cover(path, text)
    paths[4].write_bytes(b"broken")
    together = read_pictures(paths, Ocr())
    assert together == [read_pictures([path], Ocr())[0] for path in paths]
    assert together == read_pictures(paths[::-1], Ocr())[::-1]
    assert [reading["text"] is None for reading in together] == [False, False, False, False, True]


def test_one_cover_that_stops_tesseract_costs_no_other(tmp_path: Path) -> None:
    draw_cover(tmp_path / "a.jpg", "first words")
    Image.new("RGB", (40_000, 4), "white").save(tmp_path / "b.png")  # wider than Tesseract takes
    readings = read_pictures([tmp_path / "b.png", tmp_path / "a.jpg"], Ocr())
    assert words(readings[1]["text"]) == ["first", "words"]
    assert readings[0] == {"text": None, "reason": "ocr_failed"}


def test_pixels_are_those_of_the_jpeg(tmp_path: Path) -> None:
    draw_cover(tmp_path / "cover.jpg", "x")
    pixels = read_pixels(tmp_path / "cover.jpg")
    assert pixels is not None
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.asarray(Image.open(tmp_path / "cover.jpg").convert("RGB")))


@pytest.mark.parametrize("fault", ["empty", "html", "head_only", "half", "zeros", "huge"])
def test_broken_pictures_are_null_with_a_reason(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "cover.jpg"
    draw_cover(path, "words")
    whole = path.read_bytes()
    if fault == "huge":
        head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
        path.write_bytes(head + (0xC0FFEE).to_bytes(4, "big"))
    else:
        contents = {"empty": b"", "html": b"<html>", "head_only": whole[:4], "half": whole[: len(whole) // 2]}
        path.write_bytes(contents.get(fault, whole[:20] + bytes(2000)))
    assert read_pictures([path], Ocr()) == [{"text": None, "reason": "broken_image"}]


@pytest.mark.parametrize("chunk", [b"cHRM", b"gAMA", b"tRNS", b"iCCP"])
def test_a_png_with_a_short_chunk_is_broken(chunk: bytes, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    short = (1).to_bytes(4, "big") + chunk + b"\0" + zlib.crc32(chunk + b"\0").to_bytes(4, "big")
    (tmp_path / "cover.png").write_bytes(whole[:-12] + short + whole[-12:])  # before IEND
    assert read_pixels(tmp_path / "whole.png") is not None
    assert read_pixels(tmp_path / "cover.png") is None


def test_an_avif_with_broken_pixels_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "cover.avif"
    draw_cover(path, "words")
    head, mark, pixels = path.read_bytes().rpartition(b"mdat")
    assert read_pixels(path) is not None
    path.write_bytes(head + mark + bytes(len(pixels)))
    assert read_pixels(path) is None


def test_a_cover_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    draw_cover(tmp_path / "cover.jpg", "words " * 10)
    late = {"text": None, "reason": "ocr_timeout"}
    assert read_pictures([tmp_path / "cover.jpg"] * 2, Ocr(seconds=0.001)) == [late, late]


def test_missing_language_data_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudyError, match=r"tesseract has no xyz; installed: .*tesseract-ocr-xyz"):
        check_tesseract(Ocr(language="eng+xyz"))
    with pytest.raises(StudyError, match=r"media\.ocr: tesseract refuses --oem 0 --psm 3: .*choose other modes"):
        check_tesseract(Ocr(engine_mode=0))  # the legacy engine, whose data Debian leaves out
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(StudyError, match="apt-get install tesseract-ocr"):
        check_tesseract(Ocr())


def test_a_job_has_a_row_for_every_clip(tmp_path: Path) -> None:
    clips = [make_cover(tmp_path, "1", "first words")]
    for clip_id, state in (("2", "http_404"), ("3", "ok")):
        (tmp_path / "media" / clip_id).mkdir()
        (tmp_path / "media" / clip_id / "cover.jpg").write_bytes(b"\xff\xd8\xff")
        clips.append(ledger(tmp_path, clip_id, state))
    read_covers(clips, tmp_path, Ocr(), tmp_path / "covers.json")
    results = json.loads((tmp_path / "covers.json").read_text())
    assert words(results["1"]["text"]) == ["first", "words"]
    assert results["2"] == {"text": None, "reason": "not_downloaded_http_404"}
    assert results["3"] == {"text": None, "reason": "broken_image"}
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


def test_a_killed_job_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    clips = [make_cover(tmp_path, f"{n:02d}", f"cover number {n}") for n in range(24)]
    (tmp_path / "clips.json").write_text(json.dumps(clips))
    program = (
        "import json, sys\nfrom pathlib import Path\nfrom clipstudy.media.covers import read_covers\n"
        "from clipstudy.study import Ocr\nroot = Path(sys.argv[1])\n"
        "read_covers(json.loads((root / 'clips.json').read_text()), root, Ocr(), root / 'killed.json')"
    )
    journal = tmp_path / "killed.json.journal"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: journal.exists() and journal.read_text().count("result") >= 2)
        os.kill(process.pid, signal.SIGKILL)
    assert not (tmp_path / "killed.json").exists()
    read_covers(clips, tmp_path, Ocr(), tmp_path / "killed.json")
    read_covers(clips, tmp_path, Ocr(), tmp_path / "whole.json")
    assert (tmp_path / "killed.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
