"""How likes, comments and followers go together: ratios of clips and of creators."""

from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clipstudy.figures import style
from clipstudy.figures.virality_frames import (
    NOBODY_GREW,
    Draw,
    Frames,
    colours,
    draw_joint,
    label_ends,
    name_clips,
    show_short,
    top_clips,
)

TRIM = 80  # likes per follower, where the published report trims
PUBLISHED_MIDDLE = (4, 38)  # likes per follower, 5th and 95th percentile of the published report
PUBLISHED_COMMENTS = 0.03  # comments per like, published 95th percentile
MOST_LIKED = 200
FEWEST_PAIRS = 2
SHOWN = 0.99  # of clips, in the histogram of comments per like


def _draw_histogram(values: pd.Series, axes: Axes, bins: np.ndarray, published: tuple[float, ...]) -> None:
    """Draw a histogram with lines at the 5th and 95th percentile and dotted ones at those published."""
    sns.histplot(x=values, bins=bins.tolist(), ax=axes, color=style.LIGHT, edgecolor=style.DARK, linewidth=0.3)
    for number, place in enumerate(np.quantile(values, [0.05, 0.95])):
        label = "5th and 95th percentile" if number == 0 else None
        axes.axvline(place, color=style.ACCENT, linewidth=1.2, label=label)
        axes.annotate(f"{place:.3g}", (place, 1), (0, 1), xycoords=("data", "axes fraction"), va="bottom", ha="center",
                      textcoords="offset points", color=style.ACCENT, fontsize=style.SMALLEST)  # fmt: skip
    for number, place in enumerate(published):
        label = "as published" if number == 0 else None
        axes.axvline(place, color=style.GREY, linewidth=1, linestyle=(0, (1, 1.2)), label=label)
    axes.figure.legend(loc="outside lower center", ncols=2)  # type: ignore[union-attr]


def likes_per_follower(frames: Frames) -> Figure:
    """Draw the histogram of likes per follower over creators, trimmed as published, with percentiles."""
    ratio = frames.creators["last_likes"] / frames.creators["last_followers"]
    kept = ratio[ratio <= TRIM]
    if kept.empty:
        return style.say_nothing_to_draw(f"No creator of this study has up to {TRIM} likes per follower.")
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.1))
    _draw_histogram(kept, axes, np.linspace(0, TRIM, 41), PUBLISHED_MIDDLE)
    axes.set(xlabel="likes per follower", ylabel="creators", xlim=(0, TRIM))
    return figure


def likes_against_comments(frames: Frames) -> Figure:
    """Draw comments against likes of the ten clips that gained most likes; a constant ratio is a line of slope 1."""
    names = name_clips(frames, top_clips(frames, "likes"))
    if not names:
        return style.say_nothing_to_draw(NOBODY_GREW)
    rows = frames.observations[frames.observations["clip_id"].isin(names) & (frames.observations["comment_count"] > 0)]
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.4))
    shades = dict(zip(names, colours(len(names)), strict=True))
    sns.lineplot(rows, x="like_count", y="comment_count", hue="clip_id", hue_order=list(names), palette=shades,
                 estimator=None, errorbar=None, sort=False, legend=False, linewidth=1, ax=axes)  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="likes", ylabel="comments")
    left, right, bottom, top = *axes.get_xlim(), *axes.get_ylim()
    for decade in np.arange(np.floor(np.log10(bottom / right)), np.ceil(np.log10(top / left)) + 1):
        axes.axline((left, left * 10**decade), (right, right * 10**decade), color="#dddddd", linewidth=0.5, zorder=0)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    _label_log_ends(axes, rows, names, shades)
    for which in "xy":
        show_short(axes, which)
    return figure


def _label_log_ends(axes: Axes, rows: pd.DataFrame, names: dict[str, str], shades: dict) -> None:
    """Name lines at the height of their ends on a logarithmic axis."""
    last = rows.groupby("clip_id")["comment_count"].last()
    low, high = axes.get_ylim()
    share = np.log(last / low) / np.log(high / low)
    ends = [(low + (high - low) * float(share[key]), name, shades[key]) for key, name in names.items() if key in share]
    label_ends(axes, ends)


