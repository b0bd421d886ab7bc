"""How clips and creators grow: likes, comments and followers over time, and gains per hour."""

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clipstudy.figures import style
from clipstudy.figures.virality_frames import (
    NOBODY_GREW,
    PANELS,
    TOP,
    Draw,
    Frames,
    add_rug,
    colours,
    label_ends,
    name_clips,
    name_creators,
    shorten_number,
    show_days,
    show_short,
    top_clips,
    top_creators,
)

Item = TypeVar("Item")

FOLLOWERS_AN_HOUR, LIKES_AN_HOUR = 25_000, 100_000  # of the published claim
ROOM = 1.25  # above the greatest corrected rate, so that the taller teeth of the published one leave the panel


def _draw_gains(frame: pd.DataFrame, subject: str, names: dict[str, str], count: str, label: str) -> Figure:
    """Draw the gain of each subject since it was first seen, a line each, named at its end."""
    if not names:
        return style.say_nothing_to_draw(NOBODY_GREW)
    rows = frame[frame[subject].isin(names)].copy()
    rows["gain"] = rows[count] - rows.groupby(subject)[count].transform("first")
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.2))
    shades = dict(zip(names, colours(len(names)), strict=True))
    sns.lineplot(rows, x="observed_at", y="gain", hue=subject, palette=shades, hue_order=list(names), ax=axes,
                 estimator=None, errorbar=None, legend=False, linewidth=1)  # fmt: skip
    axes.set(xlabel="", ylabel=label, ylim=(0, None))
    last = rows.groupby(subject).last()
    label_ends(axes, [(float(last.loc[key, "gain"]), name, shades[key]) for key, name in names.items()])
    show_days(axes)
    show_short(axes)
    style.show_grid(axes)
    return figure


def change_in_likes(frames: Frames) -> Figure:
    """Draw the change in likes of the ten clips with the greatest increase."""
    names = name_clips(frames, top_clips(frames, "likes"))
    return _draw_gains(frames.observations, "clip_id", names, "like_count", "likes gained since first seen")


def change_in_comments(frames: Frames) -> Figure:
    """Draw the change in comments of the ten clips with the greatest increase."""
    names = name_clips(frames, top_clips(frames, "comments"))
    return _draw_gains(frames.observations, "clip_id", names, "comment_count", "comments gained since first seen")


def change_in_followers(frames: Frames) -> Figure:
    """Draw the change in followers of the ten creators with the greatest increase."""
    every = name_creators(frames)
    names = {creator: every[creator] for creator in top_creators(frames, TOP)}
    label = "followers gained since first seen"
    return _draw_gains(frames.observations, "creator", names, "creator_followers", label)


def draw_rate(axes: Axes, rates: pd.DataFrame, sightings: pd.Series) -> None:
    """Draw the likes per hour of one clip: published, where no visible change is zero, and corrected with its bounds.

    Parameters
    ----------
    axes : Axes
        The panel.
    rates : DataFrame
        Rows of `rates` of the clip, in the order of time.
    sightings : Series
        Times at which it was shown.
    """
    begin = rates["observed_at"].iloc[0] - pd.Timedelta(hours=float(rates["hours"].iloc[0]))
    # a rate holds from one sighting to the next: a step before each
    times = pd.Index([begin, *rates["observed_at"]])
    steps = {name: np.r_[rates[name].iloc[0], rates[name]] for name in ("like_rate", "like_rate_low", "like_rate_high")}
    shown = rates["likes_per_hour"].fillna(0)
    sns.lineplot(x=rates["observed_at"], y=shown, ax=axes, color=style.ACCENT, linewidth=0.5,
                 estimator=None, errorbar=None, label="published", legend=False, zorder=2)  # fmt: skip
    axes.fill_between(times, steps["like_rate_low"], steps["like_rate_high"], step="pre", color=style.LIGHT,
                      linewidth=0, label="bounds", zorder=1)  # fmt: skip
    axes.plot(times, steps["like_rate"], drawstyle="steps-pre", color=style.DARK, linewidth=1, label="corrected")
    axes.set_ylim(0, ROOM * max(float(steps["like_rate"].max()), 1))
    add_rug(axes, sightings, style.GREY, 0.05)


