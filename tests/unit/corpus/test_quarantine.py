"""Rows of what could not be read."""

from hypothesis import given
from hypothesis import strategies as st

from clipstudy.corpus.quarantine import WHOLE_FILE, Rejected, UnreadableError, excerpt, rejected_table, unknown_key_rows


def test_rows_of_one_record_are_numbered():
    rows = [
        Rejected("b.json", 4, "id", "x"),
        Rejected("a.json", 7, "id", "second file, listed first"),
        Rejected("b.json", 4, "kind", "y"),
        Rejected("b.json", WHOLE_FILE, None, "z"),
    ]
    table = rejected_table(rows).to_pylist()
    places = [(row["source"], row["position"], row["sequence"], row["reason"]) for row in table]
    assert places == [
        ("a.json", 7, 0, "second file, listed first"),
        ("b.json", -1, 0, "z"),
        ("b.json", 4, 0, "x"),
        ("b.json", 4, 1, "y"),
    ]


def test_no_rows_make_an_empty_table():
    assert rejected_table([]).num_rows == 0


def test_a_row_names_the_part_of_the_record():
    fault = UnreadableError("like-count", "not a count", "many")
    assert fault.row("b.json", 3, "comments[2]") == ("b.json", 3, "comments[2].like-count", "not a count", "many")
    assert UnreadableError(None, "no").row("b.json", 3, "comments[2]").field == "comments[2]"
    assert UnreadableError(None, "no").row("b.json", 3).field is None


def test_excerpt_escapes_what_is_not_printable():
    assert excerpt("a\0b\nc\ud800 \x1b[0m") == "a\\x00b\\nc\\ud800 \\x1b[0m"
    assert excerpt("茶 🍵") == "茶 🍵"
    assert excerpt(["x" * 500, {"y": [1]}]).startswith("['xxx")
    assert excerpt(None) is None


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=40))
def test_excerpt_is_short_and_one_line(value):
    text = excerpt(value)
    assert text is None or (len(text) <= 80 and (text == "" or text.isprintable()))


def test_excerpt_of_a_huge_text():
    assert excerpt("x" * 10_000_000) == "x" * 80


def test_unknown_keys_are_told_once_a_file():
    (row,) = unknown_key_rows("b.json", {"mo\0od": 500})
    assert row.field == "mo\\x00od"
    assert row.reason == "unknown key, met 500 times; left out, its records are kept"
