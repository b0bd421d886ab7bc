"""The virality part of the paper: its tables, and its numbers as words, from the summary of a feed."""

from collections.abc import Callable, Mapping, Sequence

from clipstudy.paper.numbers import escape, format_number, join_words, spell_number
from clipstudy.paper.tables import tabular
from clipstudy.study import Study

VERDICTS = {
    "supported": "supported",
    "partly supported": "supported in part",
    "not supported": "not supported",
    "not testable": "not testable",
}
KINDS = {"clip": "clips", "audio": "sounds", "creator": "creators"}


def tabulate_claims(summary: Mapping) -> str:
    """Table of the published claims: text, test, estimate with its interval, rows, verdict and note.

    Parameters
    ----------
    summary : mapping
        As `summarise_claims` makes it.
    """
    rows = []
    for claim in summary["claims"]:
        tested = claim["estimate"] is not None
        said = [claim["test"], claim["note"]] if tested else [claim["note"]]
        test = " ".join(f"{_capital(escape(text))}." for text in said if text)
        estimate = f"{_capital(escape(claim['quantity']))}: {format_estimate(claim)}" if tested else "--"
        count = format_number(int(claim["rows"])) if tested else "--"
        cells = [rf"\raggedright {cell}" for cell in (escape(claim["text"]), test, estimate)]
        rows.append([str(claim["claim"]), *cells, count, claim["verdict"]])
    columns = r"@{}rp{0.19\linewidth}p{0.39\linewidth}p{0.16\linewidth}rp{0.09\linewidth}@{}"
    head = ["", "Published claim", "Test and note", r"Estimate [95\,\% interval]", "Rows", "Verdict"]
    return tabular(columns, head, rows)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def format_estimate(found: Mapping) -> str:
    """Format an estimate with its interval, three significant digits each: `0.0851 [0.0768, 0.0935]`; `--` for none."""
    if found["estimate"] is None:
        return "--"
    value, low, high = (format_number(_three_digits(float(found[key]))) for key in ("estimate", "low", "high"))
    return f"{value} [{low}, {high}]"


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def tabulate_recovery(summary: Mapping) -> str:
    """Table of what is recovered of a simulated feed's truth."""
    found = summary["recovered"]
    effect = {"estimate": "follower_effect_estimate", "low": "follower_effect_low", "high": "follower_effect_high"}
    rows = [
        ["Likes per hour, median error: published", _round(found["rate_error_published"])],
        ["Likes per hour, median error: corrected", _round(found["rate_error_corrected"])],
        ["Episodes of clips: precision", _round(found["episode_precision"])],
        ["Episodes of clips: recall", _round(found["episode_recall"])],
        ["Episodes of clips: mean error of the start, hours", _round(found["episode_start_error_hours"])],
        ["Overflow: share of clear sightings repaired", _round(found["overflow_repaired_share"])],
        ["Overflow: share of creators left ambiguous", _round(found["overflow_ambiguous_share"])],
        ["Effect on followers: true", _round(found["follower_effect_true"])],
        ["Effect on followers: estimate", format_estimate({key: found[name] for key, name in effect.items()})],
        [
            f"Effect on followers: coverage in {format_number(int(found['worlds']))} worlds",
            _round(found["follower_effect_coverage"]),
        ],
    ]
    return tabular("@{}lr@{}", ["Quantity", "Value"], rows, rules=(2, 5, 7))


def _round(value: float | None) -> str:
    return "--" if value is None else format_number(_three_digits(float(value)))


def describe_virality(summary: Mapping) -> dict[str, object]:
    """Numbers of the virality part as the text prints them; without a feed, those of the claims alone.

    Parameters
    ----------
    summary : mapping
        The content of `virality/summary.json`.
    """
    verdicts = [claim["verdict"] for claim in summary["claims"]]
    words: dict[str, object] = {
        "claims": {
            "all": spell_number(len(verdicts)),
            "tested": spell_number(len(verdicts) - verdicts.count("not testable")),
            "verdicts": count_verdicts(verdicts),
            "by_number": {str(claim["claim"]): _describe_claim(claim) for claim in summary["claims"]},
        },
        "peak": {
            "reported": int(summary["peak_rate"]["reported_peak_per_hour"]),
            "least": round(summary["peak_rate"]["reported_likes"] / (24 * summary["peak_rate"]["reported_days"])),
            "would_make": int(summary["peak_rate"]["likes_at_reported_peak"]),
        },
    }
    if "feed" in summary:
        words |= {"feed": dict(summary["feed"]), **_describe_feed(summary)}
    return words


