"""What the choices of the grid do: scheme, added texts, tokenisation, attribution.

`runs` is always the frame of `describe_runs`: one row an index and scheme.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from clipstudy.figures import style
from clipstudy.figures.labels import COMPARISONS, LABELS, TOKENISATIONS, describe_runs, select_runs
from clipstudy.figures.target_ranks import NO_LABELS
from clipstudy.retrieval.compare import LEVEL, SIGNIFICANCE, bootstrap_intervals
from clipstudy.retrieval.evaluate import expected_success, imputed_rank, measure_queries
from clipstudy.study import Retrieval

NORMALISATION = {"x": ("no normalisation", style.DARK, "o"), "c": ("cosine", style.ACCENT, "s")}


def scheme_comparison(schemes: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw share first and median rank of every scheme, pooled over all indexes and queries."""
    order = sorted(schemes, key=lambda s: (-schemes[s]["success_1"], s))
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.COLUMN, 3.4), sharey=True, width_ratios=[1.3, 1])
    for place, scheme in enumerate(order):
        _, colour, marker = NORMALISATION[scheme[2]]
        values = schemes[scheme]
        left.plot(values["success_1"], place, marker, color=colour)
        right.plot([values["median_rank_best"], values["median_rank_worst"]], [place] * 2, color=colour, linewidth=0.8)
        right.plot(values["median_rank"], place, marker, color=colour)
    left.set_yticks(range(len(order)), order)
    left.invert_yaxis()
    left.set(xlabel="targets ranked first", xlim=(0, 1.08 * max(v["success_1"] for v in schemes.values())))
    style.show_percent(left, "x")
    right.set(xlabel="median rank", xlim=(0, 1.08 * max(v["median_rank_worst"] for v in schemes.values())))
    handles = [
        Line2D([], [], linestyle="none", marker=marker, color=colour, label=label)
        for label, colour, marker in NORMALISATION.values()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, handletextpad=0.1)
    for axes in (left, right):
        style.show_grid(axes, "both")
    style.mark_panels(left, right)
    return figure


def text_sources(runs: pd.DataFrame, scheme: str) -> Figure:
    """Draw share first and share missed by the texts of an index, a marker an index."""
    return _draw_factor(runs[runs["scheme"] == scheme], "texts")


def tokenisation(runs: pd.DataFrame, scheme: str) -> Figure:
    """Draw share first and share missed by tokenisation, a marker an index."""
    return _draw_factor(runs[runs["scheme"] == scheme], "tokens")


def _draw_factor(rows: pd.DataFrame, by: str) -> Figure:
    groups = list(rows[by].cat.categories)
    figure, panels = plt.subplots(1, 2, figsize=(style.COLUMN, 0.75 + 0.22 * len(groups)), sharey=True)
    measures = {"success_1": "targets ranked first", "missed": "targets missed"}
    for axes, (column, label) in zip(panels, measures.items(), strict=True):
        for place, group in enumerate(groups):
            values = rows[rows[by] == group]
            axes.barh(place, values[column].mean(), height=0.7, color=style.LIGHT, edgecolor=style.DARK)
            for attributed, marker, fill in ((False, "o", style.DARK), (True, "D", "white")):
                shown = values.loc[values["attributed"] == attributed, column]
                places = np.full(len(shown), place + (0.15 if attributed else -0.15))
                axes.plot(shown, places, marker, color=style.DARK, mfc=fill, markersize=2.6, mew=0.6, clip_on=False)
        axes.set(xlabel=label, xlim=(0, None))
        style.show_percent(axes, "x")
        style.show_grid(axes, "x")
    panels[0].set_yticks(range(len(groups)), groups)
    panels[0].invert_yaxis()
    handles = [
        Line2D([], [], linestyle="none", marker=m, color=style.DARK, markerfacecolor=f, markersize=3, label=name)
        for m, f, name in (("o", style.DARK, "plain index"), ("D", "white", "attributed index"))
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, handletextpad=0.1)
    style.mark_panels(*panels)
    return figure


