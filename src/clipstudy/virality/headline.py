"""The numbers that a paper prints about how clips spread: from the tables of a feed and the results made from them."""

from collections.abc import Mapping

import pandas as pd

from clipstudy.study import Virality

TABLES = ("rates", "uploads", "creators", "episodes", "sensitivity")


def summarise_claims(claims: Mapping) -> dict[str, object]:
    """Take over the tested claims and the check of the published peak rate."""
    return {"claims": claims["claims"], "peak_rate": claims["peak_rate"]}


def summarise_feed(frames: Mapping[str, pd.DataFrame], results: Mapping[str, Mapping], config: Virality) -> dict:
    """Sum up a feed.

    Parameters
    ----------
    frames : mapping
        The tables named in `TABLES`; `sensitivity` is that of episodes.
    results : mapping
        `panel` (counts of its making), `effect` (event study) and, of a simulated feed, `recovered` and `coverage`.
    config : Virality
        Of the study.

    Returns
    -------
    dict
        `feed`, `rates`, `growth`, `episodes` by kind, `definition`, `sensitivity`, `effect`, `recovered`.
    """
    effect = {key: results["effect"][key] for key in ("effect", "pre_trend", "events_found", "horizon_hours")}
    summary = {
        "feed": _summarise_panel(results["panel"], frames["uploads"], frames["creators"]),
        "rates": summarise_rates(frames["rates"]),
        "growth": summarise_growth(frames["uploads"], frames["creators"], frames["rates"]),
        "episodes": summarise_episodes(frames["episodes"]),
        "definition": config.model_dump(include={"window_hours", "percentile", "effect_days"}),
        "sensitivity": frames["sensitivity"].to_dict("records"),
        "effect": effect,
    }
    if "recovered" in results:
        summary["recovered"] = {**results["recovered"], "worlds": len(results["coverage"]["effects"])}
    return summary


def _summarise_panel(panel: Mapping, uploads: pd.DataFrame, creators: pd.DataFrame) -> dict[str, object]:
    counted = {key: panel[key] for key in ("runs", "lines", "observations", "clips", "creators", "audios")}
    return counted | {
        "begin": panel["begin"][:10],
        "end": panel["end"][:10],
        "rejected": sum(panel["rejected"].values()),
        "repaired": sum(panel["repaired"].values()),
        "seen_once": int((uploads["sightings"] == 1).sum()),
        "overflowed": int((creators["wraps"] > 0).sum()),
        "ambiguous": int(creators["wraps_ambiguous"].sum()),
    }


def summarise_rates(rates: pd.DataFrame) -> dict[str, object]:
    """Compare published and corrected likes per hour over all intervals between two sightings of a clip."""
    if rates.empty:
        return {"intervals": 0}
    return {
        "intervals": len(rates),
        "median_hours": float(rates["hours"].median()),
        "invisible_share": float(rates["likes_per_hour"].isna().mean()),
        "most_published": float(rates["likes_per_hour"].fillna(0).max()),
        "most_corrected": float(rates["like_rate"].max()),
    }


def summarise_growth(uploads: pd.DataFrame, creators: pd.DataFrame, rates: pd.DataFrame) -> dict[str, float]:
    """Tell of the clip with the greatest increase in likes, and of the creator with that in followers."""
    if uploads.empty:
        return {"most_likes": 0, "days": 0.0, "peak": 0.0, "mean": 0.0, "most_followers": 0}
    gains = uploads["last_likes"] - uploads["first_likes"]
    clip = uploads.loc[gains.idxmax()]
    hours = (clip["last_seen"] - clip["first_seen"]).total_seconds() / 3600
    own = rates.loc[rates["clip_id"] == clip["clip_id"], "like_rate"]
    followers = creators["last_followers"] - creators["first_followers"]
    return {
        "most_likes": int(gains.max()),
        "days": hours / 24,
        "peak": float(own.max()) if len(own) else 0.0,
        "mean": float(gains.max() / hours) if hours else 0.0,
        "most_followers": int(followers.max()),
    }


def summarise_episodes(episodes: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Count the episodes of each kind, their subjects and their median length."""
    found = {}
    for kind in ("clip", "audio", "creator"):
        rows = episodes[episodes["kind"] == kind]
        length = (rows["ended_at"] - rows["started_at"]).dt.total_seconds() / 3600
        found[kind] = {
            "episodes": len(rows),
            "subjects": int(rows["subject"].nunique()),
            "median_hours": float(length.median()) if len(rows) else 0.0,
            "open": int((rows["open_start"] | rows["open_end"]).sum()),
        }
    return found
