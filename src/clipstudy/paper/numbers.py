r"""Every number of the paper as a LaTeX macro: `\val{retrieval.runs.best.mrr}` prints what the results say.

Results are nested JSON; a key of the paper is the path through it, joined by dots. How a number is printed follows
from the last part of its path that names a measure, so that it is the same wherever it appears.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from clipstudy.retrieval.compare import SIGNIFICANCE

# The first pattern that a part of the path matches, searched from its end, decides.
FORMATS = (
    (re.compile(r"p|p_holm"), "probability"),
    (re.compile(r"share_level|absent_share|stale_share"), "percent"),
    (
        re.compile(
            r"(share_first|success_\d+|missed|with_text|null_agreement|bxc_equals_bxx|ocr_cer|speech_wer).*"
            r"|.*_(share_first|top_8|recovered_share|right_share|digits_share)"
        ),
        "share",
    ),
    (re.compile(r".*mrr|difference|mean_run|mean_baseline|rho|comparisons|captions|held_out"), "score"),
    (re.compile(r"points"), "points"),
    (re.compile(r".*rank|median_(with|without)|median_length|query_words|.*width.*|imputed_rank"), "rank"),
)
SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
SPECIAL |= {character: "\\" + character for character in "&%$#_{}"}


def escape(text: str) -> str:
    """Escape a text for LaTeX."""
    return "".join(SPECIAL.get(character, character) for character in text)


def format_number(value: float, kind: str = "") -> str:
    """Format one number for LaTeX.

    Parameters
    ----------
    value : float
        An int gets thousands separators whatever its kind.
    kind : str
        `share` (percent, one decimal), `percent` (without decimals), `score` (three decimals), `rank` (one decimal
        unless whole), `points` (two decimals), `probability` (three decimals, `<0.001` below), or nothing (three
        significant digits).
    """
    if isinstance(value, int):
        return _sign(f"{value:,}")
    if kind == "share":
        return _sign(f"{100 * value:z.1f}") + r"\%"
    if kind == "percent":
        return f"{100 * value:.0f}" + r"\%"
    if kind == "points":
        return _sign(f"{value:z.2f}")
    if kind == "score":
        return _sign(f"{value:z.3f}")
    if kind == "probability":
        return "$<$0.001" if value < 0.001 else f"{value:.3f}"
    if kind == "rank":
        return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return f"{value:,.0f}" if value == round(value) else _sign(f"{value:,.3g}")


def _sign(text: str) -> str:
    return f"$-${text[1:]}" if text.startswith("-") else text


def kind_of(path: Sequence[str]) -> str:
    """Kind of the number at a path: that of the last part that names a measure."""
    for part in reversed(path):
        for pattern, kind in FORMATS:
            if pattern.fullmatch(part):
                return kind
    return ""


def format_interval(values: Sequence[float], kind: str) -> str:
    r"""Format an interval: `[56.2, 76.1]\\%` or `[0.661, 0.823]`."""
    low, high = (format_number(float(v), kind).removesuffix(r"\%") for v in values)
    return f"[{low}, {high}]" + (r"\%" if kind == "share" else "")


def flatten(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Walk nested results and yield `(key, LaTeX text)` for every number, text and pair of numbers.

    A pair of floats (an interval, the ends of a tie) gives its own key and `.low` and `.high`; a p-value gives
    `.stated` too, with its relation sign.
    """
    key, kind = ".".join(path), kind_of(path)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flatten(inner, (*path, str(name)))
    elif isinstance(value, bool):
        yield key, "yes" if value else "no"
    elif isinstance(value, int | float):
        text = format_number(value, kind)
        yield key, text
        if kind == "probability":
            yield f"{key}.stated", text.replace("$<$", "$p<$ ") if text.startswith("$<$") else f"$p={text}$"
    elif isinstance(value, str):
        yield key, escape(value)
    elif isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value):
        yield key, format_interval(value, kind)
        yield f"{key}.low", format_number(float(value[0]), kind)
        yield f"{key}.high", format_number(float(value[1]), kind)


def describe_comparisons(comparisons: Mapping[str, Mapping]) -> dict[str, dict[str, str]]:
    """Words for what each comparison found, so that the prose cannot contradict its numbers.

    Returns
    -------
    dict
        Name -> `verb` (raises, lowers), `higher` (higher, lower), `firm` (what the corrected test says).
    """
    words = {}
    for name, found in comparisons.items():
        up = found["difference"] > 0
        words[name] = {
            "verb": "raises" if up else "lowers",
            "higher": "higher" if up else "lower",
            "firm": "significant after Holm's correction"
            if found["p_holm"] < SIGNIFICANCE
            else "not significant after Holm's correction",
        }
    return words


def describe_extremes(headline: Mapping) -> dict[str, str]:
    """Words for the extremes of the grid: the most and least useful single text, the best and worst scheme."""
    single = {name: values["mrr"] for name, values in headline["texts"].items() if "+" not in name and name != "basic"}
    schemes = {name: values["success_1"] for name, values in headline["schemes"].items()}
    firm = [found for found in headline["comparisons"].values() if found["p_holm"] < SIGNIFICANCE]
    significant = [name for name, found in headline["labels"].items() if found["p_holm"] < SIGNIFICANCE]
    return {
        "best_text": max(single, key=lambda n: (single[n], n), default="none"),
        "worst_text": min(single, key=lambda n: (single[n], n), default="none"),
        "best_scheme": max(schemes, key=lambda n: (schemes[n], n)),
        "worst_scheme": min(schemes, key=lambda n: (schemes[n], n)),
        "comparisons": format_number(len(headline["comparisons"])),
        "comparisons_firm": format_number(len(firm)),
        "labels_firm": join_words([name.replace("_", " ") for name in significant]) or "none",
    }


def spell_number(value: int) -> str:
    """Spell a small number as prose does; from 13 on, digits."""
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    return words[value] if 0 <= value < len(words) else format_number(value)


def name_tokens(tokenisation: str) -> str:
    """Readable name of a tokenisation: `words`, `4-grams`."""
    return "words" if tokenisation == "word" else f"{tokenisation.removeprefix('char')}-grams"


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence does: `a`, `a and b`, `a, b and c`."""
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def describe_index(index_id: str) -> dict[str, str]:
    """Words for an index from its identifier such as `char4-speech+cover-plain`: tokens, texts, form."""
    tokenisation, texts, form = index_id.split("-")
    added = [] if texts == "basic" else texts.split("+")
    return {"tokens": name_tokens(tokenisation), "texts": join_words(["basic", *added]), "form": form}


def write_numbers(values: Mapping[str, object], switches: Mapping[str, bool], path: Path) -> int:
    r"""Write the macros: one `\setval{key}{text}` a number and `\setswitch` a condition; return how many.

    Parameters
    ----------
    values : mapping
        Nested results.
    switches : mapping
        Name -> truth, for the parts that only some studies have.
    path : Path
        The TeX file.
    """
    numbers = dict(sorted(flatten(values)))
    lines = ["% Made from the results; every number that the paper prints."]
    lines += [rf"\newif\if{name}\{name}{'true' if on else 'false'}" for name, on in sorted(switches.items())]
    lines += [rf"\def\studytitle{{{numbers.get('words.front.title', '')}}}"]
    lines += [rf"\setval{{{key}}}{{{text}}}" for key, text in numbers.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(numbers)