def texts_by_tokenisation(runs: pd.DataFrame, scheme: str) -> Figure:
    """Draw share first and share missed for every text and tokenisation as heat maps, mean over attribution."""
    rows = runs[runs["scheme"] == scheme]
    figure, panels = plt.subplots(1, 2, figsize=(style.PAGE, 2.3), sharey=True)
    for axes, (column, title) in zip(
        panels, {"success_1": "Targets ranked first (%)", "missed": "Targets missed (%)"}.items(), strict=True
    ):
        table = 100 * rows.pivot_table(index="texts", columns="tokens", values=column, observed=True)
        sns.heatmap(table, ax=axes, cmap=style.HEAT, annot=True, fmt=".0f", cbar=False, linewidths=0.5, vmin=0,
                    annot_kws={"fontsize": 7})  # fmt: skip
        axes.set(title=title, xlabel="", ylabel="")
        axes.tick_params(length=0)
        axes.tick_params(axis="y", rotation=0)
    style.mark_panels(*panels)
    return figure


def attribution(runs: pd.DataFrame, scheme: str) -> Figure:
    """Draw share first and share missed of each attributed index against its plain counterpart."""
    rows = runs[runs["scheme"] == scheme]
    figure, panels = plt.subplots(1, 2, figsize=(style.COLUMN, 2.15))
    for axes, (column, title) in zip(panels, {"success_1": "Ranked first", "missed": "Missed"}.items(), strict=True):
        pairs = rows.pivot(index=["tokens", "texts"], columns="attributed", values=column).dropna()
        top = float(np.nanmax(pairs.to_numpy(), initial=0.05)) * 1.1
        axes.plot([0, top], [0, top], color=style.GREY, linewidth=0.8, zorder=0)
        for marker, tokens in zip(style.MARKERS, pairs.index.get_level_values("tokens").unique(), strict=False):
            shown = pairs.xs(tokens, level="tokens")
            if {True, False} <= set(shown.columns):
                axes.plot(shown[False], shown[True], marker, markersize=3.2, label=tokens, mew=0.7,
                          color=style.DARK, markerfacecolor="none" if marker in "sDv" else style.MIDDLE)  # fmt: skip
        axes.set(title=title, xlabel="plain index", xlim=(0, top), ylim=(0, top), aspect="equal")
        style.show_percent(axes, "x")
        style.show_percent(axes, "y")
    panels[0].set_ylabel("attributed index")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=5, handletextpad=0.1, columnspacing=0.8)
    style.mark_panels(*panels)
    return figure


