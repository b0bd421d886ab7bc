"""What was uploaded and by whom: times of uploads, use of sounds, the most prolific and the most followed creators."""

from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clipstudy.figures import style
from clipstudy.figures.virality_frames import (
    PANELS,
    TOP,
    Draw,
    Frames,
    colours,
    joint_panels,
    label_ends,
    name_audios,
    name_creators,
    show_days,
    show_short,
)

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNDATED = "The clips of this study do not tell when they were uploaded."
SOUNDS = 5  # lines of the use of sounds


def upload_and_observation(frames: Frames) -> Figure:
    """Draw when clips were uploaded against when they were seen; on the line they are seen at once."""
    rows = frames.observations.merge(frames.uploads[["clip_id", "uploaded_at"]], on="clip_id")
    rows = rows.dropna(subset=["uploaded_at"])
    if rows.empty:
        return style.say_nothing_to_draw(UNDATED)
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.4))
    sns.histplot(rows, x="observed_at", y="uploaded_at", bins=45, cmap=style.HEAT, ax=axes, cbar=True,
                 cbar_kws={"label": "sightings"})  # fmt: skip
    ends = [rows["observed_at"].min(), rows["observed_at"].max()]
    axes.plot(ends, ends, color=style.ACCENT, linewidth=0.9)
    axes.set(xlabel="seen", ylabel="uploaded")
    show_days(axes)
    show_days(axes, "y")
    return figure


def uploads_by_time(frames: Frames) -> Figure:
    """Draw the number of uploads by weekday and hour, with the totals of both (UTC)."""
    rows = frames.uploads.dropna(subset=["upload_hour", "upload_weekday"])
    if rows.empty:
        return style.say_nothing_to_draw(UNDATED)
    counts = pd.crosstab(rows["upload_weekday"].astype(int), rows["upload_hour"].astype(int))
    counts = counts.reindex(index=range(7), columns=range(24), fill_value=0)
    figure, main, above, right = joint_panels(style.COLUMN, 2.2)
    sns.heatmap(counts, cmap=style.HEAT, ax=main, cbar=False, linewidths=0.3)
    bars = {"color": style.LIGHT, "edgecolor": style.DARK, "linewidth": 0.3}
    above.bar(np.arange(24) + 0.5, counts.sum(axis=0), width=0.9, **bars)  # type: ignore[arg-type]
    right.barh(np.arange(7) + 0.5, counts.sum(axis=1), height=0.9, **bars)  # type: ignore[arg-type]
    main.set_xticks(np.arange(0, 24, 4) + 0.5, [str(hour) for hour in range(0, 24, 4)], rotation=0)
    main.set_yticks(np.arange(7) + 0.5, list(DAYS), rotation=0)
    main.set(xlabel="hour of upload (UTC)", ylabel="")
    above.set_ylabel("clips")
    right.set_xlabel("clips")
    return figure


def audio_use(frames: Frames) -> Figure:
    """Draw how many clips had used each of the most used sounds: as they were seen, and as they were uploaded."""
    every = name_audios(frames)
    names = dict(list(every.items())[:SOUNDS])
    if not names:
        return style.say_nothing_to_draw("The clips of this study name no sounds.")
    shades = dict(zip(names, colours(len(names)), strict=True))
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.PAGE, 2.1))
    seen = frames.audios[frames.audios["audio_url"].isin(names)]
    uploads = frames.uploads[frames.uploads["audio_url"].isin(names)].dropna(subset=["uploaded_at"])
    uploads = uploads.sort_values(["uploaded_at", "clip_id"])
    uploads = uploads.assign(videos=uploads.groupby("audio_url").cumcount() + 1)
    for axes, rows, time, title in (
        (left, seen, "observed_at", "When seen"),
        (right, uploads, "uploaded_at", "When uploaded"),
    ):
        sns.lineplot(rows, x=time, y="videos", hue="audio_url", hue_order=list(names), palette=shades, ax=axes,
                     estimator=None, errorbar=None, legend=False, drawstyle="steps-post", linewidth=1)  # fmt: skip
        axes.set(title=title, xlabel="", ylabel="clips so far" if axes is left else "")
        style.show_log(axes)
        show_days(axes)
        style.show_grid(axes)
    low, high = right.get_ylim()
    last = uploads.groupby("audio_url")["videos"].last()
    share = np.log(last / low) / np.log(high / low)
    label_ends(right, [(low + (high - low) * float(share[k]), n, shades[k]) for k, n in names.items() if k in share])
    style.mark_panels(left, right)
    return figure


