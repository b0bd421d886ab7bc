"""The tables of the paper: each function returns a booktabs tabular made from results."""

from collections.abc import Mapping, Sequence

from clipstudy.paper.numbers import SIGNIFICANCE, escape, format_interval, format_number

COMPARISONS = {
    "all_texts": ("all texts", "basic"),
    "comments": ("+ comments", "basic"),
    "cover": ("+ cover", "basic"),
    "speech": ("+ speech", "basic"),
    "over_word": ("chosen n-grams", "words"),
    "over_char4": ("chosen tokens", "4-grams"),
    "over_char5": ("chosen n-grams", "5-grams"),
    "attribution": ("attributed fields", "plain"),
    "cosine_binary": ("bpc", "bpx"),
    "cosine_raw": ("txc", "txx"),
    "binary_over_raw": ("bpx", "tpx"),
    "collection_weight": ("bpx", "bxx"),
    "augmented": ("npx", "bpx"),
}
RUNS = {
    "best": "Reference run",
    "basic": "Basic text only",
    "word": "Words, all texts",
    "char5": "5-grams, all texts",
    "top": "Highest MRR of the grid",
}


def tabular(columns: str, head: Sequence[str], rows: Sequence[Sequence[str]], rules: Sequence[int] = ()) -> str:
    r"""Lay out a booktabs tabular; `rules` are the rows after which a `\midrule` stands."""
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", " & ".join(head) + r" \\", r"\midrule"]
    for number, row in enumerate(rows, start=1):
        lines.append(" & ".join(row) + r" \\")
        if number in rules:
            lines.append(r"\midrule")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def tabulate_corpus(headline: Mapping) -> str:
    """Table of the text sources: share of clips with the text and its median length."""
    corpus = headline["corpus"]
    names = {
        "basic": "Basic (account, description, music)",
        "speech": "Speech",
        "cover": "Cover",
        "comments": "Comments",
    }
    rows = [
        [
            name,
            format_number(corpus["with_text"][text], "share"),
            format_number(corpus["median_length"][text], "rank") if text in corpus["median_length"] else "--",
        ]
        for text, name in names.items()
    ]
    return tabular("lrr", ["Text", "Clips with it", "Median length"], rows)


def tabulate_runs(headline: Mapping) -> str:
    """Table of the detailed runs: success at every cutoff, MRR, ranks and missed, with intervals of the first two."""
    runs = headline["runs"]
    cutoffs = sorted(int(key.removeprefix("success_")) for key in runs["best"] if key.startswith("success_"))
    head = ["Run", "Scheme", *(f"Top {k}" if k > 1 else "First" for k in cutoffs), "MRR", "Median", "Mean", "Missed"]
    rows = []
    for name, label in RUNS.items():
        if name not in runs:
            continue
        run = runs[name]
        shares = [run[f"success_{k}"] for k in cutoffs]
        rows.append(
            [
                label,
                escape(run["scheme"]),
                *(format_number(share["value"], "share") for share in shares),
                format_number(run["mrr"]["value"], "score"),
                format_number(run["median_rank"]["value"], "rank"),
                format_number(run["mean_rank"]["value"], "rank"),
                format_number(run["missed"]["value"], "share"),
            ]
        )
        gaps = [_small(format_interval(share["interval"], "share").removesuffix(r"\%")) for share in shares]
        last = [("mrr", "score"), ("median_rank", "rank"), ("mean_rank", "rank"), ("missed", "share")]
        gaps += [_small(format_interval(run[m]["interval"], k).removesuffix(r"\%")) for m, k in last]
        rows.append(["", "", *gaps])
    return tabular("ll" + "r" * (len(head) - 2), head, rows)


def _small(text: str) -> str:
    return rf"{{\scriptsize {text}}}"


def tabulate_schemes(headline: Mapping) -> str:
    """Table of the schemes over all indexes: term and collection components by row, normalisation by column."""
    schemes = headline["schemes"]
    rows = []
    for scheme in sorted((s for s in schemes if s.endswith("x")), key=lambda s: ("btn".index(s[0]), "xfp".index(s[1]))):
        row = [rf"\texttt{{{scheme[:2]}}}\,\textperiodcentered"]
        for normalised in (scheme, f"{scheme[:2]}c"):
            found = schemes[normalised]
            row += [
                format_number(found["success_1"], "share"),
                format_number(found["mrr"], "score"),
                format_number(found["median_rank"], "rank"),
            ]
        rows.append(row)
    body = tabular("l rrr rrr", ["Scheme", *(2 * ["First", "MRR", "Median"])], rows, rules=(3, 6))
    groups = r" & \multicolumn{3}{c}{none (x)} & \multicolumn{3}{c}{cosine (c)} \\" "\n"
    groups += r"\cmidrule(lr){2-4}\cmidrule(l){5-7}" "\n"
    return body.replace(r"\toprule" "\n", r"\toprule" "\n" + groups, 1)


