"""Fixtures that several layers share."""

import pytest

from clipstudy.retrieval.texts import Collection
from tests.unit.tiny import Tiny, make_tiny


@pytest.fixture
def tiny(collection: Collection) -> Tiny:
    """The study of four clips, evaluated."""
    return make_tiny(collection)