def likes_per_hour(frames: Frames) -> Figure:
    """Draw the likes per hour of the six clips that gained most: saw-tooth and corrected rate, a mark a sighting."""
    names = name_clips(frames, top_clips(frames, "likes", PANELS))
    if not names:
        return style.say_nothing_to_draw(NOBODY_GREW)
    figure, panels = plt.subplots(2, 3, figsize=(style.PAGE, 3.4), sharex=True)
    for axes, (clip, name) in _used(list(panels.flat), list(names.items())):
        rates = frames.rates[frames.rates["clip_id"] == clip].sort_values("observed_at")
        sightings = frames.observations.loc[frames.observations["clip_id"] == clip, "observed_at"]
        draw_rate(axes, rates, sightings)
        axes.set(title=name, xlabel="", ylabel="")
        show_days(axes)
        show_short(axes)
    figure.supylabel("likes per hour", fontsize=style.RC["axes.labelsize"])
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _used(panels: Sequence[Axes], items: Sequence[Item]) -> list[tuple[Axes, Item]]:
    """Pair panels with items and empty the panels that are left over."""
    for axes in panels[len(items) :]:
        axes.axis("off")
    return list(zip(panels, items, strict=False))


def followers_over_time(frames: Frames) -> Figure:
    """Draw the followers of the six creators who gained most; marks for sightings, taller where a clip was new."""
    names = name_creators(frames)
    creators = top_creators(frames, PANELS)
    if not creators:
        return style.say_nothing_to_draw("No creator of this study gained followers.")
    figure, panels = plt.subplots(2, 3, figsize=(style.PAGE, 3.2), sharex=True)
    for axes, creator in _used(list(panels.flat), creators):
        rows = frames.observations[frames.observations["creator"] == creator]
        sns.lineplot(rows, x="observed_at", y="creator_followers", ax=axes, color=style.DARK, estimator=None,
                     errorbar=None)  # fmt: skip
        axes.set(title=names[creator], xlabel="", ylabel="")
        new = rows.drop_duplicates("clip_id")["observed_at"]
        add_rug(axes, rows["observed_at"], style.GREY, 0.04)
        add_rug(axes, new, style.ACCENT, 0.13)
        show_days(axes)
        show_short(axes)
    figure.supylabel("followers", fontsize=style.RC["axes.labelsize"])
    return figure


def creator_gains(frames: Frames) -> Figure:
    """Draw likes per hour against followers per hour of every creator wherever both changed visibly."""
    rows = frames.rates.merge(frames.uploads[["clip_id", "creator"]], on="clip_id")
    rows = rows[(rows["followers_per_hour"] > 0) & (rows["creator_likes_per_hour"] > 0)]
    if rows.empty:
        return style.say_nothing_to_draw("No creator gained likes and followers visibly at once.")
    owners = sorted(rows["creator"].unique())
    palette = dict(zip(owners, sns.color_palette("husl", len(owners), desat=0.75), strict=True))
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.9))
    sns.scatterplot(rows, x="followers_per_hour", y="creator_likes_per_hour", hue="creator", palette=palette,
                    legend=False, s=5, linewidth=0, alpha=0.6, ax=axes, rasterized=True)  # fmt: skip
    axes.set(xscale="log", yscale="log")
    low = min(axes.get_xlim()[0], axes.get_ylim()[0])
    axes.axline((low, low), (10 * low, 10 * low), color=style.DARK, linewidth=0.8, zorder=0)
    mark = {"color": style.GREY, "linewidth": 0.7, "linestyle": (0, (3, 2)), "zorder": 0}
    axes.axvline(FOLLOWERS_AN_HOUR, **mark)  # type: ignore[arg-type]
    axes.axhline(LIKES_AN_HOUR, **mark)  # type: ignore[arg-type]
    axes.text(FOLLOWERS_AN_HOUR, 0.02, f" {shorten_number(FOLLOWERS_AN_HOUR)}", transform=axes.get_xaxis_transform(),
              color=style.GREY, fontsize=style.SMALLEST)  # fmt: skip
    axes.text(0.01, LIKES_AN_HOUR * 1.15, shorten_number(LIKES_AN_HOUR), transform=axes.get_yaxis_transform(),
              color=style.GREY, fontsize=style.SMALLEST)  # fmt: skip
    axes.set(xlabel="followers per hour", ylabel="creator's likes per hour")
    for which in "xy":
        show_short(axes, which)
    return figure


def figures(frames: Frames) -> Draw:
    """List the figures of this subject, ready to draw."""
    drawn = (
        change_in_likes,
        change_in_comments,
        change_in_followers,
        likes_per_hour,
        followers_over_time,
        creator_gains,
    )
    return {function.__name__: partial(function, frames) for function in drawn}
