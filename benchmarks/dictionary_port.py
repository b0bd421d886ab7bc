"""The published algorithm in plain Python dictionaries: what the grid is measured against.

It does what the published program did, in the order in which that did it: an index is a dictionary term -> {clip:
count}, each experiment weighs it anew, and each query is scored posting by posting. Lengths have the published defects
(the weight of the document's last posting; f as log2(N) / df), but not its search through all values for every posting.
Published texts only: the normaliser, cluster by cluster, is the `published` one.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product
from math import log2
from pathlib import Path
from typing import NamedTuple

import regex
from unidecode import unidecode

Terms = dict[str, list[list[str]]]
Postings = dict[str, dict[int, int]]
Symbols = list[dict[str, str]]

SCHEMES = tuple(product("bt", "xfp", "xc"))
FIELDS = {"basic": "", "speech": "sr:", "comments": "c:", "cover": "ocr:"}
CHOSEN_NAMES = ("ldots", "nabla", "sqrt")


class Corpus(NamedTuple):
    """Normalised strings of every clip, by field; queries, and the row of each one's target."""

    fields: dict[str, list[list[str]]]
    queries: list[str]
    targets: list[int]


def read_corpus(raw: Path) -> Corpus:
    """Read the raw files and normalise every field of the clips that have a cover text and a transcript."""
    symbols = read_names(raw / "julia-symbols.tsv")
    covers = json.loads((raw / "ocr.json").read_text(encoding="utf-8"))
    speech = json.loads((raw / "speech_to_text.json").read_text(encoding="utf-8"))
    queries = json.loads((raw / "queries.json").read_text(encoding="utf-8"))
    fields: dict[str, list[list[str]]] = {field: [] for field in FIELDS}
    rows: dict[str, int] = {}
    for path in sorted(raw.glob("batch_*.json")):
        for clip in json.loads(path.read_text(encoding="utf-8")):
            if covers.get(clip["id"]) is None or speech.get(clip["id"]) is None:
                continue
            rows[clip["id"]] = len(rows)
            parts = ("creator-username", "creator-nickname", "description", "music-title")
            comments = " ".join(comment["comment-text"] for comment in clip["comments"])
            fields["basic"].append([normalise(clip[part], symbols) for part in parts])
            for field, text in (("speech", speech[clip["id"]]), ("comments", comments), ("cover", covers[clip["id"]])):
                fields[field].append([normalise(text, symbols)])
    asked = [normalise(query["text"], symbols) for query in queries]
    return Corpus(fields, asked, [rows[query["target"]] for query in queries])


def read_names(path: Path) -> Symbols:
    """Names of symbols: the LaTeX table, then the emoji table."""
    tables: dict[str, dict[str, str]] = {"latex": {}, "emoji": {}}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        table, codepoints, name = line.split("\t")
        symbol = "".join(chr(int(point[2:], 16)) for point in codepoints.split())
        if symbol not in tables[table] or name in CHOSEN_NAMES:
            tables[table][symbol] = name
    return [tables["latex"], tables["emoji"]]


def normalise(text: str, symbols: Symbols) -> str:
    """The `published` normaliser, one step after the other."""
    for names in symbols:
        text = "".join(names.get(cluster, cluster) for cluster in regex.findall(r"\X", text))
    text = re.sub(r"[ \t\n\v\f\r/\u2014-]+", " ", unidecode(text).lower())
    return re.sub(r"[^A-Za-z0-9_@# ]", "", text)


def tokenise(text: str, size: int | None) -> list[str]:
    """Words where `size` is None, otherwise n-grams of that many characters."""
    return text.split() if size is None else [text[i : i + size] for i in range(len(text) - size + 1)]


def tokenise_corpus(corpus: Corpus, size: int | None) -> tuple[Terms, list[list[str]]]:
    """Terms of every field of every clip, and of every query."""
    terms = {
        field: [[term for part in parts for term in tokenise(part, size)] for parts in column]
        for field, column in corpus.fields.items()
    }
    return terms, [tokenise(query, size) for query in corpus.queries]


def build_index(terms: Terms, sources: tuple[str, ...], attributed: bool) -> Postings:
    """Count the terms of the chosen fields, each with the prefix of its field where terms are attributed."""
    index: Postings = defaultdict(dict)
    for row in range(len(terms["basic"])):
        counted: Counter[str] = Counter()
        for field in ("basic", *sources):
            prefix = FIELDS[field] if attributed else ""
            counted.update(prefix + term for term in terms[field][row])
        for term, count in counted.items():
            index[term][row] = count
    return index


def run_experiments(
    index: Postings, queries: list[list[str]], targets: list[int], documents: int, attributed: bool
) -> Iterator[tuple[str, list[int]]]:
    """Rank the targets under each of the 12 published schemes; 0 where a target is not retrieved."""
    filled = len({row for postings in index.values() for row in postings})
    prefixes = FIELDS.values() if attributed else [""]
    asked = [dict.fromkeys(prefix + term for prefix in prefixes for term in query) for query in queries]
    for term_weight, collection, normalisation in SCHEMES:
        weights = {term: weigh(collection, filled, len(postings)) for term, postings in index.items()}
        lengths = last_lengths(index, term_weight, collection, documents) if normalisation == "c" else None
        ranks = []
        for query, target in zip(asked, targets, strict=True):
            scores: dict[int, float] = {}
            for term in query:
                for row, count in index[term].items() if term in index else ():
                    weight = weights[term] * (count if term_weight == "t" else 1)
                    if lengths:
                        weight = weight / lengths[row] if lengths[row] else 0.0
                    scores[row] = scores.get(row, 0.0) + weight
            ranking = sorted(scores, key=scores.__getitem__, reverse=True)
            ranks.append(ranking.index(target) + 1 if target in scores else 0)
        yield term_weight + collection + normalisation, ranks


def weigh(collection: str, documents: int, frequency: int) -> float:
    """Weight of a term that `frequency` of all documents have."""
    if collection == "x":
        return 1.0
    if collection == "f":
        return log2(documents / frequency)
    return log2((documents - frequency) / frequency) if frequency < documents else 0.0


def last_lengths(index: Postings, term_weight: str, collection: str, documents: int) -> list[float]:
    """Lengths of the documents as published: the weight of the posting that is visited last."""
    lengths = [0.0] * documents
    for postings in index.values():
        frequency = len(postings)
        weight = log2(documents) / frequency if collection == "f" else weigh(collection, documents, frequency)
        for row, count in postings.items():
            lengths[row] = abs(weight * (count if term_weight == "t" else 1))
    return lengths
