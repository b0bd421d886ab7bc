"""Where targets are ranked: query by query, by author, by length, by label.

`measured` is always the frame of `measure_queries` for correct schemes: one row a run and query.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from clipstudy.figures import style
from clipstudy.figures.labels import LABELS, only_corrected
from clipstudy.retrieval.describe import measure_texts
from clipstudy.retrieval.evaluate import imputed_rank, measure_queries
from clipstudy.study import Retrieval

NO_AUTHORS = "The queries of this study name no authors."
NO_LABELS = "The queries of this study carry no labels."


def _draw_violin(axes: Axes, place: float, ranks: np.ndarray, colour: str, width: float = 0.85) -> None:
    """Draw the density of log ranks as a violin, its middle half as a bar and its median as a dot."""
    logs = np.log10(ranks)
    if logs.max() - logs.min() > 1e-9:
        parts = axes.violinplot([logs], positions=[place], widths=width, showextrema=False, bw_method=0.25)
        for body in parts["bodies"]:  # type: ignore[attr-defined]
            body.set(facecolor=colour, edgecolor=style.DARK, linewidth=0.4, alpha=1)
    low, middle, high = np.percentile(logs, [25, 50, 75])
    axes.plot([place, place], [low, high], color=style.DARK, linewidth=1.2, solid_capstyle="butt")
    axes.plot(place, middle, "o", color="white", markeredgecolor=style.DARK, markeredgewidth=0.6, markersize=2.6)


def _show_log_ranks(axes: Axes, imputed: float) -> None:
    """Label an axis of log10 ranks with the ranks themselves."""
    ticks = [r for r in (1, 10, 100, 1000, 10_000) if r <= imputed * 2]
    axes.set_yticks(np.log10(ticks), [f"{r:,}" for r in ticks])
    axes.set_ylim(-0.12, np.log10(imputed * 2) + 0.06)
    axes.axhline(np.log10(imputed), color=style.GREY, linestyle=(0, (1, 1.5)), linewidth=0.8, zorder=0)
    axes.set_ylabel("rank of the target")


def rank_by_query(measured: pd.DataFrame, imputed: float) -> Figure:
    """Draw the ranks that every query's target has over all runs, a violin a query, ordered by median."""
    groups = {query: group["rank"].to_numpy() for query, group in measured.groupby("query_id")}
    order = sorted(groups, key=lambda q: (np.median(groups[q]), groups[q].mean(), q))
    figure, axes = plt.subplots(figsize=(style.PAGE, 2.5))
    for place, query in enumerate(order):
        _draw_violin(axes, place, groups[query], style.LIGHT)
    _show_log_ranks(axes, imputed)
    step = max(1, round(len(order) / 43))
    axes.set_xticks(range(0, len(order), step), [str(q) for q in order[::step]], rotation=90, fontsize=style.SMALLEST)
    axes.tick_params(axis="x", length=1.5, pad=1)
    axes.set_xlim(-1, len(order))
    axes.set_xlabel("query number, ordered by median rank")
    return figure


def rank_by_author(measured: pd.DataFrame, queries: pd.DataFrame, imputed: float) -> Figure:
    """Draw the ranks of the targets of each author's queries over all runs, ordered by median."""
    known = queries.dropna(subset=["author"]).set_index("query_id")["author"]
    if known.empty:
        return style.say_nothing_to_draw(NO_AUTHORS)
    rows = measured.assign(author=measured["query_id"].map(known)).dropna(subset=["author"])
    groups = {author: group["rank"].to_numpy() for author, group in rows.groupby("author")}
    order = sorted(groups, key=lambda a: (np.median(groups[a]), groups[a].mean(), a))
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.1))
    for place, author in enumerate(order):
        _draw_violin(axes, place, groups[author], style.LIGHT)
    _show_log_ranks(axes, imputed)
    counts = known.value_counts()
    axes.set_xticks(range(len(order)), [f"{a}\n{counts[a]}" for a in order])
    axes.set_xlabel("author, with the number of queries")
    return figure


def rank_by_query_length(measured: pd.DataFrame, queries: pd.DataFrame, imputed: float) -> Figure:
    """Draw each query's median rank over all runs against its length in words and in characters."""
    medians = measured.groupby("query_id")["rank"].median()
    texts = queries.set_index("query_id")["text"].reindex(medians.index)
    figure, panels = plt.subplots(1, 2, figsize=(style.COLUMN, 2.1), sharey=True)
    for axes, (unit, lengths) in zip(
        panels, {"words": texts.str.split().str.len(), "characters": texts.str.len()}.items(), strict=True
    ):
        spread = np.linspace(-0.25, 0.25, 7)[np.arange(len(medians)) % 7] if unit == "words" else 0.0
        axes.plot(lengths.to_numpy() + spread, medians, "o", color=style.DARK, markersize=3, alpha=0.65, mew=0)
        middle = medians.groupby(_bins(lengths)).median()
        centres = lengths.groupby(_bins(lengths)).median()
        axes.plot(
            centres, middle, "-s", color=style.ACCENT, markersize=3.5, label="median of each fifth of the queries"
        )
        style.show_ranks(axes, imputed)
        axes.set_xlabel(f"query length ({unit})")
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    panels[0].set_ylabel("median rank of the target")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center")
    style.mark_panels(*panels)
    return figure


