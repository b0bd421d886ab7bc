import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.media import batches, covers, speech
from clipstudy.media.batches import CLIP_ID, fingerprint, plan_media, work_through
from clipstudy.study import Ocr, StudyError
from tests.unit.media.made import wait_until


def batch(folder: Path, name: str, records: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(records))
    return path


def record(clip_id: str, stamp: float = 1.8e9, **more: object) -> dict[str, Any]:
    return {"id": clip_id, "video-src": f"https://v/{clip_id}", "coverphoto-src": f"https://c/{clip_id}"} | {
        "scrape-timestamp": stamp,
        **more,
    }


def test_clips_are_grouped_in_the_order_of_the_scrape(tmp_path: Path) -> None:
    scraped = [
        batch(tmp_path, "batch_10.json", [record("9")]),
        batch(tmp_path, "batch_2.json", [record("3"), record("1"), record("2")]),
    ]
    plan = plan_media(scraped, clips_per_job=2)
    assert {job: [clip["clip_id"] for clip in clips] for job, clips in plan["jobs"].items()} == {
        "0001": ["3", "1"],
        "0002": ["2", "9"],
    }
    assert plan["jobs"]["0001"][0] == {
        "clip_id": "3",
        "clock": 1.8e9,
        "assets": {"cover": "https://c/3", "video": "https://v/3"},
    }
    assert plan["refused"] == []


def test_photo_posts_and_captions(tmp_path: Path) -> None:
    photo = record("1", kind="photo", **{"photo-srcs": ["https://p/1", "https://p/2"]})
    spoken = record("2", **{"captions-src": " https://t/2 ", "video-src": ""})
    clips = plan_media([batch(tmp_path, "batch_1.json", [photo, spoken])], 10)["jobs"]["0001"]
    assert clips[0]["assets"] == {"cover": "https://c/1", "photo_1": "https://p/1", "photo_2": "https://p/2"}
    assert clips[1]["assets"] == {"cover": "https://c/2", "video": None, "captions": "https://t/2"}


@pytest.mark.parametrize("later_first", [False, True])
def test_a_clip_scraped_twice_is_taken_once(tmp_path: Path, later_first: bool) -> None:
    earlier, later = (
        record("1", 100.0),
        record("1", 200.0, **{"video-src": "blob:x", "coverphoto-src": "https://c/new"}),
    )
    records = [later, earlier] if later_first else [earlier, later]
    plan = plan_media([batch(tmp_path, "batch_1.json", records)], 10)
    assert plan["jobs"]["0001"] == [
        {"clip_id": "1", "clock": 200.0, "assets": {"cover": "https://c/new", "video": "https://v/1"}}
    ]


def test_records_without_a_usable_id_are_named(tmp_path: Path) -> None:
    bad = [record("../../etc/passwd"), {"id": 7}, None, "x", {}, record("1")]
    plan = plan_media([batch(tmp_path, "batch_1.json", bad)], 10)
    assert [(r["source"], r["position"], r["reason"]) for r in plan["refused"]] == [
        ("batch_1.json", 0, "no usable id"),
        ("batch_1.json", 1, "no usable id"),
        ("batch_1.json", 2, "not an object"),
        ("batch_1.json", 3, "not an object"),
        ("batch_1.json", 4, "no usable id"),
    ]
    assert [clip["clip_id"] for clip in plan["jobs"]["0001"]] == ["1"]


def test_a_broken_batch_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "batch_1.json").write_text('[{"id": "1"}')
    with pytest.raises(StudyError, match=r"batch_1\.json: not a JSON list of clips"):
        plan_media([tmp_path / "batch_1.json"], 10)
    with pytest.raises(StudyError, match=r"batch_2\.json: not a JSON list of clips"):
        plan_media([batch(tmp_path, "batch_2.json", {})], 10)


