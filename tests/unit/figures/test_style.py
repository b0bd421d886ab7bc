"""Files of a figure: the same bytes each time, fonts inside, nothing about when or where."""

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from clipstudy.figures import style


def draw() -> Figure:
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2))
    axes.plot([1, 2, 30], [1, 10, 700])
    style.show_ranks(axes, 731)
    return figure


def test_figure_is_the_same_bytes_in_two_folders(tmp_path, monkeypatch):
    monkeypatch.setattr(style, "FIGURES", {"one": ("line",)})
    for folder, zone in (("a", "UTC"), ("b", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        style.draw_figures("one", {"line": draw}, tmp_path / folder)
    for name in ("line.pdf", "line.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    pdf = (tmp_path / "a" / "line.pdf").read_bytes()
    assert b"CreationDate" not in pdf
    assert b"FontFile2" in pdf
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["line.pdf", "line.png"]


def test_promised_and_given_figures_must_agree(tmp_path):
    with pytest.raises(ValueError, match="figures of 'replication': promised and given differ in cosine_defect"):
        style.draw_figures("replication", {"published_ranks": draw}, tmp_path)


def test_narrow_logarithmic_axes_have_more_ticks():
    _, (narrow, wide) = plt.subplots(1, 2)
    narrow.plot([1, 2], [2, 9])
    wide.plot([1, 2], [1, 5000])
    for axes in (narrow, wide):
        style.show_log(axes)
    assert 5 in narrow.get_yticks()
    assert 5 not in wide.get_yticks()
    plt.close("all")
