"""Measure how fast covers and speech are read: `make bench-media` writes results/bench/media.json.

Covers and spoken clips are made here; each is read in the study's way, in as many jobs as there are cores, and in the
published way: one loop over Tesseract on JPEG images, one over `recognize_sphinx`. Medians, in clips a second; how many
times faster speech is read is held by seconds of speech, because the published way gets only some of the clips.
Imports are inside the jobs, which load only what they use. The browser is timed on the replica of a world without
faults; the published scraper slept for fixed times on a site that is not there any more, so that it has no peer.
"""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import matplotlib as mpl
import pytesseract
from PIL import Image, ImageDraw, ImageFont

from clipstudy.study import Acquire, Ocr, Speech, World
from clipstudy.tables import write_json

RATE = 16_000
RUNS = 3
COVERS = 60
VISITED = 60
CLIPS = 16
PUBLISHED_CLIPS = 4  # recognize_sphinx is slow; a rate needs no more
Way = tuple[Callable[[list[Path]], None], list[Path]]
LINES = (
    "Everyone keeps asking me about the tomato soup that my grandmother makes every Sunday.",
    "First you take a heavy pot and then you cut the onions as small as you can.",
    "We walked along the river and saw three white birds behind the old station.",
    "All you need is a wooden spoon and a little patience, and it is easier than it looks.",
    "Tell me in the comments what you would do, and that is how it ended in the kitchen.",
)


def main(output: Path) -> None:
    """Make the material, measure, write."""
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        covers, sounds = make_material(Path(name))
        sample = sounds[:PUBLISHED_CLIPS]
        found = {
            "ocr": compare((read_job, covers), (publish_covers, covers), cores, len),
            "speech": compare((transcribe_job, sounds), (publish_speech, sample), cores, sum_seconds),
            "browser": measure_browser(Path(name)),
        }
        found["speech"]["mean_clip_seconds"] = round(sum_seconds(sounds) / CLIPS, 1)
        found["speech"]["published_mean_clip_seconds"] = round(sum_seconds(sample) / PUBLISHED_CLIPS, 1)
    packages = ("faster-whisper", "pocketsphinx", "pytesseract", "SpeechRecognition")
    machine = {"cores": cores, "processor": platform.machine(), "python": platform.python_version()}
    machine |= {"tesseract": str(pytesseract.get_tesseract_version()), **{name: version(name) for name in packages}}
    write_json({**found, "machine": machine, "runs": RUNS}, output)


def make_material(folder: Path) -> tuple[list[Path], list[Path]]:
    """Draw covers of 720 x 1280 pixels with two lines of text; speak three sentences a clip."""
    font = ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans-Bold.ttf"), 48)
    covers, sounds = [], []
    for number in range(COVERS):
        words = LINES[number % len(LINES)].split()
        picture = Image.new("RGB", (720, 1280), "white")
        text = f"{' '.join(words[:4])}\n{' '.join(words[4:8])} {number}"
        ImageDraw.Draw(picture).multiline_text((40, 300), text, font=font, fill="black")
        covers.append(folder / f"{number}.jpg")
        picture.save(covers[-1], quality=88)
    for number in range(CLIPS):
        text = " ".join(LINES[(number + step) % len(LINES)] for step in range(3))
        loud, sound = folder / "spoken.wav", folder / f"{number}.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", str(140 + number), "-w", loud, text], check=True)
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", loud, "-ac", "1", "-ar", str(RATE), sound], check=True)
        sounds.append(sound)
    return covers, sounds


def measure_browser(folder: Path) -> dict[str, float]:
    """Clips a second of a browser in one tab, with all comments and replies, without the delay that spares a site."""
    from clipstudy.world.build import simulate_world
    from clipstudy.world.render import render_media
    from clipstudy.world.site.addresses import START_URL
    from clipstudy.world.site.visit import scrape_replica

    world = simulate_world(World(clock=datetime(2022, 12, 1, 12, tzinfo=UTC), clips=VISITED, queries=1), seed=1)
    render_media(world, folder / "media", len(os.sched_getaffinity(0)))
    options = Acquire(start_url=START_URL, delay_seconds=0)
    rates = []
    for run in range(RUNS):
        raw = folder / f"raw{run}"
        summary = scrape_replica(world, folder / "media", options, raw, raw / "journal.jsonl")
        rates.append(summary.visited / summary.seconds)
    comments = sum(len(clip.comments) for clip in world.clips)
    return {"clips": VISITED, "comments": comments, "clips_per_second": round(median(rates), 2)}


def sum_seconds(sounds: list[Path]) -> float:
    """Length of WAV files of ours together."""
    return sum(path.stat().st_size for path in sounds) / 2 / RATE


def compare(ours: Way, published: Way, cores: int, amount: Callable[[list[Path]], float]) -> dict[str, Any]:
    """Clips a second of both ways, turn by turn, so that both see the same machine.

    How many times faster ours is counts by the amount that both read: the clips of one may be longer.
    """
    ways = {"ours": (*ours, cores), "published": (*published, 1)}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            start = perf_counter()
            run_jobs(*way)
            times[name].append(perf_counter() - start)
    rates = {name: len(ways[name][1]) / median(values) for name, values in times.items()}
    amounts = {name: amount(ways[name][1]) / median(values) for name, values in times.items()}
    return {
        "clips": len(ours[1]),
        "clips_per_second": round(rates["ours"], 2),
        "published_clips": len(published[1]),
        "published_clips_per_second": round(rates["published"], 2),
        "times_faster": round(amounts["ours"] / amounts["published"], 2),
    }


def run_jobs(job: Callable[[list[Path]], None], paths: list[Path], jobs: int) -> None:
    """Run jobs side by side, each in a fresh process as the workflow does; loading is part of the time."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        list(pool.map(job, [paths[start::jobs] for start in range(jobs)]))


def read_job(paths: list[Path]) -> None:
    """Read covers as `read_covers` does."""
    from clipstudy.media.covers import COVERS_AT_ONCE, read_pictures

    os.environ["OMP_THREAD_LIMIT"] = "1"
    for start in range(0, len(paths), COVERS_AT_ONCE):
        assert all(reading["text"] for reading in read_pictures(paths[start : start + COVERS_AT_ONCE], Ocr()))


def transcribe_job(paths: list[Path]) -> None:
    """Transcribe sounds as `transcribe_speech` does, with weights loaded once."""
    from clipstudy.media.speech import open_engine, transcribe_file

    options = Speech()
    engine = open_engine(options)
    for path in paths:
        assert transcribe_file(path, engine, options)["text"]


def publish_covers(paths: list[Path]) -> None:
    """Read covers as the published `data/ocr.py`."""
    for path in paths:
        assert pytesseract.image_to_string(Image.open(path))


def publish_speech(paths: list[Path]) -> None:
    """Transcribe as the published `data/speech_to_text.py`, by the one engine of it that needs no network."""
    import speech_recognition as sr

    recognizer = sr.Recognizer()
    for path in paths:
        with sr.AudioFile(str(path)) as source:
            assert recognizer.recognize_sphinx(recognizer.record(source))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
