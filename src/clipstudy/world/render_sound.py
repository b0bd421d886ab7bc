"""Sound of the world: speech by espeak-ng, over silence, chords or noise, and the cues of the captions.

Sound is 16-bit mono at espeak-ng's own rate. Chords and noise are made in whole numbers, so that no processor rounds
them differently.
"""

import math
import subprocess
import wave
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clipstudy.study import StudyError
from clipstudy.world.chance import pick
from clipstudy.world.model import Background, Speech

RATE = 22_050  # samples a second, as espeak-ng makes them
SILENT_MINUTE = 70  # seconds
_PAUSE = 0.3  # seconds between sentences
_MUSIC_ALONE = 3_000  # root mean square of music without speech, of 32,767
_TABLE = 1 << 12  # entries of the sine table
_CHORD = 2.0  # seconds
# Semitones above the root, chord by chord.
_PROGRESSIONS = [
    [(0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14)],
    [(0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17)],
    [(0, 4, 7), (7, 11, 14), (9, 12, 16), (5, 9, 12)],
]
Samples = npt.NDArray[np.int16]


class Cue(NamedTuple):
    """A caption: from and until when it is shown, in s, and what it says."""

    start: float
    end: float
    text: str


def speak(speech: Speech) -> tuple[Samples, list[Cue]]:
    """Say all sentences, with a silence of `SILENT_MINUTE` where the speech asks for it.

    Raises
    ------
    StudyError
        Where espeak-ng is missing or fails.
    """
    pause = np.zeros(int(_PAUSE * RATE), np.int16)
    parts, cues, at = [pause], [], len(pause)
    for number, text in enumerate(speech.sentences):
        if number == speech.silent_minute_after:
            parts.append(np.zeros(SILENT_MINUTE * RATE, np.int16))
            at += len(parts[-1])
        said = _say(text, speech.voice, speech.words_per_minute)
        cues.append(Cue(at / RATE, (at + len(said)) / RATE, text))
        parts += [said, pause]
        at += len(said) + len(pause)
    return np.concatenate(parts), cues


def _say(text: str, voice: str, words_per_minute: int) -> Samples:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", str(path), "--", text]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            raise StudyError("espeak-ng is not installed; it is the Debian package espeak-ng") from None
        except subprocess.CalledProcessError as error:
            raise StudyError(f"espeak-ng failed: {error.stderr.decode(errors='replace').strip()}") from None
        with wave.open(str(path)) as file:
            return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def mix(voice: Samples, background: Background, snr_db: float | None, rng: np.random.Generator) -> Samples:
    """Lay a voice over its background.

    Parameters
    ----------
    voice : array of int16
        Speech at `RATE`.
    background : str
        silence, music or noise (white or brown, at random).
    snr_db : float or None
        Level of the voice over the background, in dB of their root mean squares; None for silence.
    rng : numpy.random.Generator
        Draws chords and noise.

    Returns
    -------
    array of int16
        As long as the voice.
    """
    if background == "silence" or snr_db is None:
        return voice
    below = _chords(len(voice), rng) if background == "music" else _noise(len(voice), rng)
    return _clip(voice.astype(np.float64) + below * (_level(voice) / _level(below) / 10 ** (snr_db / 20)))


def music_alone(seconds: float, rng: np.random.Generator) -> Samples:
    """Make chords that nobody speaks over."""
    chords = _chords(int(seconds * RATE), rng)
    return _clip(chords * (_MUSIC_ALONE / _level(chords)))


def write_wave(samples: Samples, path: Path) -> None:
    """Write samples as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def captions_file(cues: list[Cue]) -> str:
    """Write cues as WebVTT."""
    blocks = [f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{cue.text}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _chords(length: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    progression, root = pick(rng, _PROGRESSIONS), int(rng.integers(-5, 7))
    per_chord = int(_CHORD * RATE)
    samples = np.zeros(length, np.int64)
    for number, start in enumerate(range(0, length, per_chord)):
        at = np.arange(min(per_chord, length - start), dtype=np.int64)
        for semitone in progression[number % len(progression)]:
            # frequency in table steps a sample, times 2^16: middle C is 60 in semitones, A of 440 Hz 69
            hertz = 440 * 2 ** ((60 + root + semitone - 69) / 12)
            step = round(hertz / RATE * _TABLE * (1 << 16))
            samples[start : start + len(at)] += _sine()[((at * step) >> 16) % _TABLE] * (per_chord - at) // per_chord
    return samples


@cache
def _sine() -> npt.NDArray[np.int64]:
    return np.array([round(10_000 * math.sin(2 * math.pi * i / _TABLE)) for i in range(_TABLE)], np.int64)


def _noise(length: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    white = rng.integers(-10_000, 10_001, length)
    if rng.integers(2):
        return white
    # brown: a running sum, without its drift over half a second
    run, width = np.cumsum(white), RATE // 2
    ahead = np.concatenate([np.zeros(width, np.int64), run])[:length]
    return run - ahead


def _level(samples: npt.NDArray[np.int16] | npt.NDArray[np.int64]) -> float:
    """Root mean square over the parts that are not silent; 1 for silence."""
    wide = samples.astype(np.int64)
    loud = int(np.count_nonzero(wide))
    return math.sqrt(int(np.sum(wide * wide)) / loud) if loud else 1.0


def _clip(samples: npt.NDArray[np.floating]) -> Samples:
    return np.clip(np.rint(samples), -32_768, 32_767).astype(np.int16)
