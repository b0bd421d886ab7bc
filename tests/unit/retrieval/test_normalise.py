import re
import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.retrieval.normalise import (
    make_normaliser,
    name_symbols,
    normalise_basic,
    normalise_basic_query,
    normalise_published,
    normalise_unicode,
    read_symbols,
)
from clipstudy.study import StudyError, Text

# an invented excerpt: names of ours, codepoints of the real kind
TABLE = """table\tcodepoints\tname
latex\tU+03B1\talpha
latex\tU+2026\tdots
latex\tU+2026\tldots
latex\tU+2019\trq
latex\tU+201C\tldq
latex\tU+201D\trdq
latex\tU+0301\tacute
latex\tU+226A U+0338\tNotLessLess
latex\tU+00B0\tdegree
latex\tU+2665\theartsuit
emoji\tU+2665\t:hearts:
emoji\tU+1F44D\t:+1:
emoji\tU+1F605\t:sweat_smile:
"""
HEART, THUMB, SWEAT = "\u2665", "\U0001f44d", "\U0001f605"
DARK, VARIANT, JOINER = "\U0001f3ff", "\ufe0f", "\u200d"


def write_table(folder: Path, content: str = TABLE) -> Path:
    path = folder / "symbols.tsv"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def symbols(tmp_path_factory):
    return read_symbols(write_table(tmp_path_factory.mktemp("symbols")))


def replace_every_cluster(text, symbols):
    """The published step as it is told: every cluster by the first table, then every one by the second."""
    for names in symbols:
        text = "".join(names.get(cluster, cluster) for cluster in regex.findall(r"\X", text))
    return text


class TestSymbols:
    def test_two_tables_with_the_name_that_the_published_program_took(self, symbols):
        latex, emoji = symbols
        assert latex["\u2026"] == "ldots"
        assert latex["\u226a\u0338"] == "NotLessLess"
        assert emoji == {HEART: ":hearts:", THUMB: ":+1:", SWEAT: ":sweat_smile:"}

    def test_the_chosen_name_wins_wherever_it_stands(self, tmp_path):
        rows = "table\tcodepoints\tname\nlatex\tU+221A\tsqrt\nlatex\tU+221A\tsurd\nlatex\tU+0336\tstrike\n"
        latex, _ = read_symbols(write_table(tmp_path, rows + "latex\tU+0336\tsout\n"))
        assert latex == {"\u221a": "sqrt", "\u0336": "strike"}

    @pytest.mark.parametrize("row", ["greek\tU+03B1\talpha", "latex\tU+XYZ\talpha", "latex", "latex\tU+110000\tx"])
    def test_another_table_is_refused_with_its_line(self, tmp_path, row):
        path = write_table(tmp_path, TABLE + row + "\n")
        with pytest.raises(StudyError, match=re.escape(f"{path}: line {TABLE.count(chr(10)) + 1}: not a row")):
            read_symbols(path)

    def test_latex_names_come_before_emoji_names(self, symbols):
        assert name_symbols(HEART, symbols) == "heartsuit"

    @pytest.mark.parametrize("cluster", [THUMB + DARK, HEART + VARIANT, SWEAT + JOINER + HEART, "a\u0301"])
    def test_a_cluster_that_is_no_row_stays(self, symbols, cluster):
        assert name_symbols(f"{cluster} {THUMB}", symbols) == f"{cluster} :+1:"

    def test_a_cluster_of_two_code_points_that_is_a_row_is_named(self, symbols):
        assert name_symbols("1\u226a\u03382", symbols) == "1NotLessLess2"

    def test_a_mark_belongs_to_the_letter_before_it_also_after_a_symbol(self, symbols):
        assert name_symbols("\u03b1b\u0301", symbols) == "alphab\u0301"
        assert name_symbols("\n\u0301", symbols) == "\nacute"

    @given(
        st.text(st.sampled_from(f"ab1\r\n \u0600\u0301\u03b1\u226a\u0338{HEART}{THUMB}{DARK}{VARIANT}{JOINER}\u0e33"))
    )
    def test_equals_the_replacement_of_every_cluster(self, symbols, text):
        assert name_symbols(text, symbols) == replace_every_cluster(text, symbols)

    @given(st.text())
    def test_equals_the_replacement_of_every_cluster_of_any_text(self, symbols, text):
        assert name_symbols(text, symbols) == replace_every_cluster(text, symbols)


