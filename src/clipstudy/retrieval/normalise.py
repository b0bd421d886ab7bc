"""Normalisers: from the text of a field to lower-case ASCII over the alphabet a-z 0-9 _ @ # and the space.

A normaliser is a function from one string to one string, chosen by `make_normaliser`. Words are what lies between
spaces; character n-grams run over the whole string, spaces included.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path

import emoji
import regex
import unidecode

from clipstudy.study import StudyError, Text

Normaliser = Callable[[str], str]
Symbols = tuple[dict[str, str], dict[str, str]]

# Where a symbol has two names in one table, the published program used these; otherwise the first in the file.
_CHOSEN_NAMES = frozenset({"ldots", "nabla", "sqrt"})
# Only a cluster with a character beyond ASCII can be in the tables. ASCII neighbours belong to the match, because a
# combining mark or a prepended one joins them in one cluster; two ASCII characters in a row are two clusters, except
# for a line end, which is in no table.
_BEYOND_ASCII = re.compile(r"(?:[\x00-\x7f]?[^\x00-\x7f]+)+[\x00-\x7f]?")
_CLUSTER = regex.compile(r"\X")
_PUBLISHED_DELIMITERS = re.compile(r"[ \t\n\r\f\v/-]+")
_BASIC_DELIMITERS = re.compile(r"[\s/\u2014]+|--+")
_OUTSIDE = re.compile(r"[^a-z0-9_@# ]")
_OUTSIDE_MODERN = re.compile(r"[^a-z0-9@#]+")
_QUOTES = re.compile("['`]")
_ACUTE = "\u00b4"


def read_symbols(path: Path) -> Symbols:
    """Read the Julia REPL names of symbols: (LaTeX names without backslash, emoji names with colons).

    Parameters
    ----------
    path : Path
        TSV with the columns table (latex, emoji), codepoints (`U+1F600 U+FE0F`) and name.

    Raises
    ------
    StudyError
        Where the file is not such a table.
    """
    tables: dict[str, dict[str, str]] = {"latex": {}, "emoji": {}}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            try:
                symbol = "".join(chr(int(point.removeprefix("U+"), 16)) for point in row["codepoints"].split())
                names = tables[row["table"]]
            except (KeyError, ValueError, AttributeError):
                raise StudyError(f"{path}: line {number}: not a row of table, codepoints, name") from None
            if symbol not in names or row["name"] in _CHOSEN_NAMES:
                names[symbol] = row["name"]
    return tables["latex"], tables["emoji"]


def name_symbols(text: str, symbols: Symbols) -> str:
    """Replace each grapheme cluster by its LaTeX name, then each remaining one by its emoji name.

    A cluster of several code points (skin tone, flag, variation selector) is only replaced where the table has it as
    a whole, as in the published program.
    """
    for names in symbols:
        if text.isascii():
            return text
        text = _BEYOND_ASCII.sub(partial(_name_clusters, names=names), text)
    return text


def _name_clusters(match: re.Match[str], names: dict[str, str]) -> str:
    return "".join([names.get(cluster, cluster) for cluster in _CLUSTER.findall(match[0])])


def normalise_published(text: str, symbols: Symbols) -> str:
    """Normalise as in the published experiments: symbol names, Unidecode 1.3.6, lower case, delimiters, alphabet."""
    if not text.isascii():
        text = unidecode.unidecode(name_symbols(text, symbols))
    return _OUTSIDE.sub("", _PUBLISHED_DELIMITERS.sub(" ", text.lower()))


def normalise_basic(text: str, symbols: Symbols) -> str:
    """Normalise as the published viewer's index: symbol names, lower case, delimiters but single hyphens, ASCII."""
    return normalise_basic_query(name_symbols(text, symbols))


def normalise_basic_query(text: str) -> str:
    """Normalise as the query side of the published viewer, which knew no symbol names."""
    return _OUTSIDE.sub("", _BASIC_DELIMITERS.sub(" ", text.lower()))


def normalise_unicode(text: str) -> str:
    """Normalise cleanly: NFKC, emoji as words, transliteration, apostrophes dropped, case folding, one space a gap."""
    if not text.isascii():
        # NFKC makes a space and a combining mark of the acute accent that many keyboards give for an apostrophe
        text = unicodedata.normalize("NFKC", text.replace(_ACUTE, "'"))
        text = unidecode.unidecode(emoji.demojize(text, delimiters=(" ", " ")))
    return _OUTSIDE_MODERN.sub(" ", _QUOTES.sub("", text).casefold()).strip()


def make_normaliser(text: Text, data: Path) -> Normaliser:
    """Return the normaliser that a study names.

    Parameters
    ----------
    text : Text
        Section of the study's configuration.
    data : Path
        The study's data folder, which holds its symbol table.
    """
    if text.normaliser == "unicode":
        return normalise_unicode
    if text.symbols is None:
        raise StudyError(f"normaliser '{text.normaliser}' needs a table of symbol names")
    named = {"published": normalise_published, "basic": normalise_basic}[text.normaliser]
    return partial(named, symbols=read_symbols(data / text.symbols))
