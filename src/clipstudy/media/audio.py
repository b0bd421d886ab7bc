"""Sound of videos as 16 kHz mono PCM, bit-exact: what every speech engine takes.

MoviePy is given the target rate when it opens the video, so that FFmpeg resamples; by default it would drop samples.
"""

import signal
import warnings
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from moviepy import VideoFileClip

from clipstudy.media.download import find_asset
from clipstudy.tables import write_json

RATE = 16_000
SECONDS_PER_VIDEO = 300
BIT_EXACT = ["-ac", "1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1"]


def extract_audio(clips: list[dict[str, Any]], data: Path, folder: Path, output: Path) -> None:
    """Write the sound of a job's videos to `folder/<clip_id>.wav` and what became of each to `output`.

    Parameters
    ----------
    clips : list of dict
        Clips of a plan.
    data : Path
        Folder of the study, with the ledgers of the downloader.
    folder : Path
        Where the WAV files go.
    output : Path
        JSON: clip -> {reason}; null where there is a WAV file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    results: dict[str, dict[str, str | None]] = {}
    for clip in clips:
        clip_id = clip["clip_id"]
        if "video" not in clip["assets"]:
            results[clip_id] = {"reason": "photo_post"}
            continue
        path, reason = find_asset(data, clip_id, "video")
        results[clip_id] = {"reason": extract_sound(path, folder / f"{clip_id}.wav") if path else reason}
    write_json(results, output)


def extract_sound(video: Path, target: Path) -> str | None:
    """Write the sound of one video; returns None, or why there is none.

    Returns
    -------
    str or None
        broken_video (cannot be decoded, or not in time), no_audio_stream, empty_audio (a stream without a sample), or
        None where `target` is there.
    """
    partial = target.with_name(f".{target.stem}.part.wav")
    try:
        with _deadline(SECONDS_PER_VIDEO), warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # MoviePy leaves pipes of a finished FFmpeg open
            if not _write_sound(video, partial):
                return "no_audio_stream"
        with wave.open(str(partial)) as file:
            if file.getnframes() == 0:
                return "empty_audio"
        partial.replace(target)
    # MoviePy raises whatever its parsing trips over (KeyError, IndexError, ...); a bad video must never end a job
    except Exception:
        return "broken_video"
    else:
        return None
    finally:
        partial.unlink(missing_ok=True)


def _write_sound(video: Path, target: Path) -> bool:
    """Whether the video has a sound track, which is then in `target`."""
    with VideoFileClip(str(video), audio_fps=RATE) as clip:
        if clip.audio is not None:
            clip.audio.write_audiofile(
                str(target), fps=RATE, nbytes=2, codec="pcm_s16le", ffmpeg_params=BIT_EXACT, logger=None
            )
        return clip.audio is not None


@contextmanager
def _deadline(seconds: int) -> Iterator[None]:
    """Interrupt what waits for FFmpeg: a flood of its complaints can fill a pipe that MoviePy does not read."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
