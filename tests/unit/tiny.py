"""A study of four clips and three queries, evaluated: what figures and papers are tried on."""

from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from clipstudy.retrieval.evaluate import evaluate_grid
from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.headline import summarise_headline
from clipstudy.retrieval.texts import Collection
from clipstudy.study import Retrieval
from clipstudy.tables import build_table

BEST = "char4-speech+cover+comments-plain"
SETTINGS = Retrieval(tokenisations=["word", "char4"], best_index=BEST, best_scheme="bpx", cutoffs=[1, 2])


class Tiny(NamedTuple):
    """Tables as frames, the measures of all runs and the headline numbers."""

    frames: dict[str, pd.DataFrame]
    evaluation: pd.DataFrame
    headline: dict


def make_tiny(collection: Collection) -> Tiny:
    """Run the whole retrieval part on the collection of four documents."""
    parts = [run_grid(collection, tokenisation, SETTINGS) for tokenisation in SETTINGS.tokenisations]
    tables = {name: pa.concat_tables([part[i] for part in parts]) for i, name in enumerate(("indexes", "ranks"))}
    tables["clips"] = build_table(
        "clips",
        {
            "clip_id": ["11", "12", "13", "14", "15"],
            "creator": ["c1", "c2", "c3", "c4", "c5"],
            "nickname": ["n"] * 5,
            "description": ["kettle steam", "tea tea cup", "cat cup", "dog", "lost"],
            "music_title": ["m"] * 5,
            "speech_text": ["tea", "", "purr purr purr", "tea purr", None],
            "cover_text": ["", "", "cat", "", None],
            "in_corpus": [True] * 4 + [False],
            "missing": [[], [], [], [], ["cover"]],
        },
    )
    tables["comments"] = build_table(
        "comments", {"clip_id": ["11", "11", "14"], "position": [0, 1, 0], "text": ["tea", "yes", "dog dog"]}
    )
    tables["queries"] = build_table(
        "queries",
        {
            "query_id": [1, 2, 5],
            "text": ["tea cup", "purr", "fish dog"],
            "target_id": ["12", "13", "11"],
            "author": ["A1", "A1", "A2"],
            "useful_description": [True, False, False],
            "comments_on_topic": [False, True, True],
        },
    )
    frames = {name: table.to_pandas() for name, table in tables.items()}
    headline = summarise_headline(**frames, settings=SETTINGS, seed=1)
    return Tiny(frames, evaluate_grid(frames["ranks"], SETTINGS.cutoffs, 4), headline)
