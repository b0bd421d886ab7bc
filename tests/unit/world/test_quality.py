"""What was read, held against the truth of the world."""

import pyarrow as pa
import pytest

from clipstudy.corpus.counts import parse_count
from clipstudy.retrieval.normalise import normalise_unicode
from clipstudy.tables import build_table
from clipstudy.world.model import Clip, World
from clipstudy.world.quality import measure_quality


def clear_clips(world: World) -> list[Clip]:
    return [c for c in world.clips if c.speech and c.speech.background == "silence" and c.kind == "speech"]


def read_perfectly(world: World) -> dict[str, pa.Table]:
    """Tables as a reader without any error would make them, of media without any fault."""
    clips = {
        "clip_id": [clip.clip_id for clip in world.clips],
        "cover_text": [clip.cover.text for clip in world.clips],
        "speech_text": [clip.speech.text if clip.speech else "" for clip in world.clips],
        "captions_text": [" ".join(clip.captions) if clip.captions else None for clip in world.clips],
    }
    said = [
        (clip.clip_id, parent, one)
        for clip in world.clips
        for number, comment in enumerate(clip.comments)
        for parent, one in [(None, comment), *((number, reply) for reply in comment.replies)]
    ]
    comments = {
        "clip_id": [clip_id for clip_id, _, _ in said],
        "position": list(range(len(said))),
        "parent_position": [parent for _, parent, _ in said],
        "commenter": [one.commenter for _, _, one in said],
        "text": [one.text for _, _, one in said],
        "like_count": [parse_count(one.likes_shown).value for _, _, one in said],
    }
    empty = {name: build_table(name, {}) for name in ("rejected", "downloads", "media_texts")}
    return {"clips": build_table("clips", clips), "comments": build_table("comments", comments), **empty}


def change_speech(tables: dict[str, pa.Table], clip_id: str, text: str | None) -> dict[str, pa.Table]:
    rows = tables["clips"].to_pylist()
    for row in rows:
        if row["clip_id"] == clip_id:
            row["speech_text"] = text
    return tables | {"clips": build_table("clips", {name: [row[name] for row in rows] for name in rows[0]})}


def end_as_planted(world: World) -> dict[str, pa.Table]:
    """Tables of a reader who loses what cannot be read, and says why."""
    tables = read_perfectly(world)
    faults = [fault for places in world.faults.values() for fault in places]
    lost = {fault.clip_id: fault.expected.reason for fault in faults if fault.expected.clip == "rejected"}
    null = {(f.clip_id, f.expected.null_field): f.expected.reason for f in faults if f.expected.null_field}
    states = {(clip.clip_id, asset.name): "ok" for clip in world.clips for asset in clip.assets}
    states |= {(f.clip_id, f.asset): f.expected.download for f in faults if (f.clip_id, f.asset) in states}
    stale = [clip.clip_id for clip in world.clips if clip.page_state.kind == "stale"]
    rejected = [(clip_id, None, f"{reason}: 4 attempts") for clip_id, reason in lost.items()]
    rejected += [(clip_id, "page-state", "page state is stale: DOM used") for clip_id in stale]
    steps = {"cover_text": "cover", "speech_text": "audio"}
    clips = [row for row in tables["clips"].to_pylist() if row["clip_id"] not in lost]
    for row in clips:
        row |= {name: None for name in steps if (row["clip_id"], name) in null}
    return {
        "clips": build_table("clips", {name: [row[name] for row in clips] for name in clips[0]}),
        "comments": tables["comments"],
        "rejected": build_table(
            "rejected",
            {
                "source": [f"https://site.test/@someone/video/{clip_id}" for clip_id, _, _ in rejected],
                "position": list(range(len(rejected))),
                "sequence": [0] * len(rejected),
                "field": [field for _, field, _ in rejected],
                "reason": [reason for _, _, reason in rejected],
            },
        ),
        "downloads": build_table(
            "downloads",
            {
                "clip_id": [clip_id for clip_id, _ in states],
                "asset": [asset for _, asset in states],
                "state": list(states.values()),
            },
        ),
        "media_texts": build_table(
            "media_texts",
            {
                "clip_id": [clip_id for clip_id, _ in null],
                "step": [steps[name] for _, name in null],
                "reason": list(null.values()),
            },
        ),
    }


def wrong_kinds(world: World, tables: dict[str, pa.Table]) -> set[str]:
    return {line.split(" at ")[0] for line in measure_quality(world, tables)["planted_faults_wrong"]}


