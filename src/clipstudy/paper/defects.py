"""The table of the controlled experiment: published figures and conclusions with each defect switched off."""

from collections.abc import Mapping

from clipstudy.paper.numbers import format_number
from clipstudy.paper.tables import tabular

HEADS = {
    "published": "Published",
    "cosine": "Length",
    "idf": "Idf in it",
    "ties": "Ties",
    "quotes": "Quotes",
    "all": "All four",
}
UNCHANGED = r"$\cdot$"
_RUNS = {"char4": "4-grams, all texts", "char5": "5-grams, all texts"}
_OF_A_RUN = (
    ("share_first", "targets first", "share"),
    ("top_8", "in the top 8", "share"),
    ("mean_rank", "mean rank", "rank"),
    ("mrr", "MRR", "score"),
    ("missed", "missed", ""),
    ("kept_share_first", "first, without outliers", "share"),
    ("kept_mean_rank", "mean rank, without outliers", "rank"),
)
_SCHEMES = ("bpx", "bfx", "bxx", "bxc", "tpx", "tfx", "txx", "txc", "tpc", "bpc", "tfc", "bfc")
_TEXTS = (
    ("basic", "basic text alone"),
    ("speech", "+ speech"),
    ("cover", "+ cover"),
    ("comments", "+ comments"),
    ("speech+cover", "+ speech, cover"),
    ("speech+comments", "+ speech, comments"),
    ("cover+comments", "+ cover, comments"),
    ("speech+cover+comments", "+ all three"),
)
CONCLUSIONS = {
    "no_normalisation_best": "the best scheme has no normalisation",
    "no_normalisation_always": "no scheme gains by the cosine",
    "binary_best": "binary term weights are best",
    "probabilistic_best": "probabilistic idf is best",
    "char4_best": "4-grams are best",
    "comments_most_useful": "comments are the most useful text",
    "attribution_hurts": "attribution of fields hurts",
}


def tabulate_defects(defects: Mapping) -> str:
    """Table of every published headline figure and conclusion, published and with each defect switched off.

    Parameters
    ----------
    defects : mapping
        The content of `defects.json`.

    Returns
    -------
    str
        A tabular as wide as the page; a figure that prints as published is a dot. Conclusions give their margin in
        percentage points, in bold where they no longer hold.
    """
    figures, conclusions = defects["figures"], defects["conclusions"]
    rows: list[list[str]] = []
    rules: list[int] = []

    def add(label: str, cells: list[str]) -> None:
        rows.append([label, cells[0], *(UNCHANGED if cell == cells[0] else cell for cell in cells[1:])])

    def of(name: str, kind: str) -> list[str]:
        values = [float(figures[variant][name]) for variant in HEADS]
        return [format_number(value, kind) for value in values]

    for run, label in _RUNS.items():
        for name, words, kind in _OF_A_RUN:
            add(f"{label}: {words}", of(f"{run}_{name}", kind))
        rules.append(len(rows))
    for scheme in _SCHEMES:
        pairs = zip(of(f"{scheme}_share_first", "share"), of(f"{scheme}_median_rank", "rank"), strict=True)
        add(rf"\texttt{{{scheme}}}, all indexes: first, median rank", [f"{first}, {median}" for first, median in pairs])
    rules.append(len(rows))
    for name, label in _TEXTS:
        add(rf"\texttt{{bpx}}, first: {label}", of(f"{name}_share_first", "share"))
    rules.append(len(rows))
    for name, label in CONCLUSIONS.items():
        add(f"Margin: {label}", [_margin(conclusions[variant][name]) for variant in HEADS])
    return tabular("l" + "r" * len(HEADS), ["Figure or conclusion", *HEADS.values()], rows, rules)


def _margin(conclusion: Mapping) -> str:
    points = conclusion["points"]
    sign = "$-$" if points < 0 else "+" if points > 0 else ""
    text = f"{sign}{abs(points):.2f}"
    return text if conclusion["holds"] else rf"\textbf{{{text}}}"
