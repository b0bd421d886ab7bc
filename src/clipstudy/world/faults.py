"""The faults of the world: what is planted where, and what a careful reader must end up with."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import numpy as np

from clipstudy.study import FaultKind, FileFault, PageFault, StudyError
from clipstudy.world.chance import stream
from clipstudy.world.model import Asset, Clip, ClipKind, Expected, PlantedFault

URL_EXPIRES_AFTER = 8 * 3600  # seconds; the links of the published scrape lived for 8 to 12 hours

# The assets that a fault can befall, taken in turn, and the state that it leaves in the ledger of downloads.
_MEDIA: dict[str, tuple[tuple[str, ...], str]] = {
    "expired_url": (("video", "cover"), "expired"),
    "blob_url": (("video",), "blob"),
    "wrong_certificate": (("cover", "video"), "tls"),
    "wrong_certificate_heals": (("video", "cover"), "ok"),
    "hang": (("cover", "video"), "timeout"),
    "truncated": (("cover", "video"), "truncated"),
    "html_instead_of_media": (("cover", "video"), "not_media"),
    "http_403": (("cover", "video"), "http_403"),
    "http_404": (("video", "cover"), "http_404"),
    "http_5xx_heals": (("video", "cover"), "ok"),
    "corrupt_image": (("cover",), "ok"),
    "video_without_audio": (("video",), "ok"),
    "broken_video": (("video",), "ok"),
    "empty_file": (("video", "cover"), "not_media"),
}
# How many answers are faulty before the right one comes; faults that are not named here last.
_HEALS_AFTER = {"wrong_certificate_heals": 1, "http_5xx_heals": 2, "rate_limited": 2, "login_popup": 1}
# Why a file that was downloaded gives no text; files that were not are told by their state.
_UNREADABLE = {
    "corrupt_image": "broken_image",
    "video_without_audio": "no_audio_stream",
    "broken_video": "broken_video",
}
_TEXT_OF: dict[str, Literal["cover_text", "speech_text"]] = {"cover": "cover_text", "video": "speech_text"}
_CLIP_FAULTS: dict[ClipKind, tuple[str, Expected]] = {
    "silent": ("soundless", Expected(clip="recorded", download="ok")),
    "visual": ("purely_visual", Expected(clip="recorded", download="ok")),
    "long": ("long_with_silent_minute", Expected(clip="recorded", download="ok")),
    "photo": ("photo_post", Expected(clip="recorded", null_field="speech_text", reason="photo_post")),
}
STALE = "page state is stale"  # how a reader of pages begins to tell of one


class Plan(NamedTuple):
    """The clips with their faults, and the faults by kind."""

    clips: list[Clip]
    faults: dict[str, list[PlantedFault]]


def plant_faults(clips: list[Clip], asked: Mapping[FaultKind, int], seed: int) -> Plan:
    """Plant the faults that are asked for, and count those that lie in the clips themselves.

    A page has at most one fault and a file too. A page whose fault lasts (`captcha` and `empty_response`: the first of
    each kind lasts, others heal) has no faulty files, for nobody would ever see them. Faults that last befall plain
    clips with speech, so that the rarer kinds are always there to be measured.

    Parameters
    ----------
    clips : list of Clip
        Without faults.
    asked : mapping
        Kind of fault -> how often.
    seed : int
        Of the study.

    Raises
    ------
    StudyError
        Where there are more faults than places for them.
    """
    rng = stream(seed, "faults")
    by_id = {clip.clip_id: clip for clip in clips}
    faults: dict[str, list[PlantedFault]] = {}
    for kind in get_args(PageFault):
        faults[kind] = [_plant_on_page(by_id, kind, turn, rng) for turn in range(asked.get(kind, 0))]
    for kind, (assets, _) in _MEDIA.items():
        turns = range(asked.get(kind, 0))  # type: ignore[call-overload]
        faults[kind] = [_plant_on_file(by_id, kind, assets[turn % len(assets)], rng) for turn in turns]
    planted = [by_id[clip.clip_id] for clip in clips]
    for kind, (name, expected) in _CLIP_FAULTS.items():
        faults[name] = [
            PlantedFault(clip_id=clip.clip_id, asset="clip", heals_after=None, expected=expected)
            for clip in planted
            if clip.kind == kind
        ]
    faults |= _list_page_faults(planted)
    return Plan(planted, {kind: places for kind, places in sorted(faults.items()) if places})


def _list_page_faults(clips: list[Clip]) -> dict[str, list[PlantedFault]]:
    """What lies in pages that can be read: embedded states that are absent or stale, comments that come late."""
    readable = [clip for clip in clips if is_readable(clip)]
    told = Expected(clip="recorded", reason=STALE)
    kinds = {
        "absent_state": ([clip for clip in readable if clip.page_state.kind == "absent"], "page", None),
        "stale_state": ([clip for clip in readable if clip.page_state.kind == "stale"], "page", told),
        "late_comments": ([clip for clip in readable if {*clip.comment_arrivals} - {"prompt"}], "comments", None),
    }
    return {
        kind: [
            PlantedFault(
                clip_id=clip.clip_id, asset=asset, heals_after=None, expected=expected or Expected(clip="recorded")
            )
            for clip in places
        ]
        for kind, (places, asset, expected) in kinds.items()
    }


def is_readable(clip: Clip) -> bool:
    """Whether the clip's page can be read in the end."""
    return clip.page_fault is None or clip.page_heals_after is not None


