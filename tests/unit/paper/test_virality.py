"""The virality part of the paper: its tables, its words, and the paper of a feed alone and of clips without a feed."""

import pandas as pd
import pytest

from clipstudy.paper.virality import (
    count_verdicts,
    describe_virality,
    format_estimate,
    tabulate_claims,
    tabulate_recovery,
    virality_switches,
)
from clipstudy.study import Acquire, Paper, Study, Virality, World
from clipstudy.virality.headline import summarise_claims, summarise_episodes, summarise_feed, summarise_growth
from tests.unit.figures.feed import CONFIG, make_feed
from tests.unit.paper.test_paper import compile_study

PEAK = {
    "reported_likes": 5_000_000,
    "reported_days": 5,
    "reported_peak_per_hour": 225,
    "least_peak_per_hour": 41_670.0,
    "likes_at_reported_peak": 27_000,
}
NOTHING = {"estimate": None, "low": None, "high": None, "rows": 0, "quantity": "", "test": "none"}
RECOVERED = {
    "rate_error_published": 6.0,
    "rate_error_corrected": 1.5,
    "episode_precision": 0.951,
    "episode_recall": 0.92,
    "episode_start_error_hours": 2.0,
    "overflow_repaired_share": 1.0,
    "overflow_ambiguous_share": 0.05,
    "follower_effect_true": 0.086,
    "follower_effect_estimate": 0.08512,
    "follower_effect_low": 0.07675,
    "follower_effect_high": 0.09353,
    "follower_effect_coverage": 0.95,
}


def make_claims() -> dict:
    """Claims 6 and 7 tested, one supported and one in part; the other nine not testable."""
    tested = {"estimate": 0.05487, "low": 0.04755, "high": 0.06258, "rows": 3100, "quantity": "comments per like"}
    tested |= {"test": "95th percentile, 5 % off", "note": ""}
    untested = NOTHING | {"note": "followers were not scraped", "verdict": "not testable"}
    verdicts = {6: "supported", 7: "partly supported"}
    claims = [
        {"claim": n, "text": f"Claim {n} & more", **(tested | {"verdict": verdicts[n]} if n in verdicts else untested)}
        for n in range(1, 12)
    ]
    return {"claims": claims, "peak_rate": PEAK, "simulated": False}


def make_summary(*, truth: bool) -> dict:
    frames, more = make_feed(simulated=True)
    tables = {name: getattr(frames, name) for name in ("rates", "uploads", "creators", "episodes")}
    tables["sensitivity"] = pd.DataFrame(more["sensitivity"])
    panel = {"runs": 1, "lines": 402, "observations": 400, "clips": 16, "creators": 8, "audios": 9}
    panel |= {"begin": "2022-07-30T00:00:06Z", "end": "2022-08-02T00:06:28Z"}
    panel |= {"rejected": {"torn line": 2}, "repaired": {}}
    effect = more["effect"] | {part: NOTHING | {"events": 1} for part in ("effect", "pre_trend")}
    results = {"panel": panel, "effect": effect}
    if truth:
        results |= {"recovered": RECOVERED, "coverage": {"effects": [{}] * 20}}
    return summarise_claims(make_claims()) | summarise_feed(tables, results, CONFIG)


def make_study(*, simulated: bool, feed: bool) -> Study:
    world = World(clock="2022-12-01T12:00:00Z", clips=16, queries=8) if simulated else None
    acquire = Acquire(start_url="https://site.test/") if simulated else None
    virality = Virality() if feed else Virality(runs=[])
    paper = Paper(title="How Clips Spread")
    return Study(name="tiny", simulated=simulated, virality=virality, world=world, acquire=acquire, paper=paper)


def test_claims_table_states_test_estimate_and_verdict_or_why_there_is_none():
    table = tabulate_claims(summarise_claims(make_claims()))
    row = next(line for line in table.splitlines() if line.startswith("6 & "))
    assert r"Claim 6 \& more" in row
    assert r"95th percentile, 5 \% off." in row
    assert "Comments per like: 0.0549 [0.0476, 0.0626]" in row
    assert row.endswith(r"3,100 & supported \\")
    assert next(line for line in table.splitlines() if line.startswith("5 & ")).endswith(
        r"\raggedright Followers were not scraped. & \raggedright -- & -- & not testable \\"
    )
    assert len([line for line in table.splitlines() if line[:1].isdigit()]) == 11


def test_estimates_have_three_significant_digits():
    assert format_estimate({"estimate": 12.659, "low": 12.244, "high": 13.217}) == "12.7 [12.2, 13.2]"
    assert format_estimate({"estimate": -0.08048, "low": -0.1282, "high": 1.0}) == "$-$0.0805 [$-$0.128, 1]"


def test_recovery_table_has_estimate_with_interval_and_the_number_of_worlds():
    table = tabulate_recovery({"recovered": RECOVERED | {"worlds": 20}})
    assert r"Effect on followers: estimate & 0.0851 [0.0767, 0.0935] \\" in table
    assert r"Effect on followers: coverage in 20 worlds & 0.95 \\" in table
    assert r"Overflow: share of clear sightings repaired & 1 \\" in table


