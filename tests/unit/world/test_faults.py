from typing import get_args

import pytest

from clipstudy.study import FaultKind, StudyError, load_study
from clipstudy.world.build import simulate_world
from clipstudy.world.model import World
from tests.unit.world.conftest import STUDIES

IN_CLIPS = {"soundless", "purely_visual", "long_with_silent_minute", "photo_post"}
IN_PAGES = {"absent_state", "stale_state", "late_comments"}


def all_kinds() -> set[str]:
    return {kind for part in get_args(FaultKind) for kind in get_args(part) or (part,)}


@pytest.mark.parametrize("name", ["mini", "demo"])
def test_every_kind_is_planted_as_often_as_the_configuration_asks(name: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(name)
    asked = load_study(STUDIES / f"{name}.yaml").world.faults
    assert set(asked) == all_kinds()
    assert set(world.faults) == all_kinds() | IN_CLIPS | IN_PAGES
    assert {kind: len(world.faults[kind]) for kind in asked} == dict(asked)
    assert len(world.faults["soundless"]) == sum(clip.kind == "silent" for clip in world.clips)


@pytest.mark.parametrize("name", ["mini", "demo"])
def test_the_list_of_faults_and_the_clips_tell_the_same(name: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(name)
    planted = [(kind, fault) for kind, faults in world.faults.items() for fault in faults]
    listed = {(fault.clip_id, fault.asset, kind) for kind, fault in planted if kind not in IN_CLIPS | IN_PAGES}
    marked = {(clip.clip_id, "page", clip.page_fault) for clip in world.clips if clip.page_fault}
    marked |= {(clip.clip_id, asset.name, asset.fault) for clip in world.clips for asset in clip.assets if asset.fault}
    assert listed == marked


@pytest.mark.parametrize("name", ["mini", "demo"])
def test_what_lies_in_pages_is_listed_where_the_page_can_be_read(name: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(name)
    lost = {fault.clip_id for faults in world.faults.values() for fault in faults if fault.expected.clip == "rejected"}
    states = {"absent_state": "absent", "stale_state": "stale"}
    for kind, state in states.items():
        there = {clip.clip_id for clip in world.clips if clip.page_state.kind == state} - lost
        assert {fault.clip_id for fault in world.faults[kind]} == there != set()
    late = {clip.clip_id for clip in world.clips if {"late", "very_late"} & {*clip.comment_arrivals}} - lost
    assert {fault.clip_id for fault in world.faults["late_comments"]} == late != set()


def test_no_comments_come_late_where_the_configuration_says_so() -> None:
    config = load_study(STUDIES / "mini.yaml").world
    prompt = simulate_world(config.model_copy(update={"late_share": 0.0}), seed=1)
    assert {arrival for clip in prompt.clips for arrival in clip.comment_arrivals} == {"prompt"}
    late = simulate_world(config.model_copy(update={"late_share": 1.0}), seed=1)
    assert {arrival for clip in late.clips for arrival in clip.comment_arrivals} == {"late", "very_late"}


def test_what_must_come_of_each_fault(mini: World) -> None:
    download = {kind: faults[0].expected.download for kind, faults in mini.faults.items()}
    assert download == {
        "absent_state": None,
        "blob_url": "blob",
        "broken_video": "ok",
        "captcha": None,
        "corrupt_image": "ok",
        "empty_file": "not_media",
        "empty_response": None,
        "expired_url": "expired",
        "hang": "timeout",
        "html_instead_of_media": "not_media",
        "http_403": "http_403",
        "http_404": "http_404",
        "http_5xx_heals": "ok",
        "late_comments": None,
        "login_popup": None,
        "long_with_silent_minute": "ok",
        "photo_post": None,
        "purely_visual": "ok",
        "rate_limited": None,
        "soundless": "ok",
        "stale_state": None,
        "truncated": "truncated",
        "video_without_audio": "ok",
        "wrong_certificate": "tls",
        "wrong_certificate_heals": "ok",
    }
    lost = {kind: (f[0].expected.null_field, f[0].expected.reason) for kind, f in mini.faults.items()}
    assert lost["broken_video"] == ("speech_text", "broken_video")
    assert lost["video_without_audio"] == ("speech_text", "no_audio_stream")
    assert lost["corrupt_image"] == ("cover_text", "broken_image")
    assert lost["http_404"] == ("speech_text", "not_downloaded_http_404")
    assert lost["hang"] == ("cover_text", "not_downloaded_timeout")
    assert lost["http_5xx_heals"] == (None, None)
    assert [fault.expected.clip for fault in mini.faults["captcha"]] == ["rejected", "recorded"]
    assert [fault.heals_after for fault in mini.faults["captcha"]] == [None, 1]


def test_an_expired_link_is_over_and_others_are_not(demo: World) -> None:
    for clip in demo.clips:
        for asset in clip.assets:
            assert (asset.expires_at <= demo.clock) == (asset.fault == "expired_url")


def test_nobody_looks_for_a_clip_whose_page_cannot_be_read(demo: World) -> None:
    lost = {fault.clip_id for faults in demo.faults.values() for fault in faults if fault.expected.clip == "rejected"}
    assert len(lost) == 2
    assert lost.isdisjoint(query.target_id for query in demo.queries)
    assert all(asset.fault is None for clip in demo.clips if clip.clip_id in lost for asset in clip.assets)


def test_too_many_faults_are_refused_by_name() -> None:
    config = load_study(STUDIES / "mini.yaml").world
    with pytest.raises(StudyError, match=r"world\.faults: no clip is left for another 'blob_url'"):
        simulate_world(config.model_copy(update={"faults": {"blob_url": 17}}), seed=1)