def tabulate_comparisons(headline: Mapping) -> str:
    """Table of the planned comparisons: difference in MRR, interval, queries better and worse, adjusted p-value."""
    found = headline["comparisons"]
    rows = []
    for name, (run, baseline) in COMPARISONS.items():
        if name in found:
            row = found[name]
            p = format_number(float(row["p_holm"]), "probability")
            rows.append(
                [
                    f"{run} / {baseline}",
                    format_number(row["difference"], "score"),
                    format_interval(row["interval"], "score"),
                    f"{row['better']}/{row['worse']}",
                    rf"\textbf{{{p}}}" if row["p_holm"] < SIGNIFICANCE else p,
                ]
            )
    level = format_number(headline["method"]["share_level"], "percent")
    return tabular("@{}lrrrr@{}", ["Run / baseline", r"$\Delta$MRR", f"{level} interval", "+/$-$", "$p$"], rows)


def tabulate_replication(replication: Mapping) -> str:
    """Table of the published headline figures beside ours, with every tie at its best and at its worst."""
    rows = []
    for number, kind, label in (
        ("share_first", "share", "targets first"),
        ("top_8", "share", "targets in the top 8"),
        ("mean_rank", "rank", "mean rank"),
        ("mrr", "score", "MRR"),
    ):
        for index in (77, 78):
            figure = replication["headline"].get(f"index_{index}_bpx_{number}")
            if figure:
                rows.append(
                    [
                        f"{'4' if index == 77 else '5'}-grams, {label}",
                        format_number(float(figure["published"]), kind),
                        format_interval(figure["ours"], kind),
                    ]
                )
    return tabular("lrr", ["Figure (all texts, plain, bpx)", "Published", "Ours, over ties"], rows)


def tabulate_cosine(findings: Mapping) -> str:
    """Table of the cosine schemes as published and corrected: share first and median rank over all indexes."""
    rows = []
    for scheme, sides in sorted(findings["cosine"]["schemes"].items()):
        if scheme.endswith("c") and {"published", "corrected"} <= set(sides):
            row = [rf"\texttt{{{scheme}}}"]
            for measure, kind in (("share_first", "share"), ("median_rank", "rank"), ("index_mrr", "score")):
                row += [format_number(float(sides[side][measure]), kind) for side in ("published", "corrected")]
            rows.append(row)
    body = tabular("l rr rr rr", ["Scheme", *(3 * ["publ.", "corr."])], rows)
    groups = (
        r" & \multicolumn{2}{c}{First} & \multicolumn{2}{c}{Median rank} & \multicolumn{2}{c}{MRR, best index} \\"
        "\n"
        r"\cmidrule(lr){2-3}\cmidrule(lr){4-5}\cmidrule(l){6-7}"
        "\n"
    )
    return body.replace(r"\toprule" "\n", r"\toprule" "\n" + groups, 1)


CLAIMS = (
    ("Any extra text helps: speech", "speech", 1),
    ("Any extra text helps: cover", "cover", 1),
    ("Any extra text helps: comments", "comments", 1),
    ("4-grams beat words", "over_word", 1),
    ("4-grams beat 5-grams", "over_char5", 1),
    ("No normalisation is best: binary tf", "cosine_binary", -1),
    ("No normalisation is best: raw tf", "cosine_raw", -1),
    ("Binary term weights beat raw ones", "binary_over_raw", 1),
    ("Probabilistic idf beats none", "collection_weight", 1),
    ("Attribution of fields hurts", "attribution", -1),
)


def judge_claim(difference: float, p: float, sign: int) -> str:
    """Say whether a comparison bears out a claim about the sign of its difference."""
    agrees = difference * sign > 0
    if p < SIGNIFICANCE:
        return "supported" if agrees else "reversed"
    return "direction only" if agrees else "not seen"


def tabulate_claims(headline: Mapping) -> str:
    """Table of the published conclusions, each with the comparison that tests it and what that found."""
    rows = []
    for claim, name, sign in CLAIMS:
        found = headline["comparisons"].get(name)
        if found:
            rows.append(
                [
                    claim,
                    format_number(found["difference"], "score"),
                    format_number(float(found["p_holm"]), "probability"),
                    judge_claim(found["difference"], found["p_holm"], sign),
                ]
            )
    return tabular("@{}lrrl@{}", ["Published conclusion", r"$\Delta$MRR", "$p$", "Here"], rows)
