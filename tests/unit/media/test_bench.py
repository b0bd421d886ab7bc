import importlib.util
from itertools import count
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks/bench_media.py"


def test_ways_that_read_clips_of_other_lengths_are_compared_by_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("bench_media", SCRIPT)
    assert spec
    assert spec.loader
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    monkeypatch.setattr(bench, "run_jobs", lambda *_: None)
    monkeypatch.setattr(bench, "perf_counter", count().__next__)  # every run takes one second
    sounds = [tmp_path / name for name in "abc"]
    for sound, seconds in zip(sounds, (3, 1, 1), strict=True):
        sound.write_bytes(bytes(seconds * 2 * bench.RATE))
    found = bench.compare((print, sounds), (print, sounds[:1]), 1, bench.sum_seconds)
    assert (found["clips_per_second"], found["published_clips_per_second"]) == (3, 1)
    assert found["times_faster"] == round((3 + 1 + 1) / 3, 2)
