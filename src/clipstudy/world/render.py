"""Render all media of a world, in parallel and in any order; each file depends on its clip and the seed alone."""

import hashlib
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from clipstudy.world.chance import stream
from clipstudy.world.model import Clip, World
from clipstudy.world.render_picture import COVER_SIZE, draw_cover, draw_scene, encode_jpeg
from clipstudy.world.render_sound import RATE, Cue, Samples, captions_file, mix, music_alone, speak, write_wave
from clipstudy.world.render_video import write_video

_SHORTEST, _LONGEST = 6, 13  # seconds of a clip where nobody speaks
_HEADER = {"jpg": 20, "mp4": 32}  # bytes that tell the type of a file, kept where the rest is destroyed


def render_media(world: World, folder: Path, processes: int) -> dict[str, dict[str, Any]]:
    """Write the media files of all clips to `folder/<clip_id>/`.

    Faults of files (corrupt_image, video_without_audio, broken_video, empty_file) are in the files; all other faults
    are the site's to make.

    Parameters
    ----------
    world : World
        The truth.
    folder : Path
        Made where it is missing.
    processes : int
        How many clips are rendered at a time; it leaves the files as they are.

    Returns
    -------
    dict
        File below `folder` -> its `bytes`, `sha256` and, for a video, its true length in `seconds`.

    Raises
    ------
    StudyError
        Where espeak-ng or ffmpeg fails.
    """
    task = partial(_render_clip, seed=world.seed, folder=folder)
    # the longest first, so that no process is left alone with it; spawned, because forks inherit locks
    order = sorted(world.clips, key=lambda clip: (clip.kind != "long", clip.clip_id))
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        rendered = list(pool.map(task, order, chunksize=4))
    return {name: facts for files in rendered for name, facts in files.items()}


def _render_clip(clip: Clip, seed: int, folder: Path) -> dict[str, dict[str, Any]]:
    home = folder / clip.clip_id
    home.mkdir(parents=True, exist_ok=True)
    rng = stream(seed, f"media {clip.clip_id}")
    cover = draw_cover(clip.cover, rng)
    sound, cues = _sound(clip, rng)
    seconds = len(sound) / RATE
    files = {}
    for asset in clip.assets:
        path = folder / asset.file
        write = _writer(asset.name, clip, cover, sound, cues, stream(seed, f"media {clip.clip_id} {asset.name}"))
        part = path.with_name(f".{path.name}")
        write(part)
        content = _damage(part, asset.fault, path.suffix[1:], seed, asset.file)
        part.replace(path)
        files[asset.file] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if asset.name == "video":
            files[asset.file]["seconds"] = round(seconds, 3)
    return files


def _sound(clip: Clip, rng: np.random.Generator) -> tuple[Samples, list[Cue]]:
    if clip.speech:
        voice, cues = speak(clip.speech)
        return mix(voice, clip.speech.background, clip.speech.snr_db, rng), cues
    seconds = int(rng.integers(_SHORTEST, _LONGEST))
    return (music_alone(seconds, rng) if clip.kind == "visual" else np.zeros(seconds * RATE, np.int16)), []


def _writer(
    name: str, clip: Clip, cover: Image.Image, sound: Samples, cues: list[Cue], rng: np.random.Generator
) -> Callable[[Path], object]:
    if name == "cover":
        return lambda path: path.write_bytes(encode_jpeg(cover))
    if name.startswith("photo_"):
        return lambda path: path.write_bytes(encode_jpeg(draw_scene(rng, COVER_SIZE)))
    if name == "captions":
        return lambda path: path.write_text(captions_file(cues), encoding="utf-8")
    has_sound = clip.asset("video").fault != "video_without_audio"

    def write(path: Path) -> None:
        with TemporaryDirectory() as scratch:
            wav = Path(scratch) / "sound.wav"
            write_wave(sound, wav)
            write_video(cover, wav if has_sound else None, len(sound) / RATE, path, rng)

    return write


def _damage(path: Path, fault: str | None, extension: str, seed: int, name: str) -> bytes:
    """Break a file as its fault asks for, and return what it has in the end."""
    content = path.read_bytes()
    if fault == "empty_file":
        content = b""
    elif fault in ("corrupt_image", "broken_video"):
        keep = _HEADER[extension]
        # 0xff would be a marker of JPEG and might begin something that can be read
        garbage = stream(seed, f"garbage {name}").integers(0, 255, len(content) - keep, dtype=np.uint8)
        content = content[:keep] + garbage.tobytes()
    else:
        return content
    path.write_bytes(content)
    return content