def change(tables: dict[str, pa.Table], name: str, **values) -> dict[str, pa.Table]:
    """Give every row of a table other values."""
    rows = tables[name].to_pylist()
    columns = {key: [values.get(key, row[key]) for row in rows] for key in rows[0]}
    return tables | {name: build_table(name, columns)}


def test_faults_that_end_as_planted_are_right(mini: World):
    found = measure_quality(mini, end_as_planted(mini))
    assert (found["planted_faults_right_share"], found["planted_faults_wrong"]) == (1, [])
    assert (found["clips_rejected"], found["clips_lost"], found["clips_unknown"]) == (2, 0, 0)
    assert min(found["planted_faults"].values()) >= 1


def test_a_page_rejected_for_another_reason_is_wrong(mini: World):
    tables = change(end_as_planted(mini), "rejected", reason="timeout: something else")
    assert wrong_kinds(mini, tables) == {"captcha", "empty_response", "stale_state"}


def test_clips_of_every_kind_need_their_video(mini: World):
    tables = change(end_as_planted(mini), "downloads", state="timeout")
    assert wrong_kinds(mini, tables) >= {"soundless", "purely_visual", "long_with_silent_minute", "truncated"}


def test_late_comments_must_all_be_found(mini: World):
    tables = change(end_as_planted(mini), "comments", text="something else")
    assert wrong_kinds(mini, tables) == {"late_comments"}


def test_a_clip_that_is_not_of_the_world_hides_none_that_is_lost(mini: World):
    tables = read_perfectly(mini)
    rows = tables["clips"].to_pylist()
    rows[0]["clip_id"] = "1"
    comments = change(tables, "comments", clip_id="1")["comments"]
    clips = build_table("clips", {name: [row[name] for row in rows] for name in rows[0]})
    found = measure_quality(mini, tables | {"clips": clips, "comments": comments})
    assert (found["clips_lost"], found["clips_unknown"], found["comments_recovered_share"]) == (1, 1, 0)


def test_a_perfect_reader_makes_no_error(mini: World):
    found = measure_quality(mini, read_perfectly(mini))
    assert [found[f"clips_{name}"] for name in ("in_truth", "recorded", "rejected", "lost")] == [16, 16, 0, 0]
    shares = ("comments", "replies", "captions")
    assert [found[f"{name}_recovered_share"] for name in shares] == [1, 1, 1]
    assert found["clips_with_captions"] == sum(bool(clip.captions) for clip in mini.clips) > 0
    assert found["clips_with_speech"] == sum(clip.speech is not None for clip in mini.clips)
    errors = ("ocr_cer_plain", "ocr_cer_busy", "speech_wer_clear", "speech_wer_long")
    assert [found[name] for name in errors] == [0, 0, 0, 0]
    assert found["speech_wrong_words_with_digits_share"] is None
    assert found["speech_most_confused"] is None
    assert found["planted_faults_right_share"] < 1  # media without faults do not end as planted


def test_words_misheard_and_numbers_in_digits_are_told_apart(mini: World):
    clip = clear_clips(mini)[0]
    words = normalise_unicode(clip.speech.text).split()
    read = ["12", "zebra", *words[2:], "zebra"]  # two words in place of others, one too many
    found = measure_quality(mini, change_speech(read_perfectly(mini), clip.clip_id, " ".join(read)))
    total = sum(len(normalise_unicode(c.speech.text).split()) for c in clear_clips(mini))
    assert found["speech_wer_clear"] == pytest.approx(3 / total, abs=1e-4)
    assert found["speech_wrong_words_with_digits_share"] == pytest.approx(1 / 3, abs=1e-4)
    spoken, heard = min(zip(words[:2], read[:2], strict=True))  # of equally frequent ones the first by name
    assert found["speech_most_confused"] == {"spoken": spoken, "read": heard, "times": 1}


def test_speech_that_could_not_be_read_is_no_error_of_the_reader(mini: World):
    clip = clear_clips(mini)[0]
    found = measure_quality(mini, change_speech(read_perfectly(mini), clip.clip_id, None))
    assert found["speech_wer_clear"] in (0, None)


def test_a_lost_clip_and_a_lost_comment_are_counted(mini: World):
    tables = read_perfectly(mini)
    less = tables | {"clips": tables["clips"].slice(1), "comments": tables["comments"].slice(0, 0)}
    found = measure_quality(mini, less)
    assert (found["clips_recorded"], found["clips_lost"]) == (15, 1)
    assert found["comments_recovered_share"] == 0