@given(st.text())
def test_an_accepted_id_is_one_plain_name(text: str) -> None:
    if CLIP_ID.fullmatch(text):
        assert (Path("/folder") / text).parent == Path("/folder")
        assert (Path("/folder") / text).resolve().parent == Path("/folder")


def test_finished_work_is_kept_for_the_same_input_and_way(tmp_path: Path) -> None:
    output = tmp_path / "out.json"
    done: list[str] = []

    def work(clip_ids: list[str]) -> dict[str, dict[str, Any]]:
        (clip_id,) = clip_ids
        if clip_id == "3" and "3" not in done:
            done.append("3")
            raise KeyboardInterrupt
        done.append(clip_id)
        return {clip_id: {"text": clip_id * 2}}

    inputs = {"1": "a", "2": "b", "3": "c"}
    with pytest.raises(KeyboardInterrupt):
        work_through(inputs, work, output, "way", "label")
    assert not output.exists()
    with (tmp_path / "out.json.journal").open("a") as journal:
        journal.write('{"clip": "3", "inp')  # as a kill in the middle of a line leaves it
    done.clear()
    done.append("3")
    work_through({**inputs, "2": "changed"}, work, output, "way", "label")
    assert done == ["3", "2", "3"], "1 is kept, 2 has another input, 3 was never finished"
    assert json.loads(output.read_text()) == {"1": {"text": "11"}, "2": {"text": "22"}, "3": {"text": "33"}}
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


def test_another_way_of_working_begins_anew(tmp_path: Path) -> None:
    assert fingerprint(["covers"], Ocr()) != fingerprint(["covers"], Ocr(page_segmentation=11))
    assert fingerprint(["covers"], Ocr()) == fingerprint(["covers"], Ocr(page_segmentation=3))
    entry = {"clip": "1", "input": "a", "way": "old", "result": {"text": "old"}}
    (tmp_path / "out.json.journal").write_text(json.dumps(entry) + "\n")
    work_through(
        {"1": "a"}, lambda clips: {clip: {"text": "new"} for clip in clips}, tmp_path / "out.json", "new", "label"
    )
    assert json.loads((tmp_path / "out.json").read_text()) == {"1": {"text": "new"}}


@pytest.mark.parametrize("job", [covers, speech])
def test_every_module_that_a_job_calls_is_part_of_the_way(
    job: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = {getattr(value, "__module__", None) or "" for value in vars(job).values()}
    assert {home for home in homes if home.startswith("clipstudy.media.")} == {
        f"clipstudy.media.{module}" for module in job.MODULES
    }
    shutil.copytree(Path(batches.__file__).parent, tmp_path / "media")
    monkeypatch.setattr(batches, "__file__", str(tmp_path / "media/batches.py"))
    for module in job.MODULES:
        before = fingerprint(job.MODULES, Ocr())
        with (tmp_path / f"media/{module}.py").open("a") as file:
            file.write("# changed")
        assert fingerprint(job.MODULES, Ocr()) != before, module


def test_work_survives_a_kill(tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom clipstudy.media.batches import work_through\n"
        "def work(clips):\n    time.sleep(0.05)\n    return {clip: {'text': clip} for clip in clips}\n"
        "work_through({f'{n:02d}': 'x' for n in range(40)}, work, Path(sys.argv[1]), 'way', 'label')"
    )
    output = tmp_path / "out.json"
    journal = tmp_path / "out.json.journal"
    with subprocess.Popen([sys.executable, "-c", program, str(output)], stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: journal.exists() and journal.read_text().count("result") >= 3)
        os.kill(process.pid, signal.SIGKILL)
    done: list[str] = []

    def work(clips: list[str]) -> dict[str, dict[str, Any]]:
        done.extend(clips)
        return {clip: {"text": clip} for clip in clips}

    work_through({f"{n:02d}": "x" for n in range(40)}, work, output, "way", "label", at_once=7)
    assert 0 < len(done) <= 37
    assert json.loads(output.read_text()) == {f"{n:02d}": {"text": f"{n:02d}"} for n in range(40)}