def test_what_too_few_events_cannot_tell_is_a_dash_or_said():
    none = dict.fromkeys(RECOVERED) | {"rate_error_published": 6.0, "rate_error_corrected": 1.5}
    none |= {"overflow_repaired_share": 1.0, "overflow_ambiguous_share": 0.0}
    table = tabulate_recovery({"recovered": none | {"worlds": 20}})
    assert r"Effect on followers: true & -- \\" in table
    assert r"Effect on followers: estimate & -- \\" in table
    summary = make_summary(truth=True)
    summary["recovered"] |= none
    words = describe_virality(summary)["recovered"]
    assert [words[key] for key in ("true", "precision", "recall", "coverage")] == ["not known"] * 4


def test_the_growth_of_no_clips_is_nothing():
    frames, _ = make_feed(simulated=True)
    nothing = summarise_growth(frames.uploads[:0], frames.creators[:0], frames.rates[:0])
    assert set(nothing.values()) == {0}


def test_verdicts_are_counted_in_words_without_those_that_do_not_occur():
    given = ["supported", "supported", "not supported", "not testable"]
    assert count_verdicts(given) == "two are supported, one is not supported and one is not testable"
    assert count_verdicts(["partly supported"]) == "one is supported in part"


def test_words_of_a_feed_state_what_was_counted():
    words = describe_virality(make_summary(truth=True))
    assert words["peak"] == {"reported": 225, "least": 41_667, "would_make": 27_000}  # 5,000,000 / 120
    # clip 2: 900,000 and 20 an hour for 72 hours
    assert words["growth"]["most_likes"] == "901,440"
    assert words["feed"]["rejected"] == 2
    assert words["effect"]["stated"] == "not estimated"
    assert words["recovered"]["precision"] == "0.95"
    assert words["claims"]["verdicts"] == "one is supported, one is supported in part and nine are not testable"


def test_an_interval_about_zero_has_no_negative_zero():
    summary = make_summary(truth=True)
    summary["effect"]["pre_trend"] = {"estimate": -0.0004, "low": -0.0003, "high": 0.001, "events": 9}
    stated = describe_virality(summary)["effect"]["before_stated"]
    assert stated == "0.0% of a creator's followers, 95% interval 0.0 to 0.1%"


def test_episodes_are_summed_up_by_kind():
    times = pd.to_datetime(["2022-08-01", "2022-08-02", "2022-08-04"], utc=True)
    episodes = pd.DataFrame(
        {
            "kind": "clip",
            "subject": ["a", "a"],
            "started_at": times[:2],
            "ended_at": times[1:],
            "open_start": [True, False],
        }
    ).assign(open_end=False)
    found = summarise_episodes(episodes)
    assert found["clip"] == {"episodes": 2, "subjects": 1, "median_hours": 36, "open": 1}  # 24 and 48 hours
    assert found["audio"] == {"episodes": 0, "subjects": 0, "median_hours": 0, "open": 0}


def test_switches_tell_a_feed_its_truth_and_its_photograph():
    names = ("virality", "feed", "feedeffect", "feedpretrend", "feedtruth", "feedpreview")
    off = dict.fromkeys(names, False)
    assert virality_switches(make_study(simulated=True, feed=True), None) == off
    given = {"feed": {}, "recovered": {}, "effect": {"effect": {"estimate": 0.1}, "pre_trend": {"estimate": 0.0}}}
    assert all(virality_switches(make_study(simulated=True, feed=True), given).values())
    real = virality_switches(make_study(simulated=False, feed=True), given)
    assert real == dict.fromkeys(names, True) | {"feedpreview": False}
    few = given | {"effect": {"effect": {"estimate": None}, "pre_trend": {"estimate": None}}}
    assert not virality_switches(make_study(simulated=True, feed=True), few)["feedeffect"]


@pytest.mark.parametrize("truth", [True, False])
def test_paper_of_a_feed_alone(tmp_path, truth: bool):
    study = make_study(simulated=False, feed=True)
    tables = ["virality_claims", *(["virality_recovery"] if truth else [])]
    text = compile_study(tmp_path, study, {"virality": make_summary(truth=truth)}, tables)
    assert "Viral Episodes" in text
    assert ("Recovery of the Truth" in text) == truth
    assert "known-item" not in text
    assert "imulated data" not in text.replace("simulated feed", "")
    assert "??" not in text


def test_a_simulated_feed_claims_nothing_by_its_verdicts(tmp_path):
    tables = ["virality_claims", "virality_recovery"]
    study = make_study(simulated=True, feed=True).model_copy(update={"acquire": None})  # no photograph
    text = " ".join(compile_study(tmp_path, study, {"virality": make_summary(truth=True)}, tables).split())
    assert "tells nothing" in text.replace("- ", "")
    assert "tests work" not in text
    assert "only where it is shown negative" not in text


def test_paper_of_clips_without_a_feed_has_the_claims_alone(tmp_path):
    study = make_study(simulated=False, feed=False)
    text = compile_study(tmp_path, study, {"virality": summarise_claims(make_claims())}, ["virality_claims"])
    assert "Published Claims" in text
    assert "Viral Episodes" not in text
    assert "41,667" in text
    assert "alike within creators" not in text
    assert "above .5; it is 0.0549 [0.0476, 0.0626]" in " ".join(text.split())
    assert "??" not in text


def test_paper_of_clips_that_test_no_claim(tmp_path):
    claims = make_claims()
    claims["claims"] = [row | NOTHING | {"verdict": "not testable"} for row in claims["claims"]]
    study = make_study(simulated=False, feed=False)
    text = compile_study(tmp_path, study, {"virality": summarise_claims(claims)}, ["virality_claims"])
    assert "eleven are not testable" in text
    assert "one of the two statements" not in text
    assert "intraclass" not in text
    assert "??" not in text
