import numpy as np
import pytest

from clipstudy.retrieval.captions import compare_captions, run_captions
from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.texts import Collection
from clipstudy.study import Retrieval

CONFIG = Retrieval(tokenisations=["word"], best_index="word-speech+cover+comments-plain", captions=True)


@pytest.fixture
def collection():
    """Return clips whose captions alone say what the first query asks for."""
    texts = {
        "basic": ["a", "b", "c"],
        "speech": ["tee", "tea cup", "tea"],
        "cover": ["", "", ""],
        "comments": ["", "", ""],
        "captions": ["tea kettle", "", ""],
        "query": ["tea kettle", "cup"],
    }
    return Collection(["1", "2", "3"], [1, 2], texts, np.array([0, 1]))


def test_captions_stand_in_place_of_speech_and_beside_it(collection):
    ranks = run_captions(collection, CONFIG).to_pandas()
    assert set(ranks["index_id"]) == {
        f"word-{texts}+captions-{form}"
        for texts in ("cover+comments", "speech+cover+comments")
        for form in ("plain", "attributed")
    }


def test_what_captions_change_is_measured_query_by_query(collection):
    grid = run_grid(collection, "word", CONFIG)[1].to_pandas()
    compared = compare_captions(grid, run_captions(collection, CONFIG).to_pandas(), CONFIG, clips=3, seed=1)
    beside = compared["beside_speech"]
    assert (beside["mean_baseline"], beside["mean_run"]) == ((0 + 1) / 2, (1 + 1) / 2)
    assert (beside["better"], beside["worse"]) == (1, 0)
    in_place = compared["in_place_of_speech"]
    assert in_place["mean_run"] == (1 + 0) / 2  # the second target says "cup", which no caption has
