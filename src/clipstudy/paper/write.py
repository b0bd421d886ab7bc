"""Bring the results of a study together for its paper: macros and tables in one folder."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from clipstudy.paper import tables
from clipstudy.paper.defects import tabulate_defects
from clipstudy.paper.numbers import (
    describe_comparisons,
    describe_extremes,
    describe_index,
    join_words,
    name_tokens,
    write_numbers,
)
from clipstudy.study import Study, StudyError

SCREEN = 8  # results
TABLES: Mapping[str, tuple[str, Callable[[Mapping], str]]] = {
    "corpus": ("retrieval", tables.tabulate_corpus),
    "runs": ("retrieval", tables.tabulate_runs),
    "schemes": ("retrieval", tables.tabulate_schemes),
    "comparisons": ("retrieval", tables.tabulate_comparisons),
    "claims": ("retrieval", tables.tabulate_claims),
    "replication": ("replication", tables.tabulate_replication),
    "cosine": ("findings", tables.tabulate_cosine),
    "defects": ("defects", tabulate_defects),
}


def write_paper_numbers(study: Study, results: Mapping[str, Path], names: Sequence[str], folder: Path) -> None:
    """Write `numbers.tex` and the tables of a study's paper.

    Parameters
    ----------
    study : Study
        Its name, title and authors become macros too.
    results : mapping
        Part (`retrieval`, `replication`, `findings`, `timings`) -> JSON file; the paper leaves out what is absent.
    names : sequence of str
        Tables to write, keys of `TABLES`.
    folder : Path
        Where `numbers.tex` and one `<table>.tex` a table are written.
    """
    values = {part: json.loads(path.read_text(encoding="utf-8")) for part, path in results.items()}
    headline = values["retrieval"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        part, tabulate = TABLES[name]
        (folder / f"{name}.tex").write_text(tabulate(values[part]), encoding="utf-8")
    words = {
        "comparisons": describe_comparisons(headline["comparisons"]),
        "extremes": describe_extremes(headline),
        "runs": {name: describe_index(run["index_id"]) for name, run in headline["runs"].items()},
        "front": describe_study(study),
        "costs": describe_costs(values.get("timings", [])),
        "shallow": describe_shallow(headline["runs"]["best"]),
    }
    switches = {
        "simulated": study.simulated,
        "replication": "replication" in values,
        "authorsknown": bool(headline["authors"]),
        "labelsknown": bool(headline["labels"]),
        "timed": "timings" in values,
    }
    shown = {part: content for part, content in values.items() if part != "timings"}
    write_numbers(shown | {"words": words}, switches, folder / "numbers.tex")


def describe_study(study: Study) -> dict[str, object]:
    """Front matter and the settings of the grid, as the text names them."""
    settings = study.retrieval
    if settings is None:
        raise StudyError(f"study '{study.name}' has no `retrieval` section to write a paper about")
    return {
        "name": study.name,
        "title": study.paper.title,
        "authors": ", ".join(study.paper.authors),
        "seed": str(study.seed),
        "tokenisations": join_words([name_tokens(t) for t in settings.tokenisations]),
        "tokenisation_count": len(settings.tokenisations),
        "sources": join_words(list(settings.sources)),
        "cutoffs": join_words([str(k) for k in settings.cutoffs]),
        "digits": settings.significant_digits,
        "normaliser": study.text.normaliser,
        "outliers": len(settings.published.outliers) if settings.published else 0,
    }


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
