"""The data dictionary tells of every column of every table, and of no other."""

import re
from pathlib import Path

import pytest

from clipstudy.tables import SCHEMAS

DICTIONARY = Path(__file__).parents[2] / "docs/data-dictionary.md"
SECTIONS = {
    match[1]: match[2]
    for match in re.finditer(r"^## `(\w+)`([^\n]*\n.*?)(?=^## |\Z)", DICTIONARY.read_text("utf-8"), re.M | re.S)
}


def test_every_table_has_a_section():
    assert sorted(SECTIONS) == sorted(SCHEMAS), "add the table to docs/data-dictionary.md"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_column_has_a_row_and_the_key_is_told(name):
    section = SECTIONS[name]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    columns = [column for row in rows for column in re.findall(r"`(\w+)`", row)]
    assert columns == SCHEMAS[name].columns.names, f"section {name} of docs/data-dictionary.md"
    assert re.findall(r"`(\w+)`", re.search(r"^Key: ([^.]*)\.", section, re.M)[1]) == list(SCHEMAS[name].key)
