import os
import subprocess
import sys
from pathlib import Path

import pytest

from clipstudy.study import StudyError, load_study
from clipstudy.world.build import simulate_world
from clipstudy.world.model import COMMENTS_A_PAGE, World, read_world, write_world
from tests.unit.world.conftest import STUDIES


@pytest.fixture(params=["mini", "demo"])
def world(request: pytest.FixtureRequest) -> World:
    return request.getfixturevalue(request.param)


def test_the_worlds_have_the_sizes_of_their_studies(mini: World, demo: World) -> None:
    assert (len(mini.clips), len(mini.queries)) == (16, 8)
    assert (len(demo.clips), len(demo.queries)) == (240, 120)


def test_ids_carry_the_post_time_and_are_all_different(world: World) -> None:
    assert all(int(clip.clip_id) >> 32 == clip.posted_at < world.clock for clip in world.clips)
    assert len({clip.clip_id for clip in world.clips}) == len(world.clips)
    assert sorted(world.feed) == sorted(clip.clip_id for clip in world.clips)


def test_a_third_of_the_pages_have_no_state_that_can_be_trusted(world: World) -> None:
    kinds = [clip.page_state.kind for clip in world.clips]
    assert 0.3 * len(kinds) <= kinds.count("absent") + kinds.count("stale") <= 0.5 * len(kinds)
    stale = [clip for clip in world.clips if clip.page_state.kind == "stale"]
    of_others = [clip for clip in stale if clip.page_state.other_clip_id]
    assert 0 < len(of_others) < len(stale)
    assert all(clip.page_state.other_clip_id != clip.clip_id for clip in of_others)
    assert all(clip.page_state.like_count < clip.like_count for clip in stale if clip not in of_others)


def test_comments_come_in_pages_and_after_their_clip(world: World) -> None:
    for clip in world.clips:
        assert [comment.page for comment in clip.comments] == [i // COMMENTS_A_PAGE for i in range(len(clip.comments))]
        assert len(clip.comment_arrivals) == -(-len(clip.comments) // COMMENTS_A_PAGE)
        assert clip.comment_count >= len(clip.comments) + sum(len(comment.replies) for comment in clip.comments)
        for comment in clip.comments:
            assert clip.posted_at <= comment.posted_at <= world.clock
            assert all(comment.posted_at <= reply.posted_at <= world.clock for reply in comment.replies)
    arrivals = [arrival for clip in world.clips for arrival in clip.comment_arrivals]
    assert set(arrivals) == {"prompt", "late", "very_late"}
    assert any(not clip.comments for clip in world.clips)
    assert any(len(clip.comments) > 2 * COMMENTS_A_PAGE for clip in world.clips)
    relevances = {comment.relevance for clip in world.clips for comment in clip.comments}
    assert relevances == {"on_topic", "off_topic", "spam"}


def test_texts_are_in_several_scripts_with_emoji(demo: World) -> None:
    written = "".join(clip.description + "".join(c.text for c in clip.comments) for clip in demo.clips)
    for sample in "日", "д", "ω", "ش", "ñ", "🔥", "👩‍🍳":
        assert sample in written


def test_every_user_name_is_plainly_invented(demo: World) -> None:
    names = {creator.username for creator in demo.creators}
    names |= {reply.commenter for clip in demo.clips for c in clip.comments for reply in (c, *c.replies)}
    assert all(name.endswith(".sim") for name in names)
    assert len({creator.username for creator in demo.creators}) == len(demo.creators)


def test_the_truth_survives_its_file(mini: World, tmp_path: Path) -> None:
    write_world(mini, tmp_path / "truth.json")
    assert read_world(tmp_path / "truth.json") == mini


@pytest.mark.parametrize("content", ["{}", "[", '{"clock": "noon"}'])
def test_a_file_that_is_no_truth_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text(content)
    with pytest.raises(StudyError, match=r"truth\.json: key"):
        read_world(tmp_path / "truth.json")


def test_another_process_with_another_hash_seed_and_time_zone_makes_the_same_bytes(mini: World, tmp_path: Path) -> None:
    write_world(mini, tmp_path / "here.json")
    code = (
        "from clipstudy.study import load_study; from clipstudy.world.build import simulate_world\n"
        "from clipstudy.world.model import write_world\n"
        f"study = load_study({str(STUDIES / 'mini.yaml')!r})\n"
        f"write_world(simulate_world(study.world, study.seed, study.name), {str(tmp_path / 'there.json')!r})\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Pacific/Chatham", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert (tmp_path / "here.json").read_bytes() == (tmp_path / "there.json").read_bytes()


def test_another_seed_makes_another_world(mini: World) -> None:
    study = load_study(STUDIES / "mini.yaml")
    other = simulate_world(study.world, study.seed + 1, study.name)
    assert {clip.clip_id for clip in other.clips}.isdisjoint(clip.clip_id for clip in mini.clips)


def test_speech_is_long_enough_to_be_measured(demo: World) -> None:
    said = [clip.speech for clip in demo.clips if clip.speech]
    assert {speech.background for speech in said} == {"silence", "music", "noise"}
    assert all((speech.snr_db is None) == (speech.background == "silence") for speech in said)
    assert all(len(speech.text.split()) >= 12 for speech in said)
    for clip in demo.clips:
        if clip.kind == "long":
            assert clip.speech is not None
            assert 0 < clip.speech.silent_minute_after < len(clip.speech.sentences)


def test_kinds_show_what_they_are(demo: World) -> None:
    music = {music.music_id: music for music in demo.musics}
    for clip in demo.clips:
        names = {asset.name for asset in clip.assets}
        assert ("video" in names) != clip.is_photo
        assert (clip.speech is None) == (clip.kind in {"silent", "visual", "photo"})
        assert ("captions" in names) == clip.has_captions == (clip.captions is not None)
        if clip.kind == "visual":
            assert not clip.cover.text
        if clip.kind == "lyrics":
            assert clip.speech.sentences[:4] == music[clip.music_id].lyrics
        assert not clip.cover.text or 1 < len(clip.cover.text.split()) <= 8
