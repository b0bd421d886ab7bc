"""Measure the retrieval core on the published corpus: `make bench-retrieval` writes results/bench/retrieval.json.

(a) The whole grid, raw JSON to the table `ranks`, against a plain dictionary port of the published algorithm.
(b) Index the corpus by its 4-grams and answer every query with all that it matches, against three libraries.
"""

import json
import os
import platform
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple, TypeVar

import pyarrow as pa

import dictionary_port as port
from clipstudy.corpus.build import build_corpus
from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.index import IndexName
from clipstudy.retrieval.normalise import make_normaliser
from clipstudy.retrieval.published import read_published
from clipstudy.retrieval.replicate import COMPARABLE
from clipstudy.retrieval.texts import QUERY, Collection, normalise_texts, read_collection
from clipstudy.retrieval.tokenise import ngram_size
from clipstudy.study import CONFIG_FOLDER, Retrieval, Study, StudyError, load_study
from clipstudy.tables import TableError, check_table, write_json

RUNS = 5
WORKERS = 2
STUDY = "jimtok"
LARGEST_FIRST = ("char7", "char6", "char5", "char4", "word")
# One index of each tokenisation, over few and many fields, both attributions.
SAMPLE = (
    IndexName("word", ("speech", "cover", "comments"), True),
    IndexName("char4", ("speech", "cover", "comments"), False),
    IndexName("char5", ("comments",), True),
    IndexName("char6", ("speech", "cover"), False),
    IndexName("char7", (), False),
)
Tables = dict[str, pa.Table]
Parts = tuple[pa.Table, pa.Table, int, float]
Result = TypeVar("Result")


def prepare(study: Study) -> Collection:
    """From raw JSON to normalised texts."""
    tables = build_corpus(study)
    tables.pop("rejected")
    texts = normalise_texts(**tables, normalise=make_normaliser(study.text, study.paths.data))
    return read_collection(texts, tables["queries"])


def run_tokenisation(collection: Collection, config: Retrieval, tokenisation: str) -> Parts:
    """Run the grid of one tokenisation; with the worker's number and its peak memory in MB."""
    indexes, ranks = run_grid(collection, tokenisation, config)
    return indexes, ranks, os.getpid(), peak_megabytes()


def peak_megabytes() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_whole_grid() -> tuple[float, float, Tables]:
    """Run the grid on two processes, the largest tokenisations first.

    Returns
    -------
    tuple
        Seconds from raw JSON to the whole table `ranks`; the peak memory of all processes, added, in MB; the tables.
    """
    study = load_study(CONFIG_FOLDER / f"{STUDY}.yaml")
    started = perf_counter()
    context = get_context("forkserver")
    context.set_forkserver_preload(["clipstudy.retrieval.grid"])
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        for _ in range(WORKERS):
            pool.submit(os.getpid)  # so that the workers start while this process reads the raw data
        collection = prepare(study)
        parts = list(pool.map(partial(run_tokenisation, collection, Retrieval()), LARGEST_FIRST))
    indexes, ranks, workers, peaks = zip(*parts, strict=True)
    tables = {
        "indexes": check_table("indexes", pa.concat_tables(indexes)),
        "ranks": check_table("ranks", pa.concat_tables(ranks)),
    }
    seconds = perf_counter() - started
    memory = peak_megabytes() + sum(dict(zip(workers, peaks, strict=True)).values())
    return seconds, memory, tables