def ngrams_by_label(measured: pd.DataFrame, queries: pd.DataFrame, seed: int) -> Figure:
    """Draw the mean reciprocal rank of the best run and of its rival in tokenisation for the queries with each label.

    Parameters
    ----------
    measured : DataFrame
        Rows of the detailed runs, with a column `run` that holds their names.
    queries : DataFrame
        The `queries` table.
    seed : int
        Of the bootstrap.
    """
    labels = [label for label in LABELS if queries[label].notna().any()]
    if not labels:
        return style.say_nothing_to_draw(NO_LABELS)
    rivals = [run for run in ("best", "char5", "char4", "word") if (measured["run"] == run).any()][:2]
    matrix = measured[measured["run"].isin(rivals)].pivot(index="query_id", columns="run", values="mrr")
    flags = queries.set_index("query_id").reindex(matrix.index)[labels].fillna(False).astype(bool)
    groups = {"all queries": np.ones(len(matrix), dtype=bool)}
    groups |= {f"{LABELS[label]}": flags[label].to_numpy() for label in labels if flags[label].any()}
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.1))
    for offset, run, colour, marker in zip((-0.13, 0.13), rivals, (style.DARK, style.ACCENT), "os", strict=False):
        index_id = measured.loc[measured["run"] == run, "index_id"].iloc[0]
        name = TOKENISATIONS[index_id.split("-")[0]]
        for place, mask in enumerate(groups.values()):
            values = matrix.loc[mask, run].to_numpy(float)
            low, high = bootstrap_intervals(values[:, None], seed)[0]
            axes.plot([low, high], [place + offset] * 2, color=colour, linewidth=1)
            axes.plot(values.mean(), place + offset, marker, color=colour, label=name if place == 0 else None)
    axes.set_yticks(range(len(groups)), [f"{name} ({int(mask.sum())})" for name, mask in groups.items()])
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.02), xlabel=f"mean reciprocal rank, {LEVEL:.0%} interval")
    style.show_grid(axes, "x")
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def success_at_cutoff(measured: pd.DataFrame, names: Mapping[str, str], clips: int, seed: int) -> Figure:
    """Draw the share of targets among the first N, for a few runs with 95% bands, and for a random order.

    Parameters
    ----------
    measured : DataFrame
        Rows of the runs, with `run` and the columns of `ranks`.
    names : mapping
        Run -> what the legend calls it, in drawing order.
    clips : int
        Size of the corpus.
    seed : int
        Of the bootstrap.
    """
    depths = np.unique(np.round(np.geomspace(1, min(clips, 200), 100)).astype(int))
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.4))
    looks = [(style.DARK, "-", "o"), (style.ACCENT, "--", "s"), (style.GREY, "-.", "^")]
    for (run, label), (colour, line, marker) in zip(names.items(), looks, strict=False):
        rows = measured[measured["run"] == run]
        best, worst = (rows[c].to_numpy(float, na_value=np.nan) for c in ("best", "worst"))
        shares = np.stack([expected_success(best, worst, int(k)) for k in depths], axis=1)
        band = bootstrap_intervals(shares, seed)
        axes.fill_between(depths, band[:, 0], band[:, 1], color=colour, alpha=0.18, linewidth=0)
        share = shares.mean(axis=0)
        axes.plot(depths, share, line, color=colour, marker=marker, markevery=10, label=label, clip_on=False)
    axes.plot(depths, depths / clips, ":", color="black", linewidth=0.9, label="random order")
    style.show_log(axes, "x")
    style.show_percent(axes)
    style.show_grid(axes)
    axes.set(xlabel="first N clips of the result", ylabel="targets found", ylim=(0, 1.02), xlim=(1, depths[-1]))
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def planned_comparisons(comparisons: Mapping[str, Mapping]) -> Figure:
    """Draw the difference in mean reciprocal rank of every planned comparison with its 95% interval."""
    order = [name for name in COMPARISONS if name in comparisons]
    figure, axes = plt.subplots(figsize=(style.COLUMN, 0.6 + 0.2 * max(len(order), 2)))
    for place, name in enumerate(order):
        found = comparisons[name]
        firm = found["p_holm"] < SIGNIFICANCE
        axes.plot(found["interval"], [place] * 2, color=style.DARK, linewidth=1.1)
        axes.plot(found["difference"], place, "o", color=style.DARK, markerfacecolor=style.DARK if firm else "white")
    axes.axvline(0, color=style.GREY, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(order)), [COMPARISONS[name] for name in order])
    axes.invert_yaxis()
    axes.set_xlabel("difference in mean reciprocal rank")
    style.show_grid(axes, "x")
    return figure


def figures(
    ranks: pd.DataFrame,
    indexes: pd.DataFrame,
    evaluation: pd.DataFrame,
    queries: pd.DataFrame,
    headline: Mapping,
    settings: Retrieval,
    seed: int,
) -> Mapping[str, Callable[[], Figure]]:
    """List the figures of this subject, ready to draw, from the tables of the same names and the headline numbers."""
    runs, clips, scheme = describe_runs(evaluation, indexes), headline["corpus"]["clips"], settings.best_scheme
    detailed = {name: (run["index_id"], run["scheme"]) for name, run in headline["runs"].items()}
    rows = select_runs(ranks, detailed)
    measured = rows[["run"]].join(measure_queries(rows, settings.cutoffs, imputed_rank(clips)))
    curves = {"best": f"all texts, {scheme}", "basic": f"basic text, {scheme}"}
    return {
        "scheme_comparison": partial(scheme_comparison, headline["schemes"]),
        "text_sources": partial(text_sources, runs, scheme),
        "tokenisation": partial(tokenisation, runs, scheme),
        "texts_by_tokenisation": partial(texts_by_tokenisation, runs, scheme),
        "attribution": partial(attribution, runs, scheme),
        "ngrams_by_label": partial(ngrams_by_label, measured, queries, seed),
        "success_at_cutoff": partial(success_at_cutoff, rows, curves, clips, seed),
        "planned_comparisons": partial(planned_comparisons, headline["comparisons"]),
    }
