"""The one style of all figures: sizes of an IEEE column, fonts, greys that survive a black-and-white printer.

Files are the same bytes everywhere: the font ships with matplotlib, and no date or software name is written.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from clipstudy.figures import FIGURES
from clipstudy.files import whole_file

COLUMN = 3.45  # inches, one column of IEEEtran
PAGE = 7.16  # inches, both columns
SMALLEST = 7  # points, of any text

DARK = "#16324f"
MIDDLE = "#5b8db8"
LIGHT = "#c9dceb"
ACCENT = "#d9742b"
GREY = "#8a8a8a"
HEAT = sns.light_palette(DARK, as_cmap=True)

NARROW = 40  # ratio of the ends of a logarithmic axis below which 2 and 5 are ticks too

MARKERS = ("o", "s", "^", "D", "v")

RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.title_fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.titlelocation": "left",
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "patch.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "figure.constrained_layout.use": True,
    "savefig.dpi": 300,
}


def draw_figures(subject: str, functions: Mapping[str, Callable[[], Figure]], folder: Path) -> None:
    """Draw every figure of a subject in the house style and save it as PDF and PNG.

    Parameters
    ----------
    subject : str
        A key of `FIGURES`.
    functions : mapping
        Figure name -> function without arguments that draws it; exactly the names that `FIGURES` promises.
    folder : Path
        Where `<name>.pdf` and `<name>.png` are written.

    Raises
    ------
    ValueError
        Where the functions are not those promised.
    """
    if set(functions) != set(FIGURES[subject]):
        difference = ", ".join(sorted(set(functions) ^ set(FIGURES[subject])))
        raise ValueError(f"figures of '{subject}': promised and given differ in {difference}")
    mpl.use("agg")
    for name, function in functions.items():
        with mpl.rc_context(RC):
            figure = function()
            save_figure(figure, folder / f"{name}.pdf")
            plt.close(figure)


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PDF at `path` and as PNG beside it, atomically and without any date."""
    empty = {"pdf": {"CreationDate": None, "Creator": None, "Producer": None}, "png": {"Software": None}}
    for kind, metadata in empty.items():
        with whole_file(path.with_suffix(f".{kind}")) as partial:
            figure.savefig(partial, format=kind, metadata=metadata)


def say_nothing_to_draw(reason: str) -> Figure:
    """Make a figure that says why it is empty, for a study without the data that it shows."""
    figure, axes = plt.subplots(figsize=(COLUMN, 0.8))
    axes.axis("off")
    axes.text(0.5, 0.5, reason, ha="center", va="center", color=GREY)
    return figure


def mark_panels(*panels: Axes) -> None:
    """Letter the panels of a figure: (a), (b), ... before their titles."""
    for letter, axes in zip("abcdefghij", panels, strict=False):
        axes.set_title(f"({letter}) {axes.get_title(loc='left')}".rstrip(), loc="left")


def show_percent(axes: Axes, which: str = "y") -> None:
    """Write the ticks of an axis that holds shares as percentages."""
    getattr(axes, f"{which}axis").set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:.0f}%"))


def show_log(axes: Axes, which: str = "y") -> None:
    """Make an axis logarithmic with plain numbers on its ticks; call it when everything is drawn."""
    getattr(axes, f"set_{which}scale")("log")
    low, high = getattr(axes, f"get_{which}lim")()
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(LogLocator(10, subs=(1,) if high / low > NARROW else (1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}" if v >= 1 else f"{v:g}"))
    axis.set_minor_formatter(NullFormatter())


def show_ranks(axes: Axes, imputed: float, which: str = "y") -> None:
    """Make a logarithmic axis of ranks from 1 to the corpus, with the rank of a missed target marked by a line."""
    getattr(axes, f"set_{which}scale")("log")
    getattr(axes, f"set_{which}lim")(0.8, imputed * 2 * 1.25)
    show_log(axes, which)
    line = axes.axhline if which == "y" else axes.axvline
    line(imputed, color=GREY, linestyle=(0, (1, 1.5)), linewidth=0.8, zorder=0)


def show_grid(axes: Axes, which: str = "y") -> None:
    """Draw light lines behind the data along one axis."""
    axes.grid(True, axis=which)  # type: ignore[arg-type]
