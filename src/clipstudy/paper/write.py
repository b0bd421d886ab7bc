"""Bring the results of a study together for its paper: macros and tables in one folder."""

import json
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from clipstudy.paper import tables
from clipstudy.paper.defects import tabulate_defects
from clipstudy.paper.media import describe_media, tabulate_faults, tabulate_media
from clipstudy.paper.numbers import (
    describe_comparisons,
    describe_extremes,
    describe_index,
    join_words,
    name_tokens,
    spell_number,
    write_numbers,
)
from clipstudy.paper.virality import VIRALITY_TABLES, describe_virality, virality_switches
from clipstudy.study import Study

SCREEN = 8  # results
FEWEST = 20  # queries; with fewer, a figure of single queries would show hardly more than its axes
TABLES: dict[str, tuple[str, Callable[[Mapping], str]]] = {
    "corpus": ("retrieval", tables.tabulate_corpus),
    "runs": ("retrieval", tables.tabulate_runs),
    "schemes": ("retrieval", tables.tabulate_schemes),
    "comparisons": ("retrieval", tables.tabulate_comparisons),
    "claims": ("retrieval", tables.tabulate_claims),
    "replication": ("replication", tables.tabulate_replication),
    "cosine": ("findings", tables.tabulate_cosine),
    "defects": ("defects", tabulate_defects),
    "media": ("media", tabulate_media),
    "faults": ("media", tabulate_faults),
}
# Parts that the text prints from tables and words alone.
UNPRINTED = ("timings", "virality")


def write_paper_numbers(study: Study, results: Mapping[str, Path], names: Sequence[str], folder: Path) -> None:
    """Write `numbers.tex` and the tables of a study's paper.

    Parameters
    ----------
    study : Study
        Its name, title and authors become macros too.
    results : mapping
        Part (`retrieval`, `captions`, `media`, `replication`, `findings`, `defects`, `timings`, `virality`)
        -> JSON file; the paper leaves out what is absent.
    names : sequence of str
        Tables to write, keys of `TABLES` or `VIRALITY_TABLES`.
    folder : Path
        Where `numbers.tex` and one `<table>.tex` a table are written.
    """
    values = {part: json.loads(path.read_text(encoding="utf-8")) for part, path in results.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        part, tabulate = (TABLES | VIRALITY_TABLES)[name]
        (folder / f"{name}.tex").write_text(tabulate(values[part]), encoding="utf-8")
    headline = values.get("retrieval", {})
    words: dict[str, object] = {"front": describe_study(study), "costs": describe_costs(values.get("timings", []))}
    if headline:
        words |= describe_retrieval(study, headline)
    if "defects" in values:
        words["defects"] = describe_defects(values["defects"])
    if "media" in values:
        words["media"] = describe_media(values["media"])
    if "virality" in values:
        words["virality"] = describe_virality(values["virality"])
    switches = {
        "simulated": study.simulated,
        "retrieval": "retrieval" in values,
        **virality_switches(study, values.get("virality")),
        "replication": "replication" in values,
        "scraped": study.acquire is not None,
        "mediaread": study.media is not None,
        "whisper": study.media is not None and study.media.speech.engine == "faster_whisper",
        "mediatruth": "media" in values,
        "captioned": "captions" in values,
        "authorsknown": bool(headline.get("authors")),
        "labelsknown": bool(headline.get("labels")),
        "manyqueries": bool(headline) and headline["corpus"]["queries"] >= FEWEST,
        "timed": "timings" in values,
    }
    shown = {part: content for part, content in values.items() if part not in UNPRINTED}
    write_numbers(shown | {"words": words}, switches, folder / "numbers.tex")


def describe_study(study: Study) -> dict[str, object]:
    """Front matter, the number of published scrape batches, and how a simulated world makes scraping hard."""
    batches = [s for s in study.sources if any(fnmatch(s.path, glob) for glob in study.corpus.batches)]
    return {
        "name": study.name,
        "title": study.paper.title,
        "authors": ", ".join(study.paper.authors),
        "seed": str(study.seed),
        "normaliser": study.text.normaliser,
        "batches": spell_number(len(batches)),
        "world": study.world.model_dump(include={"absent_share", "stale_share"}) if study.world else {},
    }


def describe_retrieval(study: Study, headline: Mapping) -> dict[str, object]:
    """Words for the settings of the grid and for what it found."""
    settings = study.retrieval
    if settings is None:
        raise ValueError(f"study '{study.name}' has results of retrieval but no `retrieval` section")
    return {
        "comparisons": describe_comparisons(headline["comparisons"]),
        "extremes": describe_extremes(headline),
        "runs": {name: describe_index(run["index_id"]) for name, run in headline["runs"].items()},
        "shallow": describe_shallow(headline["runs"]["best"]),
        "grid": {
            "tokenisations": join_words([name_tokens(t) for t in settings.tokenisations]),
            "sources": join_words(list(settings.sources)),
            "source_count": spell_number(len(settings.sources)),
            "cutoffs": join_words([str(k) for k in settings.cutoffs]),
            "digits": settings.significant_digits,
            "labels": spell_number(len(headline["corpus"]["labels"])),
            "outliers": spell_number(len(settings.published.outliers)) if settings.published else "",
        },
    }


def describe_defects(defects: Mapping) -> dict[str, str]:
    """Words for the size of the controlled experiment: how many defects, how many schemes."""
    alone = set(defects["figures"]) - {"published", "all"}
    schemes = [name for name in defects["figures"]["published"] if name.endswith("_median_rank")]
    return {"count": spell_number(len(alone)), "schemes": spell_number(len(schemes))}


def describe_costs(timings: Sequence[Mapping]) -> dict[str, float]:
    """Sum up the recorded measurement of the indexes; empty where there is none."""
    if not timings:
        return {}
    queries = [row["mean_query_seconds"] for row in timings]
    return {
        "construction_seconds": round(sum(row["construction_seconds"] for row in timings), 1),
        "query_milliseconds": round(1e3 * sum(queries) / len(queries), 2),
        "slowest_query_milliseconds": round(1e3 * max(queries), 2),
        "largest_megabytes": round(max(row["memory_bytes"] for row in timings) / 1e6, 1),
    }


def describe_shallow(run: Mapping) -> dict[str, float]:
    """Success of a run at the cutoff nearest to eight, about what a screen of results shows."""
    cutoffs = [int(key.removeprefix("success_")) for key in run if key.startswith("success_")]
    nearest = min(cutoffs, key=lambda k: (abs(k - SCREEN), k))
    return {"cutoff": nearest, "share_first_cutoff": run[f"success_{nearest}"]["value"]}
