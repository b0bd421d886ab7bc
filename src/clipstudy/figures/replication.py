"""What the replication found: published against corrected cosine, published against recomputed ranks."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from clipstudy.figures import style
from clipstudy.retrieval.replicate import pair_ranks

SCHEMES = ("bxc", "txc", "bfc", "tfc", "bpc", "tpc")
EMULATED = ("bxx", "bfx", "bpx", "txx", "tfx", "tpx", "bxc", "bfc", "bpc", "txc", "tfc", "tpc")


def cosine_defect(schemes: Mapping[str, Mapping[str, float]], published: Mapping[str, float]) -> Figure:
    """Draw the share of targets first for each cosine scheme: as published, with the right length, without any.

    Parameters
    ----------
    schemes : mapping
        Scheme -> measures over all indexes, from the headline numbers.
    published : mapping
        Scheme (`bpc`) -> share first that the published results give over the same queries.
    """
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.0))
    for place, scheme in enumerate(SCHEMES):
        correct, without = schemes[scheme]["success_1"], schemes[f"{scheme[:2]}x"]["success_1"]
        axes.plot([published[scheme], correct], [place] * 2, color=style.GREY, linewidth=0.8, zorder=1)
        for value, (label, colour, marker, fill) in zip(
            (published[scheme], correct, without),
            (
                ("cosine as published", style.GREY, "^", "white"),
                ("correct cosine", style.ACCENT, "s", style.ACCENT),
                ("no normalisation", style.DARK, "o", style.DARK),
            ),
            strict=True,
        ):
            axes.plot(value, place, marker, color=colour, markerfacecolor=fill, label=label if place == 0 else None)
    axes.set_yticks(range(len(SCHEMES)), SCHEMES)
    axes.set(xlabel="targets ranked first, all indexes", xlim=(0, axes.get_xlim()[1]), ylim=(len(SCHEMES) - 0.5, -0.5))
    style.show_percent(axes, "x")
    style.show_grid(axes, "x")
    figure.legend(loc="outside lower center", ncols=3, handletextpad=0.1, columnspacing=1)
    return figure


def published_ranks(ties: pd.DataFrame) -> Figure:
    """Draw published against recomputed ranks, and how wide the ties are that a published rank was one draw from.

    Parameters
    ----------
    ties : DataFrame
        Frame of `pair_ranks`: published rank and the best and worst of the recomputed tie.
    """
    found = ties.dropna(subset=["best", "published"])
    best, worst, rank = (found[c].to_numpy(float) for c in ("best", "worst", "published"))
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.COLUMN, 1.95))
    left.hexbin((best + worst) / 2, rank, gridsize=32, xscale="log", yscale="log", bins="log",
                cmap=style.HEAT, mincnt=1, linewidths=0.1)  # fmt: skip
    for which in "xy":
        style.show_log(left, which)
    left.set(title="Ranks", xlabel="recomputed (expected)", ylabel="published", box_aspect=1)
    widths = np.sort(worst - best + 1)
    right.step(widths, np.arange(1, len(widths) + 1) / len(widths), where="post", color=style.DARK)
    style.show_log(right, "x")
    style.show_percent(right)
    right.set(title="Width of ties", xlabel="tied clips", ylabel="ranks with at most", ylim=(0, 1.02), box_aspect=1)
    style.show_grid(right)
    style.mark_panels(left, right)
    return figure


def exact_ranks(emulated: pd.DataFrame) -> Figure:
    """Draw published against predicted ranks, a panel a scheme, before the ties that they are drawn from.

    Parameters
    ----------
    emulated : DataFrame
        The table `emulated`.
    """
    figure, panels = plt.subplots(2, 6, figsize=(style.PAGE, 2.9), sharex=True, sharey=True)
    found = emulated.dropna(subset=["predicted", "published"])
    missed = emulated["predicted"].isna() & emulated["published"].isna()
    exact = ((emulated["predicted"] == emulated["published"]) | missed).groupby(emulated["scheme"])
    for axes, scheme in zip(panels.flat, EMULATED, strict=True):
        rows = found[found["scheme"] == scheme]
        tied = rows[rows["best"] < rows["worst"]]
        axes.hlines(tied["published"], tied["best"], tied["worst"], color=style.LIGHT, linewidth=0.4, rasterized=True)
        axes.plot(rows["predicted"], rows["published"], ".", color=style.DARK, markersize=1.2, rasterized=True)
        for which in "xy":
            style.show_log(axes, which)
        right, total = exact.sum()[scheme], exact.size()[scheme]
        axes.set(title=scheme, box_aspect=1)
        says = f"all {total:,}" if right == total else f"{right:,}\nof {total:,}"
        axes.text(
            0.98, 0.04, f"{says}\nexact", ha="right", va="bottom", fontsize=style.SMALLEST, transform=axes.transAxes
        )
    figure.supxlabel("predicted rank, and all ranks of its tie", fontsize=style.SMALLEST)
    figure.supylabel("published rank", fontsize=style.SMALLEST)
    return figure


def figures(
    ranks: pd.DataFrame, published: pd.DataFrame, headline: Mapping, emulated: pd.DataFrame
) -> Mapping[str, Callable[[], Figure]]:
    """List the figures of this subject, ready to draw.

    Parameters
    ----------
    ranks : DataFrame
        The `ranks` table.
    published : DataFrame
        Published ranks, as `read_published` gives them.
    headline : mapping
        The headline numbers of the study.
    emulated : DataFrame
        The table `emulated`.
    """
    first = published["published"].eq(1).fillna(False).groupby(published["scheme"]).mean()
    return {
        "cosine_defect": partial(cosine_defect, headline["schemes"], first.to_dict()),
        "published_ranks": partial(published_ranks, pair_ranks(published, ranks)),
        "exact_ranks": partial(exact_ranks, emulated),
    }
