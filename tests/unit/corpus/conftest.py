"""A tiny study on disk."""

import json
from pathlib import Path

import pytest

from clipstudy.corpus.build import build_corpus
from clipstudy.study import Corpus, Paper, Study


class TinyStudy:
    """Writes files of a study below a temporary root and builds its tables."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data/tiny"
        (self.data / "raw").mkdir(parents=True)

    def write(self, name: str, content: object) -> None:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        (self.data / "raw" / name).write_bytes(raw)

    def study(self, **corpus) -> Study:
        return Study(name="tiny", simulated=True, corpus=Corpus(**corpus), paper=Paper(title="Tiny"))

    def build(self, **corpus) -> dict[str, list[dict]]:
        tables = build_corpus(self.study(**corpus), self.root)
        return {name: table.to_pylist() for name, table in tables.items()}


@pytest.fixture
def tiny(tmp_path) -> TinyStudy:
    return TinyStudy(tmp_path)
