"""Every figure of a feed: drawn without a warning, legible, honest where there is nothing, silent about real names."""

from collections.abc import Callable, Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from clipstudy.figures import (
    FIGURES,
    style,
    virality_episodes,
    virality_frames,
    virality_growth,
    virality_ratios,
    virality_uploads,
)
from tests.unit.figures.feed import feed_lines, make_feed
from tests.unit.virality.lines import line

SUBJECTS = [subject for subject in FIGURES if subject.startswith("virality")]
REAL = ("@", "person", "original", "Tune")
RECOVERED = {"rate_error_published": 3.0, "rate_error_corrected": 1.0}
EFFECTS = [
    {"true": 0.1, "estimate": 0.11, "low": 0.05, "high": 0.15},
    {"true": 0.3, "estimate": 0.1, "low": 0, "high": 0.2},
]


def figures(subject: str, frames: virality_frames.Frames, more: dict) -> Mapping[str, Callable[[], Figure]]:
    if subject == "virality_episodes":
        return virality_episodes.figures(frames, pd.DataFrame(more["sensitivity"]), more["effect"], 0.1)
    if subject == "virality_recovery":
        truth = frames.observations.assign(true_likes=frames.observations["like_count"])
        rates = virality_episodes.true_rates(frames.observations, truth, frames.rates)
        return virality_episodes.recovery_figures(rates, RECOVERED, {"effects": EFFECTS})
    if subject == "virality_clips":
        return virality_ratios.clip_figures(virality_ratios.last_ratio(frames.uploads))
    modules = {"growth": virality_growth, "ratios": virality_ratios, "uploads": virality_uploads}
    return modules[subject.removeprefix("virality_")].figures(frames)


def texts_of(figure: Figure) -> list[Text]:
    figure.canvas.draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_figures_are_drawn_with_legible_text_and_without_names(subject: str):
    mpl.use("agg")
    drawn = figures(subject, *make_feed(simulated=False))
    assert set(drawn) == set(FIGURES[subject])
    for name, function in drawn.items():
        with mpl.rc_context(style.RC):
            figure = function()
            shown = texts_of(figure)
            assert figure.get_figwidth() in (style.COLUMN, style.PAGE), name
            assert not [t.get_text() for t in shown if t.get_fontsize() < style.SMALLEST], name
            assert not [t.get_text() for t in shown if any(real in t.get_text() for real in REAL)], name
            assert not [t.get_text() for t in shown if "_" in t.get_text()], name
            plt.close(figure)


@pytest.mark.parametrize("subject", [subject for subject in SUBJECTS if subject != "virality_recovery"])
def test_figures_of_a_feed_of_one_sighting_are_drawn(subject: str):
    mpl.use("agg")
    frames, more = make_feed(simulated=True, lines=[line(0)])
    for function in figures(subject, frames, more).values():
        with mpl.rc_context(style.RC):
            figure = function()
            assert texts_of(figure)
            plt.close(figure)


def test_creators_above_the_trim_alone_leave_no_histogram():
    mpl.use("agg")
    frames, _ = make_feed(simulated=True, lines=[line(0, creator_likes="9000")])
    figure = virality_ratios.likes_per_follower(frames)
    assert [text.get_text() for text in texts_of(figure)] == [
        "No creator of this study has up to 80 likes per follower."
    ]
    plt.close(figure)


def test_worlds_without_an_estimate_are_not_drawn():
    mpl.use("agg")
    frames, _ = make_feed(simulated=True)
    truth = frames.observations.assign(true_likes=frames.observations["like_count"])
    rates = virality_episodes.true_rates(frames.observations, truth, frames.rates)
    none = dict.fromkeys(EFFECTS[0])
    for effects, title in (([*EFFECTS, none], "Effect in 2 worlds"), ([none], "Effect in 0 worlds")):
        figure = virality_episodes.recovered_truth(rates, RECOVERED, {"effects": effects})
        assert figure.axes[2].get_title() == title
        plt.close(figure)


def test_several_rugs_leave_limits_and_margins_as_they_were():
    mpl.use("agg")
    figure, axes = plt.subplots()
    times = pd.Series(pd.to_datetime(["2022-07-30", "2022-08-02", "2022-08-05"]))
    sns.lineplot(x=times, y=[1.0, 5.0, 2.0], ax=axes)
    axes.set_xlabel("days")
    before, drawn = (axes.get_xlim(), axes.get_ylim(), axes.margins()), len(axes.collections)
    outside = times + pd.Timedelta(days=30)
    for colour, rug in (("red", times), ("blue", outside), ("green", times)):
        virality_frames.add_rug(axes, rug, colour, 0.3)
        figure.canvas.draw()
        assert (axes.get_xlim(), axes.get_ylim(), axes.margins()) == before
    assert len(axes.collections) == drawn + 3
    assert axes.get_xlabel() == "days"
    plt.close(figure)


def test_real_creators_are_numbered_by_followers_and_simulated_ones_named():
    frames, _ = make_feed(simulated=False)
    names = virality_frames.name_creators(frames)
    # 10 million, then 8,072 (person 8) down to 2,072 (person 2)
    assert names == {"@person1": "C1", **{f"@person{n}": f"C{10 - n}" for n in range(2, 9)}}
    assert virality_frames.name_creators(frames._replace(simulated=True))["@person3"] == "@person3"


