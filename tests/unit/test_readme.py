"""Numbers in the README are those of the results that it names."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MARK = "<!-- numbers: checked against results by tests/unit/test_readme.py -->"
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def checked_rows() -> list[list[str]]:
    """Rows of the table between the mark and the next heading: what, value, from."""
    block = (ROOT / "README.md").read_text(encoding="utf-8").split(MARK)[1].split("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines() if line[:1] == "|"]
    return rows[2:]


def look_up(source: str) -> list[float]:
    """Numbers at the keys that a cell names after its file: `file` `key.of.one` `key.of.an.interval`."""
    file, *keys = re.findall(r"`([^`]+)`", source)
    content = json.loads((ROOT / "results" / file).read_text(encoding="utf-8"))
    found = []
    for key in keys:
        value = content
        for part in key.split("."):
            value = value[part]
        found += value if isinstance(value, list) else [value]
    return found


def mistakes(value: str, source: str) -> list[str]:
    """Numbers of a cell that are not those of its source, rounded to the digits that the cell shows."""
    shown, found = NUMBER.findall(value), look_up(source)
    if len(shown) != len(found):
        return [f"{value}: {len(shown)} numbers, but {len(found)} at {source}"]
    percent = 100 if "%" in value else 1
    rounded = [
        f"{percent * number:,.{len(text.partition('.')[2])}f}" for text, number in zip(shown, found, strict=True)
    ]
    return [f"README has {text}, {source} {right}" for text, right in zip(shown, rounded, strict=True) if text != right]


@pytest.mark.parametrize("row", checked_rows(), ids=lambda row: row[0])
def test_number_is_that_of_its_file(row):
    _, value, source = row
    assert mistakes(value, source) == []


def test_the_readme_states_results():
    assert len(checked_rows()) >= 6


@pytest.mark.parametrize(
    "wrong", ["82,559 of 82,560", "82,560 of 82,561", "82,560", "1 of 82,560 of 82,560", "82560 of 82,560"]
)
def test_a_wrong_number_is_found(wrong):
    _, value, source = checked_rows()[1]
    assert mistakes(value, source) == []
    assert mistakes(wrong, source) != []
