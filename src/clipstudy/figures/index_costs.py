"""What an index costs: time to build it, time to answer a query, memory, vocabulary.

Times were measured once and are read from the record, so that drawing them again gives the same figure. Where the
published experiments recorded theirs, both are shown.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clipstudy.figures import style
from clipstudy.figures.labels import SHORT_TOKENS, TOKENISATIONS, name_texts
from clipstudy.retrieval.published import Published

SERIES = {"published": (style.ACCENT, "s"), "clipstudy": (style.DARK, "o")}
# unit -> its size; a figure takes the largest in which its greatest value is at least 10
BYTES = {"MB": 1e6, "kB": 1e3, "B": 1.0}
TERMS = {"thousand terms": 1e3, "terms": 1.0}
GRAM_AXIS = "n-gram length (word: whole words)"
TIMES = ("construction_seconds", "mean_query_seconds")


def describe_costs(indexes: pd.DataFrame, records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Join what indexes are made of with what they cost.

    Parameters
    ----------
    indexes : DataFrame
        The `indexes` table.
    records : mapping
        Series (`clipstudy`, `published`) -> frame with `index_id`, `construction_seconds`, `mean_query_seconds`.

    Returns
    -------
    DataFrame
        One row an index and series, with readable `texts` and `tokens`.
    """
    frames = [record.assign(series=series) for series, record in records.items()]
    described = indexes.drop(columns=["vocabulary", "bytes"])
    costs = pd.concat(frames).merge(described, on="index_id", validate="many_to_one")
    return _readable(costs)


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    flags = frame[["speech", "cover", "comments"]]
    frame = frame.assign(
        texts=[name_texts(*row) for row in flags.itertuples(index=False)],
        added=flags.sum(axis=1),
        tokens=frame["tokenisation"].map(TOKENISATIONS),
    )
    return frame.sort_values(["added", "comments", "cover", "tokenisation"], ascending=[True, True, True, True])


def index_construction(costs: pd.DataFrame) -> Figure:
    """Draw the time to build an index: overall, by text, by tokenisation, by attribution, and as a heat map."""
    return _draw_times(costs, "construction_seconds", 1, "seconds")


def query_time(costs: pd.DataFrame) -> Figure:
    """Draw the mean time to answer a query: overall, by text, by tokenisation, by attribution, and as a heat map."""
    return _draw_times(costs, "mean_query_seconds", 1e3, "milliseconds")


def _draw_times(costs: pd.DataFrame, column: str, factor: float, unit: str) -> Figure:
    costs = costs.assign(value=costs[column] * factor)
    figure = plt.figure(figsize=(style.PAGE, 3.75))
    above, below = np.ravel(np.asarray(figure.subfigures(2, 1, height_ratios=[1, 1.2])))
    spread, tokens, forms = above.subplots(1, 3, width_ratios=[1, 1.1, 1])
    texts, heat = below.subplots(1, 2, width_ratios=[1.2, 1])
    _draw_spread(spread, costs, unit)
    _draw_by(tokens, costs, "tokens", unit, "By tokenisation")
    _draw_attribution(forms, costs, unit)
    _draw_by(texts, costs, "texts", unit, "By added text")
    series = next(s for s in reversed(SERIES) if (costs["series"] == s).any())
    _draw_heat(heat, costs[costs["series"] == series], "value", f"Mean {unit}, {series}", "{:.2g}")
    heat.set_yticklabels([])
    style.mark_panels(spread, tokens, forms, texts, heat)
    handles, names = spread.get_legend_handles_labels()
    below.legend(handles, names, loc="outside lower center", ncols=2)
    return figure


def _draw_spread(axes: Axes, costs: pd.DataFrame, unit: str) -> None:
    low, high = costs["value"].min(), costs["value"].max()
    bins = np.geomspace(low * 0.95, high * 1.05, 19)
    for hatch, (series, (colour, _)) in zip(("////", ""), SERIES.items(), strict=True):
        values = costs.loc[costs["series"] == series, "value"]
        if len(values):
            axes.hist(
                values, bins=bins.tolist(), label=series, facecolor=colour, edgecolor="white", hatch=hatch, alpha=0.7
            )
    style.show_log(axes, "x")
    axes.set(title="All indexes", xlabel=unit, ylabel="indexes")


def _draw_by(axes: Axes, costs: pd.DataFrame, by: str, unit: str, title: str) -> None:
    groups = [g for g in (TOKENISATIONS.values() if by == "tokens" else costs[by].unique()) if (costs[by] == g).any()]
    for offset, (series, (colour, marker)) in zip((-0.15, 0.15), SERIES.items(), strict=True):
        rows = costs[costs["series"] == series]
        for place, group in enumerate(groups):
            values = rows.loc[rows[by] == group, "value"]
            if len(values):
                axes.plot([values.min(), values.max()], [place + offset] * 2, color=colour, linewidth=1)
                axes.plot(values.mean(), place + offset, marker=marker, color=colour, linestyle="none")
    axes.set_yticks(range(len(groups)), groups)
    axes.invert_yaxis()
    style.show_log(axes, "x")
    style.show_grid(axes, "x")
    axes.set(title=title, xlabel=f"{unit} (mean and range)")


