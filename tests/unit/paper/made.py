"""Invented results of the controlled experiment."""

from clipstudy.paper.defects import CONCLUSIONS, HEADS
from clipstudy.retrieval.defects import CONTROLS
from clipstudy.retrieval.emulate import SCHEMES

TEXTS = ("speech", "cover", "comments", "speech+cover", "speech+comments", "cover+comments", "speech+cover+comments")


def make_defects() -> dict:
    """Every figure is 0.25, or 3 where it is a rank; every conclusion holds by a point."""
    figures = {f"{name}_share_first": 0.25 for name in ("basic", *TEXTS, *SCHEMES)}
    figures |= {f"{scheme}_median_rank": 3.0 for scheme in SCHEMES}
    for run in ("char4", "char5"):
        shares = dict.fromkeys(("share_first", "top_8", "mrr", "kept_share_first"), 0.25)
        ranks = dict.fromkeys(("mean_rank", "kept_mean_rank", "missed"), 3.0)
        figures |= {f"{run}_{name}": value for name, value in (shares | ranks).items()}
    return {
        "figures": {variant: dict(figures) for variant in HEADS},
        "conclusions": {variant: {name: {"points": 1.0, "holds": True} for name in CONCLUSIONS} for variant in HEADS},
        "controls": {"ranks": 10, "exact": dict.fromkeys([*CONTROLS, "corpus_by_id"], 9)},
        "variants": {},
        "rules": {},
    }


def make_media() -> dict:
    """A world in which nothing was said over noise, read worse on busy covers."""
    shares = dict.fromkeys(("comments", "replies", "captions"), 1.0)
    errors = dict.fromkeys(("clear", "clear_american", "clear_british", "music", "long"), 0.1) | {"noisy": None}
    return {
        "clips_in_truth": 16,
        "clips_recorded": 14,
        "clips_rejected": 2,
        "clips_lost": 0,
        "clips_with_speech": 9,
        "clips_with_captions": 4,
        "planted_faults": {"blob_url": 2, "html_instead_of_media": 1, "http_5xx_heals": 3},
        "planted_faults_right_share": 1.0,
        "ocr_cer_plain": 0.1,
        "ocr_cer_busy": 0.4,
        "speech_wrong_words_with_digits_share": 0.25,
        "speech_most_confused": {"spoken": "three", "read": "free", "times": 15},
        **{f"{name}_recovered_share": share for name, share in shares.items()},
        **{f"speech_wer_{name}": error for name, error in errors.items()},
    }
