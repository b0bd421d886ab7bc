"""Real covers, speech and videos, and waiting for what another process does."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont


def draw_cover(path: Path, text: str) -> None:
    image = Image.new("RGB", (720, 400), "white")
    font = ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"), 48)
    ImageDraw.Draw(image).multiline_text((40, 60), text, fill="black", font=font)
    image.save(path, quality=90)


def speak(path: Path, text: str) -> None:
    """Speak into a 16 kHz mono WAV file."""
    raw = path.with_suffix(".espeak.wav")
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(raw), text], check=True)
    ffmpeg("-i", str(raw), "-ac", "1", "-ar", "16000", str(path))
    raw.unlink()


def ffmpeg(*arguments: str) -> None:
    program = shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-v", "error", "-y", *arguments], check=True)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
