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