def in_fresh_process(work: Callable[[], Result]) -> Result:
    """Run in a process of its own, so that neither its memory nor its caches are those of another measurement."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work).result()


class PortRun(NamedTuple):
    """What the dictionary port did: seconds for what all indexes share and for the sample; what the sample gave."""

    shared_seconds: float
    sample_seconds: float
    vocabularies: dict[str, int]
    ranks: dict[tuple[str, str], list[int]]


def run_port(raw: Path) -> PortRun:
    """Read and tokenise everything, build the indexes of the sample, and run their experiments."""
    started = perf_counter()
    corpus = port.read_corpus(raw)
    tokenised = {name.tokenisation: port.tokenise_corpus(corpus, _size(name)) for name in SAMPLE}
    shared = perf_counter() - started
    vocabularies: dict[str, int] = {}
    ranks: dict[tuple[str, str], list[int]] = {}
    started = perf_counter()
    for name in SAMPLE:
        terms, queries = tokenised[name.tokenisation]
        index = port.build_index(terms, name.sources, name.attributed)
        vocabularies[name.slug] = len(index)
        experiments = port.run_experiments(index, queries, corpus.targets, len(terms["basic"]), name.attributed)
        ranks |= {(name.slug, scheme): found for scheme, found in experiments}
    return PortRun(shared, perf_counter() - started, vocabularies, ranks)


def share_of_postings(indexes: pa.Table) -> float:
    """Share of the postings of all indexes that the sample has: a posting is taken to cost the same in each."""
    postings = {row["index_id"]: row["postings"] for row in indexes.to_pylist()}
    return sum(postings[name.slug] for name in SAMPLE) / sum(postings.values())


def _size(name: IndexName) -> int | None:
    return None if name.tokenisation == "word" else ngram_size(name.tokenisation)


def check_port(done: PortRun, tables: Tables, published: Path) -> dict[str, int]:
    """Hold the port against the published vocabularies, and its comparable ranks against the ties of the grid.

    Raises
    ------
    StudyError
        Where it is another algorithm, so that its time would mean nothing.
    """
    known = read_published(published).indexes.set_index("index_id")["vocabulary"]
    for slug, vocabulary in done.vocabularies.items():
        if vocabulary != known[slug]:
            raise StudyError(f"dictionary port, {slug}: {vocabulary} terms, published are {known[slug]}")
    ranks = tables["ranks"].to_pandas().fillna({"best": 0, "worst": 0}).sort_values("query_id")
    ties = dict(list(ranks.groupby(["index_id", "scheme"])))
    compared = 0
    for (slug, scheme), found in done.ranks.items():
        if scheme in COMPARABLE:
            tie = ties[slug, "bxc-published" if scheme == "bxc" else scheme]
            if not ((tie["best"] <= found) & (found <= tie["worst"])).all():
                raise StudyError(f"dictionary port, {slug}, {scheme}: ranks outside the ties of the grid")
            compared += len(found)
    return {"vocabularies_equal": len(done.vocabularies), "ranks_within_tie": compared}


def join_fields(collection: Collection) -> tuple[list[str], list[str]]:
    """One text a clip, and the queries, with single spaces, which every library leaves as they are."""
    columns = [collection.texts[field] for field in collection.texts if field != QUERY]
    texts = [" ".join(" ".join(parts).split()) for parts in zip(*columns, strict=True)]
    return texts, [" ".join(query.split()) for query in collection.texts[QUERY]]


def time_engines() -> dict[str, list[float]]:
    """Seconds of every engine, run in turns after one round that is not counted.

    Raises
    ------
    StudyError
        Where an engine does not list exactly the clips that share a 4-gram with the query.
    """
    from ngram_engines import ENGINES  # here, so that the grid's memory is without these libraries

    texts, queries = join_fields(prepare(load_study(CONFIG_FOLDER / f"{STUDY}.yaml")))
    expected = [sorted(ranking) for ranking in ENGINES["clipstudy"](texts, queries)]
    seconds: dict[str, list[float]] = {name: [] for name in ENGINES}
    for run in range(RUNS + 1):
        for name, rank in ENGINES.items():
            started = perf_counter()
            rankings = rank(texts, queries)
            elapsed = perf_counter() - started
            if [sorted(ranking) for ranking in rankings] != expected:
                raise StudyError(f"{name} does not list the same clips as clipstudy")
            if run:
                seconds[name].append(elapsed)
    return seconds


def measure() -> dict:
    """Everything that the benchmark states; see `explain`."""
    study = load_study(CONFIG_FOLDER / f"{STUDY}.yaml")
    *_, tables = in_fresh_process(run_whole_grid)
    share = share_of_postings(tables["indexes"])
    grid_seconds, memory, port_seconds = [], [], []
    for run in range(RUNS):
        seconds, megabytes, _ = in_fresh_process(run_whole_grid)
        done = in_fresh_process(partial(run_port, study.paths.raw))
        grid_seconds.append(seconds)
        memory.append(megabytes)
        port_seconds.append(done.shared_seconds + done.sample_seconds / share)
        print(f"run {run + 1} of {RUNS}: grid {seconds:.2f} s, port {port_seconds[-1]:.0f} s", file=sys.stderr)
    checked = check_port(done, tables, study.paths.raw / "results.db")
    engines = in_fresh_process(time_engines)
    grid, plain = median(grid_seconds), median(port_seconds)
    return {
        "grid_seconds": _digits(grid),
        "grid_port_seconds": _digits(plain),
        "grid_speedup": _digits(plain / grid),
        "peak_memory_mb": _digits(max(memory)),
        "ngram4_seconds": {name: _digits(median(runs)) for name, runs in engines.items()},
        "runs": {
            "grid_seconds": [_digits(value) for value in grid_seconds],
            "grid_port_seconds": [_digits(value) for value in port_seconds],
            "ngram4_seconds": {name: [_digits(value) for value in runs] for name, runs in engines.items()},
        },
        "grid": {
            "indexes": tables["indexes"].num_rows,
            "schemes": len(tables["ranks"]["scheme"].unique()),
            "ranks": tables["ranks"].num_rows,
        },
        "port": {"sample": [name.slug for name in SAMPLE], "share_of_postings": _digits(share), **checked},
        "machine": {
            "cores": len(os.sched_getaffinity(0)),
            "architecture": platform.machine(),
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "tantivy", "bm25s", "scikit-learn")},
        },
        "notes": explain(),
    }


def explain() -> dict[str, str]:
    """What each figure is, for who reads the file alone."""
    return {
        "grid_seconds": "median; raw JSON to the table of ranks, 2 processes, their start included",
        "grid_port_seconds": "median; 1 process, raw JSON to ranks; 12 published schemes; indexes of the sample,"
        " scaled to all by postings",
        "grid.schemes": "18 schemes and 6 published cosines; the 6 other published forms equal schemes without cosine",
        "ngram4_seconds": "median; index the corpus and rank every match for all queries, 1 thread; clipstudy: bpx,"
        " tantivy and bm25s: BM25, scikit_learn: TF-IDF with cosine",
        "peak_memory_mb": "largest of all runs; resident memory of the main process and both workers, peaks added",
    }


def _digits(value: float) -> float:
    return float(f"{value:.3g}")


def main(path: Path) -> None:
    """Measure, write and print the main figures."""
    try:
        found = measure()
    except (StudyError, TableError) as error:
        sys.exit(f"bench-retrieval: {error}; it needs the published corpus: make paper STUDY={STUDY}")
    write_json(found, path)
    main_figures = {key: value for key, value in found.items() if key.startswith(("grid_", "peak_", "ngram4_"))}
    print(f"{path}:", json.dumps(main_figures, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