def _plant_on_page(by_id: dict[str, Clip], kind: PageFault, turn: int, rng: np.random.Generator) -> PlantedFault:
    heals_after = _HEALS_AFTER.get(kind, None if turn == 0 else 1)
    free = [clip for clip in by_id.values() if clip.page_fault is None and clip.kind == "speech"]
    clip = _draw(free, kind, rng)
    by_id[clip.clip_id] = clip.model_copy(update={"page_fault": kind, "page_heals_after": heals_after})
    lasts = heals_after is None
    expected = Expected(clip="rejected", reason=kind) if lasts else Expected(clip="recorded")
    return PlantedFault(clip_id=clip.clip_id, asset="page", heals_after=heals_after, expected=expected)


def _plant_on_file(by_id: dict[str, Clip], kind: str, name: str, rng: np.random.Generator) -> PlantedFault:
    heals_after, state = _HEALS_AFTER.get(kind), _MEDIA[kind][1]
    clip = _draw([clip for clip in by_id.values() if _can_have(clip, name, heals_after)], kind, rng)
    fault = {"fault": kind, "heals_after": heals_after}
    if kind == "expired_url":
        fault["expires_at"] = clip.asset(name).expires_at - 2 * URL_EXPIRES_AFTER
    assets = [asset.model_copy(update=fault) if asset.name == name else asset for asset in clip.assets]
    by_id[clip.clip_id] = clip.model_copy(update={"assets": assets})
    reads = state == "ok" and kind not in get_args(FileFault)
    reason = _UNREADABLE.get(kind, f"not_downloaded_{state}")
    expected = Expected(
        clip="recorded", download=state, null_field=None if reads else _TEXT_OF[name], reason=None if reads else reason
    )
    return PlantedFault(clip_id=clip.clip_id, asset=name, heals_after=heals_after, expected=expected)


def _can_have(clip: Clip, name: str, heals_after: int | None) -> bool:
    if not is_readable(clip) or not any(asset.name == name and asset.fault is None for asset in clip.assets):
        return False
    if heals_after is not None:
        return True
    return clip.kind == "speech" and (name == "video" or bool(clip.cover.text))


def _draw(free: list[Clip], kind: str, rng: np.random.Generator) -> Clip:
    if not free:
        raise StudyError(f"world.faults: no clip is left for another '{kind}'; ask for fewer faults or more clips")
    return free[int(rng.integers(len(free)))]


def live_assets(clip_id: str, names: list[str], clock: int) -> list[Asset]:
    """Make the media files of a clip, free of faults, with links that live for some hours."""
    endings = {"video": "mp4", "captions": "vtt"}
    return [
        Asset(name=n, file=f"{clip_id}/{n}.{endings.get(n, 'jpg')}", expires_at=clock + URL_EXPIRES_AFTER)
        for n in names
    ]
