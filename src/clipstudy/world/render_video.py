"""Videos of the world: H.264 pictures and FLAC sound in MP4, the same bytes on every processor.

The sound is FLAC and not AAC because the encoder of AAC, and every decoder of it, rounds differently with the
instruction set; browsers play FLAC in MP4 as well.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
from PIL import Image

from clipstudy.study import StudyError
from clipstudy.world.chance import pick
from clipstudy.world.render_picture import draw_scene

SIZE = (270, 480)
RATE = 8  # frames a second
_SCENE = 4 * RATE  # frames
_ROOM = 48  # pixels that the view can move within a scene, even
_QUANTISER = 30
Planes = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


def write_video(cover: Image.Image, sound: Path | None, seconds: float, path: Path, rng: np.random.Generator) -> None:
    """Write an MP4 that begins with its cover and goes on with moving scenes.

    Parameters
    ----------
    cover : PIL.Image.Image
        Shown for the first second.
    sound : Path or None
        A WAV file; None for a video without a sound track.
    seconds : float
        Length of the pictures.
    path : Path
        Where to write.
    rng : numpy.random.Generator
        Draws the scenes.

    Raises
    ------
    StudyError
        With the last line of ffmpeg, where it fails.
    """
    frames = max(1, round(seconds * RATE))
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *["-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p"],
        *["-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(RATE), "-i", "pipe:0"],
        *(["-i", str(sound), "-c:a", "flac"] if sound else []),
        *["-c:v", "libx264", "-preset", "ultrafast", "-qp", str(_QUANTISER), "-pix_fmt", "yuv420p"],
        *["-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"],
        *["-movflags", "+faststart", "-f", "mp4", str(path)],
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        frames_in, told = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stderr)
        try:
            for frame in _frames(cover, frames, rng):
                frames_in.write(frame)
            frames_in.close()
        except BrokenPipeError:
            pass  # ffmpeg has ended; its message says why
        message = told.read().decode(errors="replace").strip()
    if process.returncode:
        raise StudyError(f"{path.name}: ffmpeg failed: {message.splitlines()[-1] if message else process.returncode}")


def _frames(cover: Image.Image, frames: int, rng: np.random.Generator) -> Iterator[bytes]:
    title = _planes(cover.resize(SIZE, Image.Resampling.BOX))
    for _ in range(min(RATE, frames)):
        yield _view(title, 0, 0)
    scene, step = title, (0, 0)
    for number in range(frames - RATE):
        if number % _SCENE == 0:
            scene = _planes(draw_scene(rng, (SIZE[0] + _ROOM, SIZE[1] + _ROOM)))
            step = pick(rng, [(2, 0), (0, 2), (0, 0)])
        moved = min(number % _SCENE, _ROOM // 2)
        yield _view(scene, step[0] * moved, step[1] * moved)


def _planes(picture: Image.Image) -> Planes:
    """Luma and the two chroma planes (every other pixel) in the limited range that video has."""
    full = np.asarray(picture.convert("YCbCr"), dtype=np.int32)
    luma = 16 + (full[:, :, 0] * 219 + 127) // 255
    chroma = 16 + (full[::2, ::2, 1:] * 224 + 127) // 255
    return luma.astype(np.uint8), chroma[:, :, 0].astype(np.uint8), chroma[:, :, 1].astype(np.uint8)


def _view(planes: Planes, left: int, top: int) -> bytes:
    """Cut a frame out of a scene; `left` and `top` are even."""
    luma, blue, red = planes
    half = (slice(top // 2, top // 2 + SIZE[1] // 2), slice(left // 2, left // 2 + SIZE[0] // 2))
    whole = luma[top : top + SIZE[1], left : left + SIZE[0]]
    return b"".join(np.ascontiguousarray(plane).tobytes() for plane in (whole, blue[half], red[half]))
