"""What all tests share: four documents and three queries that fit on the screen, and how properties are tested."""

import numpy as np
import pytest
from hypothesis import settings

from clipstudy.retrieval.texts import Collection

# the same examples in every run, however loaded the machine is
settings.register_profile("clipstudy", deadline=None, derandomize=True, database=None)
settings.load_profile("clipstudy")


@pytest.fixture
def collection() -> Collection:
    """Already normalised; the line feed divides the parts of the basic field."""
    return Collection(
        clip_ids=["11", "12", "13", "14"],
        query_ids=[1, 2, 5],
        texts={
            "basic": ["kettle\nsteam", "tea tea cup", "cat cup", "dog"],
            "speech": ["tea", "", "purr purr purr", "tea purr"],
            "cover": ["", "", "cat", ""],
            "comments": ["tea", "", "", "dog dog"],
            "query": ["tea cup", "purr", "fish dog"],
        },
        targets=np.array([1, 2, 0]),
    )