def _draw_creators(frames: Frames, order: pd.DataFrame) -> Figure:
    """Draw what the first six creators of this order that were seen at two times gained, in percent, a panel each."""
    times = frames.observations.groupby("creator")["observed_at"].nunique()
    chosen = [creator for creator in order["creator"] if times.get(creator, 0) > 1][:PANELS]
    if not chosen:
        return style.say_nothing_to_draw("No creator was seen twice in this study.")
    names = name_creators(frames)
    clips = frames.creators.set_index("creator")["clips"]
    figure, panels = plt.subplots(2, 3, figsize=(style.PAGE, 3.2), sharex=True)
    for axes in panels.flat[len(chosen) :]:
        axes.axis("off")
    for axes, creator in zip(panels.flat, chosen, strict=False):
        rows = frames.observations[frames.observations["creator"] == creator]
        number = int(clips[creator])
        _draw_gain(axes, rows)
        axes.set(title=f"{names[creator]}: {number} clip{'s' * (number != 1)}", xlabel="", ylabel="")
        show_days(axes)
    figure.supylabel("gained since first seen, in percent", fontsize=style.RC["axes.labelsize"])
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _draw_gain(axes: Axes, rows: pd.DataFrame) -> None:
    for column, label, colour, dashes in (
        ("creator_likes", "likes", style.DARK, (1, 0)),
        ("creator_followers", "followers", style.ACCENT, (3, 1)),
    ):
        gain = 100 * (rows[column] / max(abs(int(rows[column].iloc[0])), 1) - 1)
        axes.plot(rows["observed_at"], gain, color=colour, label=label, linewidth=1, linestyle=(0, dashes))


def prolific_creators(frames: Frames) -> Figure:
    """Draw likes and followers of the six creators with the most clips seen."""
    order = ["clips", "last_followers", "creator"]
    return _draw_creators(frames, frames.creators.sort_values(order, ascending=[False, False, True]))


def followed_creators(frames: Frames) -> Figure:
    """Draw likes and followers of the six creators with the most followers."""
    return _draw_creators(frames, frames.creators.sort_values(["last_followers", "creator"], ascending=[False, True]))


def top_audios(frames: Frames) -> Figure:
    """Draw the top sounds by likes of their clips, by number of clips, and by the product of both."""
    names = name_audios(frames)
    if not names:
        return style.say_nothing_to_draw("The clips of this study name no sounds.")
    last = frames.audios.groupby("audio_url")[["likes", "videos"]].max().astype(float)
    last["product"] = last["likes"] * last["videos"]
    figure, panels = plt.subplots(1, 3, figsize=(style.PAGE, 2.3))
    titles = {"likes": "Likes", "videos": "Clips", "product": "Likes × clips"}
    for axes, (column, title) in zip(panels, titles.items(), strict=True):
        top = last.reset_index().sort_values([column, "audio_url"], ascending=[False, True]).head(TOP)
        # several sounds may have one name: bars are told apart by place
        sns.barplot(x=top[column].to_numpy(), y=np.arange(len(top)), orient="h", ax=axes, color=style.LIGHT,
                    edgecolor=style.DARK, linewidth=0.3)  # fmt: skip
        axes.set_yticks(range(len(top)), [names[url] for url in top["audio_url"]], fontsize=style.SMALLEST)
        axes.set(title=title, xlabel="", ylabel="")
        axes.xaxis.get_major_locator().set_params(nbins=4)  # type: ignore[attr-defined]
        show_short(axes, "x")
    style.mark_panels(*panels)
    return figure


def figures(frames: Frames) -> Draw:
    """List the figures of this subject, ready to draw."""
    drawn = (
        upload_and_observation,
        uploads_by_time,
        audio_use,
        prolific_creators,
        followed_creators,
        top_audios,
    )
    return {function.__name__: partial(function, frames) for function in drawn}
