"""What the figures of a feed share: the tables, names that give nobody away, time axes, rugs."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from clipstudy.figures import style
from clipstudy.tables import read_table

TOP = 10
PANELS = 6
YEAR = 366  # days
LONGEST = 21  # characters of a name in a figure
TABLES = ("observations", "rates", "uploads", "creators", "audios", "episodes")
NOBODY_GREW = "No clip of this study was seen twice."


class Frames(NamedTuple):
    """Tables of a feed as pandas frames, and whether names may be shown because they are simulated."""

    observations: pd.DataFrame
    rates: pd.DataFrame
    uploads: pd.DataFrame
    creators: pd.DataFrame
    audios: pd.DataFrame
    episodes: pd.DataFrame
    simulated: bool


def read_frames(paths: Mapping[str, Path | str], *, simulated: bool) -> Frames:
    """Read the tables of a feed; rows of observations come in the order of time.

    Parameters
    ----------
    paths : mapping
        A Parquet file for each of `TABLES`.
    simulated : bool
        Whether the study is; only then are names of creators and sounds drawn.
    """
    frames = {name: read_table(name, paths[name]).to_pandas() for name in TABLES}
    frames["observations"] = frames["observations"].sort_values(["observed_at", "run_id", "position"])
    return Frames(**frames, simulated=simulated)


def _shorten(name: str, longest: int = LONGEST) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def name_creators(frames: Frames) -> dict[str, str]:
    """Name every creator: in a simulated study as it does itself, else C1, C2, ... from the most followers down."""
    order = frames.creators.sort_values(["last_followers", "creator"], ascending=[False, True])["creator"]
    if frames.simulated:
        return {creator: _shorten(creator.removesuffix(".sim")) for creator in order}
    return {creator: f"C{number}" for number, creator in enumerate(order, start=1)}


def name_audios(frames: Frames) -> dict[str, str]:
    """Name every sound: in a simulated study by its name, else S1, S2, ... from the most clips down.

    Names that several sounds have are told apart by a number.
    """
    last = frames.audios.groupby("audio_url").agg(videos=("videos", "max"), audio=("audio", "last")).reset_index()
    last = last.sort_values(["videos", "audio_url"], ascending=[False, True])
    if not frames.simulated:
        return {url: f"S{number}" for number, url in enumerate(last["audio_url"], start=1)}
    names = last["audio"].fillna("sound without a name")
    again = names.groupby(names).cumcount() + 1
    shared = names.duplicated(keep=False)
    longest = np.where(shared, LONGEST - 5, LONGEST)
    short = [_shorten(name, length) for name, length in zip(names, longest, strict=True)]
    numbers = [f" #{number}" if several else "" for number, several in zip(again, shared, strict=True)]
    return dict(zip(last["audio_url"], map(str.__add__, short, numbers), strict=True))


def name_clips(frames: Frames, clips: Sequence[str]) -> dict[str, str]:
    """Name clips by their rank in a list and their creator: `1 @name`, `2 C17`."""
    names = name_creators(frames)
    creators = frames.uploads.set_index("clip_id")["creator"]
    return {clip: f"{number} {names[creators[clip]]}" for number, clip in enumerate(clips, start=1)}


def top_clips(frames: Frames, count: str, number: int = TOP) -> list[str]:
    """Clips with the greatest increase of a count (`likes`, `comments`) between first and last sighting."""
    grown = (frames.uploads[f"last_{count}"] - frames.uploads[f"first_{count}"]).rename("grown")
    order = pd.concat([frames.uploads["clip_id"], grown], axis=1).sort_values(
        ["grown", "clip_id"], ascending=[False, True]
    )
    return order.loc[order["grown"] > 0, "clip_id"].head(number).tolist()


def top_creators(frames: Frames, number: int) -> list[str]:
    """Creators with the greatest increase of followers between first and last sighting."""
    grown = frames.creators.eval("last_followers - first_followers").rename("grown")
    order = pd.concat([frames.creators["creator"], grown], axis=1).sort_values(
        ["grown", "creator"], ascending=[False, True]
    )
    return order.loc[order["grown"] > 0, "creator"].head(number).tolist()


def colours(number: int) -> list[tuple[float, float, float]]:
    """Colours of ranked lines, from dark to light, that keep their order in grey."""
    return list(sns.blend_palette([style.DARK, style.MIDDLE, "#e6b48c"], max(number, 1)))


def add_rug(axes: Axes, times: pd.Series, colour: str, height: float) -> None:
    """Draw a mark on the x axis at each time and leave limits and margins as the data made them.

    Call it when the data are drawn: limits stay fixed afterwards, however many rugs follow. Left alone, each rug takes
    part in the automatic limits, and several of them on one axis push the data together.
    """
    limits, label = (axes.get_xlim(), axes.get_ylim()), axes.get_xlabel()
    across, up = axes.margins()  # type: ignore[misc]
    sns.rugplot(x=times, ax=axes, height=height, color=colour, linewidth=0.5, expand_margins=False, alpha=1)
    axes.margins(across, up)
    axes.set(xlim=limits[0], ylim=limits[1], xlabel=label)


def show_days(axes: Axes, which: str = "x") -> None:
    """Write a time axis as `30 Jul`, with hours where it spans less than two days, as `Jul 2022` from a year on."""
    axis = getattr(axes, f"{which}axis")
    low, high = axis.get_view_interval()  # in days
    form = "%H:%M\n%-d %b" if high - low < 2 else "%-d %b" if high - low < YEAR else "%b %Y"
    axis.set_major_locator(AutoDateLocator(minticks=2, maxticks=5))
    axis.set_major_formatter(DateFormatter(form))


def shorten_number(value: float) -> str:
    """Write a number as people do on an axis: `1.5M`, `200k`, `40`."""
    size = abs(value)
    for least, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= least * (1 - 1e-9):
            return f"{value / least:.4g}{unit}"
    return f"{value:.4g}"


def show_short(axes: Axes, which: str = "y") -> None:
    """Shorten the ticks of a linear or logarithmic axis of counts."""
    getattr(axes, f"{which}axis").set_major_formatter(FuncFormatter(lambda value, _: shorten_number(value)))


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str | tuple[float, float, float]]]) -> None:
    """Write names at the right ends of lines, moved apart where they would overlap.

    Parameters
    ----------
    axes : Axes
        With all lines drawn; its limits stay.
    ends : sequence of tuple
        Height of the end (data units of a linear axis), its text and its colour.
    """
    low, high = axes.get_ylim()
    figure_height = axes.figure.get_size_inches()[1]  # type: ignore[union-attr]
    gap = 1.25 * style.SMALLEST / 72 / (0.8 * figure_height)
    ends = sorted(ends, key=lambda end: end[:2])
    heights = [(y - low) / (high - low) for y, *_ in ends]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + gap)
    ceiling = 1.0
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], ceiling)
        ceiling = heights[i] - gap
    for height, (_, text, colour) in zip(heights, ends, strict=True):
        axes.annotate(
            text, (1.02, height), xycoords="axes fraction", va="center", fontsize=style.SMALLEST,
            color=colour, annotation_clip=False,
        )  # fmt: skip


def joint_panels(width: float, height: float) -> tuple[Figure, Axes, Axes, Axes]:
    """Make a panel with a margin above and one to the right that share its axes."""
    figure = plt.figure(figsize=(width, height))
    grid = figure.add_gridspec(2, 2, width_ratios=(4, 1), height_ratios=(1, 3.4), wspace=0.03, hspace=0.03)
    main = figure.add_subplot(grid[1, 0])
    above, right = figure.add_subplot(grid[0, 0], sharex=main), figure.add_subplot(grid[1, 1], sharey=main)
    for axes, which in ((above, "x"), (right, "y")):
        axes.tick_params(axis=which, which="both", **{f"label{'bottom' if which == 'x' else 'left'}": False})  # type: ignore[arg-type]
    return figure, main, above, right


def draw_joint(x: pd.Series, y: pd.Series, labels: tuple[str, str], width: float = style.COLUMN) -> Figure:
    """Draw two positive quantities as a joint histogram on logarithmic axes, with the histogram of each."""
    figure, main, above, right = joint_panels(width, 0.8 * width)
    bars = {"color": style.LIGHT, "edgecolor": style.DARK, "linewidth": 0.3}
    sns.histplot(x=x, y=y, log_scale=(True, True), bins=28, cmap=style.HEAT, ax=main)
    sns.histplot(x=x, bins=28, ax=above, **bars)
    sns.histplot(y=y, bins=28, ax=right, **bars)
    above.set(ylabel="", xlabel="")
    right.set(ylabel="", xlabel="")
    main.set(xlabel=labels[0], ylabel=labels[1])
    for which in "xy":
        show_short(main, which)
    return figure


Draw = Mapping[str, Callable[[], Figure]]
