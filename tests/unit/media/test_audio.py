import hashlib
import json
import time
import wave
from pathlib import Path

import numpy as np
import pytest

import clipstudy.media.audio as audio
from clipstudy.media.audio import extract_audio, extract_sound
from clipstudy.tables import write_json
from tests.unit.media.made import ffmpeg

PICTURE = ("-f", "lavfi", "-i", "color=c=blue:s=64x64:r=10:d=2")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=2")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "video.mp4"
    ffmpeg(*PICTURE, *TONE, "-c:v", "libx264", "-c:a", "aac", "-ac", "2", str(path))
    return path


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_sound_is_16_khz_mono_and_keeps_its_pitch(video: Path, tmp_path: Path) -> None:
    assert extract_sound(video, tmp_path / "a.wav") is None
    sound = samples(tmp_path / "a.wav")
    assert len(sound) == pytest.approx(2 * 16_000, abs=1600)
    spectrum = np.abs(np.fft.rfft(sound[4000:20_000]))
    assert np.argmax(spectrum) == 440  # one second: a bin a hertz
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_sound_above_half_the_rate_is_filtered_not_folded(tmp_path: Path) -> None:
    high = ("-f", "lavfi", "-i", "sine=frequency=11000:sample_rate=44100:duration=2")
    ffmpeg(*PICTURE, *high, "-c:v", "libx264", "-c:a", "pcm_s16le", str(tmp_path / "v.mov"))
    assert extract_sound(tmp_path / "v.mov", tmp_path / "a.wav") is None
    assert np.abs(samples(tmp_path / "a.wav")[2000:-2000]).max() < 50


def test_the_same_video_gives_the_same_bytes(video: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere.mp4"
    copy.write_bytes(video.read_bytes())
    extract_sound(video, tmp_path / "a.wav")
    extract_sound(copy, tmp_path / "b.wav")
    first = (tmp_path / "a.wav").read_bytes()
    assert first == (tmp_path / "b.wav").read_bytes()
    assert b"Lavf" not in first


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("no_audio", "no_audio_stream"),
        ("half", "broken_video"),
        ("junk", "broken_video"),
        ("empty", "broken_video"),
        ("missing", "broken_video"),
    ],
)
def test_videos_without_sound_are_null_with_a_reason(fault: str, reason: str, video: Path, tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    whole = video.read_bytes()
    if fault == "no_audio":
        ffmpeg(*PICTURE, "-an", "-c:v", "libx264", str(path))
    elif fault != "missing":
        path.write_bytes({"half": whole[: len(whole) // 2], "junk": whole[:12] + b"x" * 5000, "empty": b""}[fault])
    assert extract_sound(path, tmp_path / "a.wav") == reason
    assert not list(tmp_path.glob("*.wav"))
    assert not list(tmp_path.glob(".*"))


def test_a_video_that_hangs_its_decoder_is_given_up(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "SECONDS_PER_VIDEO", 1)
    monkeypatch.setattr(audio, "VideoFileClip", lambda *_args, **_kwargs: time.sleep(60))
    start = time.monotonic()
    assert extract_sound(video, tmp_path / "a.wav") == "broken_video"
    assert time.monotonic() - start < 10


def test_a_job_has_a_reason_or_a_file_for_every_clip(video: Path, tmp_path: Path) -> None:
    row = {"clip_id": "1", "asset": "video", "url": None, "state": "ok", "bytes": 1, "path": "media/1/video.mp4"}
    row["sha256"] = hashlib.sha256(video.read_bytes()).hexdigest()
    write_json([row], tmp_path / "media/1/ledger.json")
    (tmp_path / "media/1/video.mp4").write_bytes(video.read_bytes())
    write_json([{**row, "clip_id": "2", "state": "blob", "path": None}], tmp_path / "media/2/ledger.json")
    write_json([], tmp_path / "media/3/ledger.json")
    clips = [{"clip_id": "1", "assets": {"video": "u"}}, {"clip_id": "2", "assets": {"video": "blob:x"}}]
    clips.append({"clip_id": "3", "assets": {"cover": "u", "photo_1": "u"}})
    extract_audio(clips, tmp_path, tmp_path / "wav", tmp_path / "audio.json")
    assert json.loads((tmp_path / "audio.json").read_text()) == {
        "1": {"reason": None},
        "2": {"reason": "not_downloaded_blob"},
        "3": {"reason": "photo_post"},
    }
    assert [p.name for p in (tmp_path / "wav").iterdir()] == ["1.wav"]
