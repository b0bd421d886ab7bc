"""Viral episodes: when they were, how they depend on the definition, what followers do around them, what is recovered.

Recovery is drawn for simulated feeds alone, whose truth is known.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from clipstudy.figures import style
from clipstudy.figures.virality_frames import Draw, Frames, show_days

KINDS = {"clip": "clips", "audio": "sounds", "creator": "creators"}
NO_EPISODES = "No episode was found in this study."


def viral_episodes(frames: Frames) -> Figure:
    """Draw every episode of a clip from start to end with its peak, and the number of subjects viral at a time."""
    clips = frames.episodes[frames.episodes["kind"] == "clip"].sort_values(["started_at", "ended_at", "subject"])
    if clips.empty:
        return style.say_nothing_to_draw(NO_EPISODES)
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(style.COLUMN, 3.3), sharex=True, height_ratios=(2.4, 1), layout="constrained"
    )
    places = np.arange(len(clips))
    above.hlines(places, clips["started_at"], clips["ended_at"], color=style.MIDDLE, linewidth=90 / max(len(clips), 60))
    above.scatter(clips["peaked_at"], places, s=1.5, color=style.ACCENT, linewidth=0, zorder=3, label="peak")
    above.set(ylabel="episodes of clips", ylim=(len(clips), -1), yticks=[])
    above.legend(loc="lower left", handletextpad=0.1)
    for (kind, name), colour in zip(KINDS.items(), (style.DARK, style.ACCENT, style.MIDDLE), strict=True):
        times, viral = _count_viral(frames.episodes[frames.episodes["kind"] == kind])
        below.step(times, viral, where="post", color=colour, label=name, linewidth=1)
    below.set(ylabel="viral at a time", xlabel="", ylim=(0, None))
    show_days(below)
    handles, labels = below.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _count_viral(episodes: pd.DataFrame) -> tuple[pd.Index, np.ndarray]:
    """Times at which the number of viral subjects changes, and the number from then on."""
    starts = episodes["started_at"].value_counts()
    change = starts.sub(episodes["ended_at"].value_counts(), fill_value=0).sort_index()
    return change.index, change.cumsum().to_numpy()


def episode_sensitivity(sensitivity: pd.DataFrame) -> Figure:
    """Draw number of episodes and agreement with the chosen definition, by window and percentile.

    Parameters
    ----------
    sensitivity : DataFrame
        As `measure_sensitivity` gives it.
    """
    figure, panels = plt.subplots(1, 2, figsize=(style.COLUMN, 1.9), sharey=True)
    for axes, (column, title, form) in zip(
        panels, (("episodes", "Episodes", ",.0f"), ("same_hours", "Viral hours shared", ".0%")), strict=True
    ):
        cells = sensitivity.pivot_table(index="window_hours", columns="percentile", values=column, observed=True)
        cells.index, cells.columns = cells.index.astype(int), [f"{p:g}" for p in cells.columns]
        sns.heatmap(cells, annot=True, fmt=form, cmap=style.HEAT, cbar=False, ax=axes, linewidths=0.6,
                    annot_kws={"fontsize": style.SMALLEST})  # fmt: skip
        axes.set(title=title, xlabel="percentile", ylabel="window, hours" if axes is panels[0] else "")
        axes.tick_params(length=0)
        axes.tick_params(axis="y", rotation=0)
    style.mark_panels(*panels)
    return figure


def event_study(effect: Mapping, true: float | None) -> Figure:
    """Draw followers gained around the start of an episode beyond those of the controls, with a 95 % band.

    Parameters
    ----------
    effect : mapping
        What `study_events` returns.
    true : float, optional
        True effect at the end of the horizon, where it is known.
    """
    curve = pd.DataFrame(effect["curve"]).dropna(subset=["estimate"])
    if curve.empty:
        return style.say_nothing_to_draw("Too few episodes with followers seen around them.")
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.2))
    bounds = [curve[end].astype(float) for end in ("low", "high")]
    axes.fill_between(curve["offset_hours"], *bounds, color=style.LIGHT, linewidth=0, label="95 % interval")
    sns.lineplot(curve, x="offset_hours", y="estimate", marker="o", markersize=4, color=style.DARK, ax=axes,
                 estimator=None, errorbar=None, label="estimate", legend=False)  # fmt: skip
    axes.axhline(0, color=style.GREY, linewidth=0.7)
    axes.axvline(0, color=style.GREY, linewidth=0.7, linestyle=(0, (3, 2)))
    if true is not None:
        axes.plot(effect["horizon_hours"], true, "D", color=style.ACCENT, label="true effect", zorder=4)
    axes.set(xlabel="hours since the start of the episode", ylabel="followers gained\nbeyond controls")
    axes.set_xticks(curve["offset_hours"][curve["offset_hours"] % 24 == 0])
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    style.show_grid(axes)
    axes.legend(loc="upper left")
    return figure


def true_rates(observations: pd.DataFrame, truth: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Join every interval's rates with the true likes per hour of its clip.

    Parameters
    ----------
    observations, rates : DataFrame
        Tables of those names.
    truth : DataFrame
        Table `feed_truth_observations`.

    Returns
    -------
    DataFrame
        `rates` and a column `true`.
    """
    keys = ["run_id", "position"]
    rows = observations[[*keys, "clip_id", "observed_at"]].merge(truth[[*keys, "true_likes"]], on=keys)
    rows = rows.sort_values(["clip_id", "observed_at"])
    rows["gained"] = rows.groupby("clip_id")["true_likes"].diff()
    joined = rates.merge(rows[["clip_id", "observed_at", "gained"]], on=["clip_id", "observed_at"])
    return joined.assign(true=joined["gained"] / joined["hours"])