def _draw_attribution(axes: Axes, costs: pd.DataFrame, unit: str) -> None:
    keys = ["series", "tokenisation", "speech", "cover", "comments"]
    pairs = costs.pivot(index=keys, columns="attributed", values="value").dropna().reset_index()
    for series, (colour, marker) in SERIES.items():
        rows = pairs[pairs["series"] == series]
        if len(rows):
            axes.plot(rows[False], rows[True], marker, color=colour, markersize=3, label=series, alpha=0.8)
    low, high = costs["value"].min() * 0.8, costs["value"].max() * 1.25
    axes.plot([low, high], [low, high], color=style.GREY, linewidth=0.8, zorder=0)
    style.show_log(axes, "x")
    style.show_log(axes, "y")
    axes.set(title="By attribution", xlabel=f"plain, {unit}", ylabel=f"attributed, {unit}")


def _draw_heat(axes: Axes, frame: pd.DataFrame, column: str, title: str, form: str) -> None:
    table = frame.pivot_table(index="texts", columns="tokens", values=column, sort=False, observed=True)
    table = table[[t for t in TOKENISATIONS.values() if t in table.columns]].rename(columns=SHORT_TOKENS)
    text = table.map(lambda v: form.format(v))
    sns.heatmap(
        table, ax=axes, cmap=style.HEAT, annot=text, fmt="", cbar=False, linewidths=0.5, annot_kws={"fontsize": 7}
    )
    axes.set(title=title, xlabel=GRAM_AXIS, ylabel="")
    axes.tick_params(axis="both", length=0, rotation=0)


def index_size(indexes: pd.DataFrame) -> Figure:
    """Draw memory and vocabulary: heat maps of the plain indexes and the ratio of attributed to plain ones."""
    described = _readable(indexes)
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.PAGE, 2.35), width_ratios=[1, 1, 0.75])
    plain = described[~described["attributed"]] if (~described["attributed"]).any() else described
    for axes, column, title, units in (
        (left, "bytes", "Memory", BYTES),
        (middle, "vocabulary", "Vocabulary", TERMS),
    ):
        unit = next((u for u, size in units.items() if plain[column].max() >= 10 * size), list(units)[-1])
        scaled = plain.assign(value=plain[column] / units[unit])
        _draw_heat(axes, scaled, "value", f"{title} ({unit})", "{:.1f}" if unit == "MB" else "{:.0f}")
    middle.set_yticklabels([])
    _draw_growth(right, described)
    style.mark_panels(left, middle, right)
    return figure


def _draw_growth(axes: Axes, described: pd.DataFrame) -> None:
    pairs = described.pivot(index=["tokens", "texts"], columns="attributed", values=["bytes", "vocabulary"]).dropna()
    axes.set(title="Attributed / plain", ylabel="ratio", xlabel="n-gram length")
    if not {(kind, flag) for kind in ("bytes", "vocabulary") for flag in (True, False)} <= set(pairs.columns):
        axes.text(0.5, 0.5, "one form only", ha="center", transform=axes.transAxes)
        return
    order = [t for t in TOKENISATIONS.values() if t in pairs.index.get_level_values("tokens")]
    for offset, kind, colour, marker in (
        (-0.12, "bytes", style.DARK, "o"),
        (0.12, "vocabulary", style.ACCENT, "s"),
    ):
        ratio = (pairs[kind, True] / pairs[kind, False]).astype(float)
        name = "memory" if kind == "bytes" else kind
        for place, tokens in enumerate(order):
            values = ratio.xs(tokens, level="tokens")
            axes.plot([place + offset] * 2, [values.min(), values.max()], color=colour, linewidth=1)
            axes.plot(place + offset, values.mean(), marker, color=colour, label=name if place == 0 else None)
    axes.axhline(1, color=style.GREY, linewidth=0.8, zorder=0)
    axes.set_xticks(range(len(order)), [SHORT_TOKENS[tokens] for tokens in order])
    axes.legend(loc="upper left", handlelength=1)
    axes.set_ylim(top=axes.get_ylim()[1] * 1.12)
    style.show_grid(axes)


def figures(
    indexes: pd.DataFrame, timings: Sequence[Mapping], published: Published | None
) -> Mapping[str, Callable[[], Figure]]:
    """List the figures of this subject, ready to draw.

    Parameters
    ----------
    indexes : DataFrame
        The `indexes` table.
    timings : sequence of mapping
        The record of one measurement: `index_id`, `construction_seconds`, `mean_query_seconds`; may be empty.
    published : Published or None
        Published results, which have times of their own.
    """
    records = {"clipstudy": pd.DataFrame(timings)[["index_id", *TIMES]]} if timings else {}
    if published is not None:
        times = published.indexes[["index_id", "seconds"]].rename(columns={"seconds": "construction_seconds"})
        query = published.ranks.groupby("index_id")["seconds"].mean().rename("mean_query_seconds").reset_index()
        records["published"] = times.merge(query, on="index_id")
    size = {"index_size": partial(index_size, indexes)}
    if not records:
        nothing = partial(style.say_nothing_to_draw, "No times were recorded for this study.")
        return size | {"index_construction": nothing, "query_time": nothing}
    costs = describe_costs(indexes, records)
    return size | {
        "index_construction": partial(index_construction, costs),
        "query_time": partial(query_time, costs),
    }