def count_verdicts(verdicts: Sequence[str]) -> str:
    """Count verdicts in words, leaving out those that do not occur: `two are supported and one is not supported`."""
    parts = []
    for verdict, words in VERDICTS.items():
        number = verdicts.count(verdict)
        if number:
            parts.append(f"{spell_number(number)} {'is' if number == 1 else 'are'} {words}")
    return join_words(parts)


def _describe_claim(claim: Mapping) -> dict[str, str]:
    found = {"verdict": claim["verdict"], "note": claim["note"]}
    if claim["estimate"] is not None:
        value, low, high = (f"{_three_digits(claim[key]):,g}" for key in ("estimate", "low", "high"))
        found["estimate"] = f"{value} [{low}, {high}]"
    return found


def _describe_feed(summary: Mapping) -> dict[str, object]:
    rates, growth, effect = summary["rates"], summary["growth"], summary["effect"]
    usual = {key: summary["definition"][key] for key in ("window_hours", "percentile")}
    others = [row["episodes"] for row in summary["sensitivity"]]
    agreeing = [row["same_hours"] for row in summary["sensitivity"] if {k: row[k] for k in usual} != usual]
    words: dict[str, object] = {
        "rates": _describe_rates(rates),
        "growth": {
            "most_likes": _count(growth["most_likes"]),
            "days": f"{growth['days']:.1f}",
            "peak": _count(growth["peak"]),
            "mean": _count(growth["mean"]),
            "most_followers": _count(growth["most_followers"]),
        },
        "episodes": {kind: _describe_kind(summary["episodes"][kind]) for kind in KINDS},
        "definition": {key: f"{value:g}" for key, value in summary["definition"].items()},
        "sensitivity": {
            "fewest": min(others),
            "most": max(others),
            "least_same": _percent(min(agreeing, default=1.0)),
            "most_same": _percent(max(agreeing, default=1.0)),
        },
        "effect": {
            "found": effect["events_found"],
            "events": effect["effect"]["events"],
            "hours": effect["horizon_hours"],
            **_describe_effect(effect["effect"], ""),
            **_describe_effect(effect["pre_trend"], "before_"),
        },
    }
    if "recovered" in summary:
        found = summary["recovered"]
        words["recovered"] = {
            "ratio": f"{found['rate_error_published'] / max(found['rate_error_corrected'], 1e-9):.1f}",
            "published": f"{found['rate_error_published']:.1f}",
            "corrected": f"{found['rate_error_corrected']:.1f}",
            "precision": _share(found["episode_precision"]),
            "recall": _share(found["episode_recall"]),
            "true": _percent(found["follower_effect_true"]),
            "coverage": _percent(found["follower_effect_coverage"], 0),
            "worlds": found["worlds"],
        }
    return words


def _describe_rates(rates: Mapping) -> dict[str, object]:
    if not rates["intervals"]:
        return {"intervals": 0, "median_hours": "no", "invisible": "0%", "most_published": "0", "most_corrected": "0"}
    return {
        "intervals": rates["intervals"],
        "median_hours": f"{rates['median_hours']:.1f}",
        "invisible": _percent(rates["invisible_share"]),
        "most_published": _count(rates["most_published"]),
        "most_corrected": _count(rates["most_corrected"]),
    }


def _describe_kind(found: Mapping) -> dict[str, object]:
    return {**found, "median_hours": f"{found['median_hours']:g}"}


def _describe_effect(found: Mapping, prefix: str) -> dict[str, str]:
    """Words for an effect; where events are too few to tell it from, the text does not state it."""
    if found["estimate"] is None:
        return {f"{prefix}stated": "not estimated"}
    low, high = f"{100 * found['low']:z.1f}", f"{100 * found['high']:z.1f}"
    return {f"{prefix}stated": f"{_percent(found['estimate'])} of a creator's followers, 95% interval {low} to {high}%"}


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _percent(value: float | None, digits: int = 1) -> str:
    return "not known" if value is None else f"{100 * value:z.{digits}f}%"


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


VIRALITY_TABLES: dict[str, tuple[str, Callable[[Mapping], str]]] = {
    "virality_claims": ("virality", tabulate_claims),
    "virality_recovery": ("virality", tabulate_recovery),
}


def virality_switches(study: Study, summary: Mapping | None) -> dict[str, bool]:
    """Switches of the text: has it a virality part, a feed, effects on followers, its truth, a photographed preview."""
    given = summary or {}
    effects = given.get("effect", {})
    visited = study.world is not None and (study.crawl or study.acquire) is not None
    return {
        "virality": bool(given),
        "feed": "feed" in given,
        "feedeffect": effects.get("effect", {}).get("estimate") is not None,
        "feedpretrend": effects.get("pre_trend", {}).get("estimate") is not None,
        "feedtruth": "recovered" in given,
        "feedpreview": "feed" in given and visited,
    }