def _bins(lengths: pd.Series) -> pd.Series:
    return pd.qcut(lengths, 5, labels=False, duplicates="drop")


def rank_by_label(measured: pd.DataFrame, queries: pd.DataFrame, imputed: float) -> Figure:
    """Draw each query's median rank over all runs, for queries with and without each label of their target."""
    labels = [label for label in LABELS if queries[label].notna().any()]
    if not labels:
        return style.say_nothing_to_draw(NO_LABELS)
    medians = measured.groupby("query_id")["rank"].median()
    flags = queries.set_index("query_id").reindex(medians.index)[labels].fillna(False).astype(bool)
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.4))
    for place, label in enumerate(labels):
        for offset, flag, colour, hatch in ((-0.19, True, style.MIDDLE, ""), (0.19, False, "white", "/////")):
            values = medians[flags[label] == flag]
            if len(values):
                boxes = axes.boxplot(
                    np.log10(values), positions=[place + offset], widths=0.32, patch_artist=True, manage_ticks=False,
                    medianprops={"color": style.ACCENT, "linewidth": 1.6}, flierprops={"markersize": 2},
                )  # fmt: skip
                boxes["boxes"][0].set(facecolor=colour, hatch=hatch, label=("yes" if flag else "no") * (place == 0))
    _show_log_ranks(axes, imputed)
    axes.set_ylabel("median rank of the target")
    names = [f"{LABELS[label]}\n({int(flags[label].sum())})".replace(" ", "\n", 1) for label in labels]
    axes.set_xticks(range(len(labels)), names)
    axes.set_ylim(top=np.log10(imputed * 2) + 0.55)
    axes.legend(loc="upper center", ncols=2, title="target has the label", handlelength=1.5)
    return figure


def rank_by_text_length(detail: pd.DataFrame, lengths: pd.DataFrame, imputed: float) -> Figure:
    """Draw the target's rank in the detailed run against the length of each of the target's texts.

    Parameters
    ----------
    detail : DataFrame
        Rows of one run, indexed by query_id.
    lengths : DataFrame
        Indexed by query_id; a column a text, in characters.
    imputed : float
        Rank of a missed target.
    """
    figure, panels = plt.subplots(1, len(lengths.columns), figsize=(style.PAGE, 1.9), sharey=True)
    for axes, marker, text in zip(panels, style.MARKERS, lengths.columns, strict=False):
        empty = lengths[text] == 0
        shown = lengths[text].clip(lower=0.5)
        ranks = detail["rank"].reindex(lengths.index)
        axes.plot(shown[~empty], ranks[~empty], marker, color=style.DARK, markersize=3, alpha=0.65, mew=0)
        axes.plot(shown[empty], ranks[empty], marker, markerfacecolor="none", color=style.DARK, markersize=3, mew=0.6)
        axes.set_xscale("symlog", linthresh=1)
        axes.set_xlim(0.35, 10 ** np.ceil(np.log10(max(float(shown.max()), 10))))
        ticks = [10**k for k in range(1, 6) if 10**k <= axes.get_xlim()[1]]
        axes.set_xticks([0.5, *ticks], ["none", *(f"{t // 1000}k" if t >= 1000 else str(t) for t in ticks)])
        axes.set(title=f"{text.capitalize()} text" if text != "comments" else "Comments", xlabel="characters")
        style.show_ranks(axes, imputed)
    panels[0].set_ylabel("rank of the target")
    style.mark_panels(*panels)
    return figure


def figures(
    ranks: pd.DataFrame, queries: pd.DataFrame, clips: pd.DataFrame, comments: pd.DataFrame, settings: Retrieval
) -> Mapping[str, Callable[[], Figure]]:
    """List the figures of this subject, ready to draw, from the tables of the same names."""
    imputed = imputed_rank(int(clips["in_corpus"].sum()))
    measured = only_corrected(measure_queries(ranks, settings.cutoffs, imputed))
    queries = queries[queries["query_id"].isin(measured["query_id"])].sort_values("query_id")
    chosen = (measured["index_id"] == settings.best_index) & (measured["scheme"] == settings.best_scheme)
    lengths = measure_texts(clips, comments).reindex(queries["target_id"]).set_index(queries["query_id"])
    return {
        "rank_by_query": partial(rank_by_query, measured, imputed),
        "rank_by_author": partial(rank_by_author, measured, queries, imputed),
        "rank_by_query_length": partial(rank_by_query_length, measured, queries, imputed),
        "rank_by_label": partial(rank_by_label, measured, queries, imputed),
        "rank_by_text_length": partial(rank_by_text_length, measured[chosen].set_index("query_id"), lengths, imputed),
    }
