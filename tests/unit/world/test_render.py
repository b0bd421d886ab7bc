import io
from pathlib import Path

import numpy as np
import pytest
from moviepy import VideoFileClip
from PIL import Image, UnidentifiedImageError

from clipstudy.world.chance import stream
from clipstudy.world.model import Cover, Speech, World
from clipstudy.world.render import render_media
from clipstudy.world.render_picture import COVER_SIZE, draw_cover, encode_jpeg
from clipstudy.world.render_sound import RATE, SILENT_MINUTE, Cue, captions_file, mix, music_alone, speak
from clipstudy.world.render_video import SIZE


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


def small(world: World) -> World:
    """The clips of each kind of fault that is in the files, a healthy one, a photo post and a silent one."""
    wanted = {"corrupt_image", "video_without_audio", "broken_video", "empty_file"}
    clips = [c for c in world.clips if c.kind in {"photo", "silent"} or wanted & {a.fault for a in c.assets}]
    return world.model_copy(update={"clips": clips})


@pytest.fixture(scope="module")
def rendered(mini: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path, dict]:
    world, folder = small(mini), tmp_path_factory.mktemp("media")
    return world, folder, render_media(world, folder, processes=2)


def place(rendered: tuple[World, Path, dict], fault: str) -> Path:
    world, folder, _ = rendered
    return next(folder / a.file for clip in world.clips for a in clip.assets if a.fault == fault)


def test_every_file_of_the_truth_is_there_and_no_other(rendered: tuple[World, Path, dict]) -> None:
    world, folder, files = rendered
    assert set(files) == {asset.file for clip in world.clips for asset in clip.assets}
    assert set(files) == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert all((folder / name).stat().st_size == facts["bytes"] for name, facts in files.items())


def test_one_process_makes_the_same_bytes_as_two(rendered: tuple[World, Path, dict], tmp_path: Path) -> None:
    world, _, files = rendered
    alone = world.model_copy(update={"clips": world.clips[:2]})
    again = render_media(alone, tmp_path, processes=1)
    assert again == {name: facts for name, facts in files.items() if name in again}
    assert len(again) == sum(len(clip.assets) for clip in alone.clips)


def test_broken_files_look_right_and_cannot_be_read(rendered: tuple[World, Path, dict]) -> None:
    image, video = place(rendered, "corrupt_image"), place(rendered, "broken_video")
    assert image.read_bytes()[:3] == b"\xff\xd8\xff"
    with pytest.raises((UnidentifiedImageError, OSError)):
        Image.open(image).load()
    assert video.read_bytes()[4:8] == b"ftyp"
    with pytest.raises(OSError, match=r"ffmpeg|Invalid data|moov"):
        VideoFileClip(str(video))
    assert place(rendered, "empty_file").stat().st_size == 0


def test_a_video_has_pictures_and_sound_unless_it_must_not(rendered: tuple[World, Path, dict]) -> None:
    world, folder, files = rendered
    with VideoFileClip(str(place(rendered, "video_without_audio"))) as clip:
        assert clip.audio is None
        assert tuple(clip.size) == SIZE
    silent = next(clip for clip in world.clips if clip.kind == "silent").asset("video").file
    with VideoFileClip(str(folder / silent)) as clip:
        assert clip.audio is not None
        assert clip.duration == pytest.approx(files[silent]["seconds"], abs=0.2)
        assert not np.any(clip.audio.to_soundarray(fps=8000))


def test_captions_on_one_colour_stand_out_and_empty_covers_are_flat() -> None:
    flat = np.asarray(draw_cover(Cover(text="", background="plain"), stream(1, "x")))
    assert flat.shape == (COVER_SIZE[1], COVER_SIZE[0], 3)
    assert len(np.unique(flat.reshape(-1, 3), axis=0)) == 1
    written = np.asarray(draw_cover(Cover(text="A slab route", background="plain"), stream(1, "x")).convert("L"))
    assert int(written.max()) - int(written.min()) > 150
    assert (
        Image.open(io.BytesIO(encode_jpeg(draw_cover(Cover(text="x", background="busy"), stream(1, "x"))))).info.get(
            "exif"
        )
        is None
    )


@pytest.mark.parametrize("background", ["music", "noise"])
def test_a_voice_is_as_far_above_its_background_as_asked(background: str) -> None:
    voice = (3000 * np.sin(np.arange(4 * RATE) / 7)).astype(np.int16)
    mixed = mix(voice, background, 10.0, stream(1, "x"))  # type: ignore[arg-type]
    below = mixed.astype(np.int64) - voice
    # 20 log10(a / b) = 10, give or take the samples that are exactly 0 and do not count
    assert 20 * np.log10(rms(voice) / rms(below)) == pytest.approx(10, abs=0.3)
    assert np.array_equal(mix(voice, "silence", None, stream(1, "x")), voice)


def test_music_alone_is_soft_but_heard() -> None:
    assert 1500 < rms(music_alone(4.0, stream(1, "x"))) < 4000


def test_a_long_speech_is_silent_for_a_minute_and_its_cues_know_it() -> None:
    speech = Speech(
        sentences=["Good morning.", "Good night."],
        voice="en-us",
        words_per_minute=150,
        background="silence",
        snr_db=None,
        silent_minute_after=1,
    )
    samples, cues = speak(speech)
    assert cues[1].start - cues[0].end > SILENT_MINUTE > 60
    gap = samples[int(cues[0].end * RATE) + 1 : int(cues[1].start * RATE) - 1]
    assert not np.any(gap)
    assert np.any(samples[int(cues[1].start * RATE) :])


def test_cues_are_written_as_webvtt() -> None:
    cues = [Cue(0.3, 1.25, "Good morning."), Cue(3661.5, 3662.0, "Good night.")]
    assert captions_file(cues) == (
        "WEBVTT\n\n00:00:00.300 --> 00:00:01.250\nGood morning.\n\n01:01:01.500 --> 01:01:02.000\nGood night.\n"
    )