class TestPublished:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Two Words", "two words"),
            ("don't", "dont"),
            ("don\u2019t", "donrqt"),  # the defect: a curly quote becomes a word
            ("\u201chi\u201d", "ldqhirdq"),
            (f"so{SWEAT}!", "sosweat_smile"),
            (f"{THUMB} ok", "1 ok"),  # of :+1: only the digit is in the alphabet
            (f"ok{THUMB}{DARK}", "ok"),  # with a skin tone it is in no table, and Unidecode drops it
            (f"I {HEART}{VARIANT} tea", "i tea"),
            ("tea & cup", "tea  cup"),  # runs of spaces end before other characters are removed
            ("20\u00b0", "20degree"),
            ("ol\u00e9 \u00dcber", "ole uber"),
            ("a-b/c\td\u00a0e", "a b c d e"),
            ("a - / b", "a b"),
            ("a\u2014b", "a b"),  # Unidecode writes the em-dash as two hyphens
            ("wait\u2026", "waitldots"),
            ("#Tea @tea_fan 50%", "#tea @tea_fan 50"),
            ("a\x00b", "ab"),
            ("", ""),
        ],
    )
    def test_known_case(self, symbols, text, expected):
        assert normalise_published(text, symbols) == expected

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_alphabet(self, symbols, text):
        assert re.fullmatch("[a-z0-9_@# ]*", normalise_published(text, symbols))


class TestBasic:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("well-known", "wellknown"),  # a single hyphen is removed
            ("a--b\u2014c/d", "a b c d"),
            ("ol\u00e9", "ol"),  # no transliteration
            ("20\u00b0 \u03b1", "20degree alpha"),
            ("a \n b", "a b"),
        ],
    )
    def test_known_case(self, symbols, text, expected):
        assert normalise_basic(text, symbols) == expected

    def test_the_query_side_knows_no_names(self):
        assert normalise_basic_query("20\u00b0 Well-Known/x") == "20 wellknown x"


class TestUnicode:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("don't don\u2019t don\u00b4t don`t \uff44\uff4f\uff4e\uff07\uff54", "dont dont dont dont dont"),
            ("\u201chi\u201d (there)", "hi there"),
            (f"{SWEAT}ok", "grinning face with sweat ok"),
            (f"{THUMB}{DARK}", "thumbs up dark skin tone"),
            ("Stra\u00dfe STRASSE", "strasse strasse"),
            ("\ufb01ne \uff21\uff22", "fine ab"),
            ("a-b_c/d\u2014e", "a b c d e"),
            ("  #Tea  @fan ", "#tea @fan"),
            ("\u041c\u043e\u0441\u043a\u0432\u0430", "moskva"),
        ],
    )
    def test_known_case(self, text, expected):
        assert normalise_unicode(text) == expected

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_alphabet_and_spaces(self, text):
        assert re.fullmatch("([a-z0-9@#]+( [a-z0-9@#]+)*)?", normalise_unicode(text))

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_idempotent(self, text):
        once = normalise_unicode(text)
        assert normalise_unicode(once) == once

    @given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F)).filter(lambda text: "\u00b4" not in text))
    def test_composed_and_decomposed_letters_are_the_same(self, text):
        composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
        assert normalise_unicode(composed) == normalise_unicode(decomposed)


class TestMakeNormaliser:
    def test_each_name_gives_its_function(self, tmp_path):
        write_table(tmp_path)
        made = {
            name: make_normaliser(Text(normaliser=name, symbols="symbols.tsv"), tmp_path)("\u03b1-\u00e9\u2019s")
            for name in ("published", "basic", "unicode")
        }
        assert made == {"published": "alpha erqs", "basic": "alpharqs", "unicode": "a es"}