def test_sounds_of_one_name_are_told_apart():
    frames, _ = make_feed(simulated=True)
    names = list(virality_frames.name_audios(frames).values())
    assert names == ["A Tune", *(f"original sound #{n}" for n in range(1, 9))]
    assert list(virality_frames.name_audios(frames._replace(simulated=False)).values())[:2] == ["S1", "S2"]


def test_top_clips_are_those_that_gained_most():
    frames, _ = make_feed(simulated=True)
    # clip 2: 900,000 + 20 * 72; then clips of creator 8 and 7 with 80 * 72 and 70 * 72
    top = frames.uploads.set_index("clip_id").loc[virality_frames.top_clips(frames, "likes", 4)]
    assert top["creator"].tolist() == ["@person2", "@person8", "@person8", "@person7"]
    assert virality_frames.top_clips(make_feed(simulated=True, lines=[line(0)])[0], "likes") == []


def test_a_creator_seen_once_gets_no_empty_panel():
    mpl.use("agg")
    once = line(1, clip=900, creator="@person9", creator_followers="99000000", creator_likes="1000000000")
    frames, _ = make_feed(simulated=True, lines=[*feed_lines(), once])
    assert frames.creators.sort_values("last_followers")["creator"].iloc[-1] == "@person9"
    figure = virality_uploads.followed_creators(frames)
    # 10 million, then 8,072 down to 4,072 followers
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [f"@person{number}: 2 clips" for number in (1, 8, 7, 6, 5, 4)]
    assert all(len(axes.lines) == 2 for axes in figure.axes)
    plt.close(figure)


def test_published_rate_of_no_visible_change_is_drawn_as_zero():
    mpl.use("agg")
    begin = pd.Timestamp("2022-07-30", tz="UTC")
    rates = pd.DataFrame(
        {
            "observed_at": [begin + pd.Timedelta(hours=h) for h in (1, 2)],
            "hours": [1.0, 1.0],
            "likes_per_hour": [np.nan, 100.0],
            "like_rate": [50.0, 50.0],
            "like_rate_low": [0.0, 0.0],
            "like_rate_high": [100.0, 150.0],
        }
    )
    figure, axes = plt.subplots()
    virality_growth.draw_rate(axes, rates, rates["observed_at"])
    lines = {drawn.get_label(): drawn.get_ydata().tolist() for drawn in axes.lines}
    assert lines["published"] == [0, 100]
    assert lines["corrected"] == [50, 50, 50]
    assert axes.get_ylim() == (0, 50 * virality_growth.ROOM)
    plt.close(figure)


def test_true_rate_is_the_true_gain_over_the_hours_of_its_clip():
    frames, _ = make_feed(simulated=True, lines=[line(0, likes="100"), line(2, likes="104"), line(1, clip=2)])
    truth = frames.observations[["run_id", "position"]].assign(true_likes=[100, 110, 40])
    rates = virality_episodes.true_rates(frames.observations, truth, frames.rates)
    assert rates["true"].tolist() == [(110 - 100) / 2]


@pytest.mark.parametrize(
    ("value", "text"), [(1.5e6, "1.5M"), (1e9, "1B"), (200_000, "200k"), (40, "40"), (0.05, "0.05"), (-2000, "-2k")]
)
def test_numbers_are_shortened_as_people_do(value: float, text: str):
    assert virality_frames.shorten_number(value) == text


def test_names_at_line_ends_do_not_overlap_and_stay_beside_the_panel():
    mpl.use("agg")
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.set_ylim(0, 10)
    virality_frames.label_ends(
        axes, [(10.0, "a", "black"), (9.9, "b", "black"), (9.8, "c", "black"), (1.0, "d", "black")]
    )
    heights = sorted((text.xy[1], text.get_text()) for text in axes.texts)
    assert [name for _, name in heights] == ["d", "c", "b", "a"]
    assert heights[-1][0] == 1
    gaps = np.diff([height for height, _ in heights])
    assert gaps.min() * 0.8 * 2 * 72 >= style.SMALLEST
    plt.close(figure)


@pytest.mark.parametrize(("hours", "label"), [(6, "04:00\n30 Jul"), (24 * 10, "1 Aug"), (24 * 900, "Jan 2023")])
def test_time_axes_say_what_tells_their_ticks_apart(hours: int, label: str):
    assert label in time_ticks(hours)


@pytest.mark.parametrize(
    "hours", [1, 3, 30, 47, 49, 24 * 4, 24 * 40, 24 * 130, 24 * 364, 24 * 367, 24 * 1500, 24 * 4000]
)
def test_time_axes_of_any_length_have_a_few_distinct_ticks(hours: int):
    ticks = time_ticks(hours)
    assert 2 <= len(ticks) <= 6
    assert len(set(ticks)) == len(ticks)


def time_ticks(hours: float) -> list[str]:
    mpl.use("agg")
    figure, axes = plt.subplots()
    begin = pd.Timestamp("2022-07-30")
    axes.set_xlim(begin, begin + pd.Timedelta(hours=hours))
    virality_frames.show_days(axes)
    figure.canvas.draw()
    plt.close(figure)
    return [tick.get_text() for tick in axes.get_xticklabels()]