def comments_per_like(ratio: pd.Series) -> Figure:
    """Draw the histogram of comments per like over clips, with percentiles.

    Parameters
    ----------
    ratio : Series
        One value a clip; nan where it has no likes.
    """
    known = ratio.dropna()
    if known.empty:
        return style.say_nothing_to_draw("No clip of this study has likes.")
    end = max(float(known.quantile(SHOWN)), PUBLISHED_COMMENTS * 1.2)
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.1))
    _draw_histogram(known, axes, np.linspace(0, end, 41), (PUBLISHED_COMMENTS,))
    beyond = int((known > end).sum())
    axes.set(xlabel="comments per like", ylabel="clips", xlim=(0, end))
    if beyond:
        axes.text(0.99, 0.5, f"{beyond:,} beyond", transform=axes.transAxes, ha="right", va="center",
                  color=style.GREY, fontsize=style.SMALLEST)  # fmt: skip
    return figure


def last_ratio(uploads: pd.DataFrame) -> pd.Series:
    """Comments per like of every clip when it was last seen."""
    return uploads["last_comments"] / uploads["last_likes"].where(uploads["last_likes"] > 0)


def comments_by_followers(frames: Frames) -> Figure:
    """Draw the heatmap of comments per like against followers over clips, both logarithmic."""
    rows = frames.uploads.assign(ratio=last_ratio(frames.uploads))
    rows = rows[(rows["ratio"] > 0) & (rows["last_followers"] > 0)]
    if len(rows) < FEWEST_PAIRS:
        return style.say_nothing_to_draw("No clip of this study has comments and followers.")
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.4))
    sns.histplot(rows, x="last_followers", y="ratio", log_scale=(True, True), bins=28, cmap=style.HEAT, ax=axes,
                 cbar=True, cbar_kws={"label": "clips"})  # fmt: skip
    decade = np.floor(np.log10(rows["last_followers"]))
    middle = rows.groupby(decade).agg(followers=("last_followers", "median"), ratio=("ratio", "median"))
    axes.plot(middle["followers"], middle["ratio"], "-s", color=style.ACCENT, markersize=3.5)
    axes.axvline(1e5, color=style.GREY, linewidth=0.7, linestyle=(0, (3, 2)))
    axes.set(xlabel="followers of the creator", ylabel="comments per like")
    for which in "xy":
        show_short(axes, which)
    return figure


def upload_gap_by_followers(frames: Frames) -> Figure:
    """Draw the joint histogram of days since the creator's previous upload and followers, over clips."""
    rows = frames.uploads[(frames.uploads["days_since_previous"] > 0) & (frames.uploads["last_followers"] > 0)]
    if len(rows) < FEWEST_PAIRS:
        return style.say_nothing_to_draw("No creator of this study was seen with several clips.")
    labels = ("days since the creator's previous clip", "followers")
    return draw_joint(rows["days_since_previous"], rows["last_followers"], labels)


def creator_likes_by_followers(frames: Frames) -> Figure:
    """Draw likes against followers of the 200 creators with the most likes; those with an overflow stand out."""
    rows = frames.creators.sort_values(["last_likes", "creator"], ascending=[False, True]).head(MOST_LIKED)
    rows = rows[(rows["last_likes"] > 0) & (rows["last_followers"] > 0)]
    kind = np.select([rows["wraps_ambiguous"], rows["wraps"] > 0], ["ambiguous", "repaired"], "none")
    marks = {"none": (style.MIDDLE, "o"), "repaired": (style.ACCENT, "s"), "ambiguous": (style.DARK, "^")}
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.6))
    sns.scatterplot(
        x=rows["last_followers"], y=rows["last_likes"], hue=kind, style=kind, hue_order=list(marks), s=14,
        style_order=list(marks), palette={k: c for k, (c, _) in marks.items()},
        markers={k: m for k, (_, m) in marks.items()}, linewidth=0.2, ax=axes,
    )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="followers", ylabel="likes of the creator")
    axes.legend(title="overflow of likes", loc="lower right")
    for which in "xy":
        show_short(axes, which)
    return figure


def figures(frames: Frames) -> Draw:
    """List the figures of this subject, ready to draw."""
    drawn = (
        likes_per_follower,
        likes_against_comments,
        comments_by_followers,
        upload_gap_by_followers,
        creator_likes_by_followers,
    )
    return {function.__name__: partial(function, frames) for function in drawn}


def clip_figures(ratio: pd.Series) -> Draw:
    """List the figure that a study without a feed has, too."""
    return {"comments_per_like": partial(comments_per_like, ratio)}
