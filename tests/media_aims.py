"""What the media part of a simulated study must reach."""

from typing import get_args

from clipstudy.study import FaultKind

KINDS = [kind for part in get_args(FaultKind) for kind in get_args(part) or (part,)]
IN_CLIPS = ["absent_state", "late_comments", "long_with_silent_minute", "photo_post", "purely_visual", "soundless",
            "stale_state"]  # fmt: skip
EXACT = {
    "clips_lost": 0,
    "clips_unknown": 0,
    "planted_faults_right_share": 1.0,
    "comments_recovered_share": 1.0,
    "replies_recovered_share": 1.0,
}
CEILINGS = {"ocr_cer_plain": 0.1, "speech_wer_clear": 0.25}


def missed_aims(media: dict) -> list[str]:
    """Say which aims the content of a `media.json` misses."""
    missed = [f"{key} is {media[key]}, not {value}" for key, value in EXACT.items() if media[key] != value]
    missed += [f"{key} is {media[key]}, above {most}" for key, most in CEILINGS.items() if not media[key] <= most]
    planted = media["planted_faults"]
    return missed + [f"no {kind} is planted" for kind in [*KINDS, *IN_CLIPS] if not planted.get(kind)]