def recovered_truth(rates: pd.DataFrame, recovered: Mapping, coverage: Mapping) -> Figure:
    """Draw published and corrected against true likes per hour, and the intervals of the effect on smaller worlds.

    Parameters
    ----------
    rates : DataFrame
        As `true_rates` gives it.
    recovered : mapping
        Headline of the recovery: the errors of both rates.
    coverage : mapping
        `effects`, each with `true`, `estimate`, `low` and `high`.
    """
    figure, panels = plt.subplots(1, 3, figsize=(style.PAGE, 2.3), width_ratios=(1, 1, 1.1))
    rates = rates.assign(published=rates["likes_per_hour"].fillna(0))
    columns = {
        "published": ("Published rate", "rate_error_published"),
        "like_rate": ("Corrected rate", "rate_error_corrected"),
    }
    most = float(rates[["true", "published", "like_rate"]].max().max()) * 1.5
    for axes, (column, (title, error)) in zip(panels, columns.items(), strict=False):
        _draw_against_truth(axes, rates["true"], rates[column], most)
        axes.set(title=title, xlabel="true likes per hour", ylabel="measured" if axes is panels[0] else "")
        axes.text(0.97, 0.04, f"median error {recovered[error]:.2g}", transform=axes.transAxes, ha="right",
                  fontsize=style.SMALLEST)  # fmt: skip
    _draw_coverage(panels[2], pd.DataFrame(coverage["effects"]))
    style.mark_panels(*panels)
    return figure


def _draw_against_truth(axes: Axes, true: pd.Series, measured: pd.Series, most: float) -> None:
    """Shade two rates against each other; both are moved by 1 so that 0 has a place on a logarithmic axis."""
    axes.hexbin(true + 1, measured + 1, gridsize=36, xscale="log", yscale="log", bins="log", mincnt=1, cmap=style.HEAT,
                linewidths=0.1, extent=(0, np.log10(most), 0, np.log10(most)))  # fmt: skip
    axes.axline((1, 1), (10, 10), color=style.ACCENT, linewidth=0.8)
    axes.set(xlim=(0.8, most), ylim=(0.8, most), box_aspect=1)
    ticks = [value for value in (0, 10, 1000, 100_000) if value < most]
    for which in "xy":
        axis = getattr(axes, f"{which}axis")
        axis.set_major_locator(plt.FixedLocator([tick + 1 for tick in ticks]))
        axis.set_minor_locator(plt.NullLocator())
        axis.set_ticklabels([f"{tick:,}" for tick in ticks])


def _draw_coverage(axes: Axes, effects: pd.DataFrame) -> None:
    effects = effects.astype(float).dropna().sort_values("estimate", ignore_index=True)
    missed = (effects["true"] < effects["low"]) | (effects["true"] > effects["high"])
    for hit, colour in ((False, style.DARK), (True, style.GREY)):
        rows = effects[missed == hit]
        label = "interval that misses" if hit else "95 % interval"
        if len(rows):
            axes.vlines(rows.index, rows["low"], rows["high"], color=colour, linewidth=1, label=label)
    axes.plot(effects.index, effects["estimate"], "o", color=style.DARK, markersize=2.5, label="estimate")
    axes.plot(effects.index, effects["true"], "D", color=style.ACCENT, markersize=2.5, label="true")
    axes.set(title=f"Effect in {len(effects)} worlds", xlabel="simulated world", ylim=(0, None), xticks=[])
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.legend(loc="lower right", fontsize=style.SMALLEST)


def figures(frames: Frames, sensitivity: pd.DataFrame, effect: Mapping, true: float | None) -> Draw:
    """List the figures of a feed's episodes, ready to draw; `true` is the true effect, where it is known."""
    return {
        "viral_episodes": partial(viral_episodes, frames),
        "episode_sensitivity": partial(episode_sensitivity, sensitivity),
        "event_study": partial(event_study, effect, true),
    }


def recovery_figures(rates: pd.DataFrame, recovered: Mapping, coverage: Mapping) -> Draw:
    """List the figure of a simulated feed with a known truth."""
    return {"recovered_truth": partial(recovered_truth, rates, recovered, coverage)}
