"""A controlled experiment: the published program with each of its defects switched off alone, and with all of them.

Every variant is the emulated program with one thing mended. What that did is read off the figures that the published
report states and off its conclusions, each of which is a margin that has to be positive.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import pandas as pd
import pyarrow as pa

from clipstudy.retrieval.emulate import PUBLISHED, SCHEMES, Length, Program, count_exact, emulate, join_published
from clipstudy.retrieval.evaluate import imputed_rank, measure_queries
from clipstudy.retrieval.findings import fold_quotes
from clipstudy.retrieval.index import IndexName, list_indexes
from clipstudy.retrieval.julia import JULIA
from clipstudy.retrieval.normalise import Normaliser
from clipstudy.retrieval.texts import Collection, normalise_texts, read_collection
from clipstudy.study import Retrieval

VARIANTS = {
    "published": "as published",
    "cosine": "length of a document: the root of the sum of squares, not its last posting",
    "idf": "idf in the length: log2(N/df), not log2(N)/df",
    "ties": "ties at their expected rank, not in the order of a dictionary",
    "quotes": "curly quotes folded to straight ones, not turned into words",
    "all": "all four mended",
}
MENDED = Length(last_posting=False, wrong_idf=False)
DETAILED = {"char4": 77, "char5": 78}  # published numbers of the indexes that the report details
BEST = "bpx"  # the scheme that it recommends
RULES = {
    "no_normalisation_best": "the best scheme has no normalisation: best of the six without - best of the six with",
    "no_normalisation_always": "no scheme gains by the cosine: least gain of x over c in the six pairs (0 suffices)",
    "binary_best": "the best scheme has binary term weights: best of the six b - best of the six t",
    "probabilistic_best": "the best scheme has probabilistic idf: best of the four p - best of the eight others",
    "char4_best": "4-grams are best under bpx: their share - the best other tokenisation's",
    "comments_most_useful": "comments are the best single addition under bpx: their share - the best other's",
    "attribution_hurts": "attribution hurts under bpx: share of plain - share of attributed indexes",
}
CONTROLS: Mapping[str, Program] = {
    "as_published": PUBLISHED,
    "seed_0": PUBLISHED._replace(rules=JULIA._replace(seed=0)),
    "probe_limit_8": PUBLISHED._replace(rules=JULIA._replace(probes=8)),
    "never_doubling": PUBLISHED._replace(rules=JULIA._replace(large=1 << 40)),
    "growth_threshold": PUBLISHED._replace(rules=JULIA._replace(growth=1)),
    "not_presized": PUBLISHED._replace(presized=False),
    "prefixes_exchanged": PUBLISHED._replace(prefixes=(b"", b"sr:", b"c:", b"ocr:")),
    "fields_reversed": PUBLISHED._replace(field_order=("comments", "cover", "speech", "basic")),
}
_DIGITS = 6


def switch_off(
    tables: Mapping[str, pa.Table],
    batch_order: Mapping[str, int],
    normalise: Normaliser,
    emulated: pd.DataFrame,
    config: Retrieval,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, pd.DataFrame]:
    """Rank every target with each defect switched off.

    Parameters
    ----------
    tables : mapping
        `clips`, `comments`, `queries` of the study.
    batch_order : mapping
        Clip id -> place in the scrape batches.
    normalise : callable
        The published normaliser.
    emulated : DataFrame
        The table `emulated`: the program as published.
    config : Retrieval
        Which indexes there are.

    Returns
    -------
    dict
        Variant -> ranks: index_id, scheme, query_id, best, worst, retrieved. Where ties are in the order of the
        dictionary, best and worst are that one rank.
    """

    def run(wrap: Normaliser, lengths: Sequence[Length]) -> list[pd.DataFrame]:
        collection = read_collection(normalise_texts(**tables, normalise=wrap), tables["queries"])
        order = [batch_order[clip_id] for clip_id in collection.clip_ids]
        return emulate(collection, order, config, lengths=lengths, report=report)

    cosine, idf = run(normalise, (Length(last_posting=False), Length(wrong_idf=False)))
    quotes, every = run(lambda text: normalise(fold_quotes(text)), (Length(), MENDED))
    broken = {"published": emulated, "cosine": cosine, "idf": idf, "quotes": quotes}
    ranks = {name: frame.assign(best=frame["predicted"], worst=frame["predicted"]) for name, frame in broken.items()}
    ranks |= {"ties": emulated, "all": every}
    return {name: ranks[name].assign(retrieved=ranks[name]["best"].notna()) for name in VARIANTS}


def compare_variants(ranks: Mapping[str, pd.DataFrame], config: Retrieval, clips: int) -> dict:
    """State the published figures and conclusions under every variant: the content of `defects.json`.

    Parameters
    ----------
    ranks : mapping
        From `switch_off`.
    config : Retrieval
        Names the outlying queries.
    clips : int
        Clips in the corpus.

    Returns
    -------
    dict
        `variants` (name -> what was mended), `figures` (variant -> figure -> value), `rules` (conclusion -> rule),
        `conclusions` (variant -> conclusion -> margin in percentage `points` and whether it `holds`).
    """
    outliers = config.published.outliers if config.published else []
    figures, conclusions = {}, {}
    for variant, frame in ranks.items():
        measured = measure_queries(frame, [1, 8], imputed_rank(clips))
        figures[variant] = _figures(measured, outliers)
        conclusions[variant] = _conclude(measured[~measured["query_id"].isin(outliers)])
    return {"variants": VARIANTS, "figures": figures, "rules": RULES, "conclusions": conclusions}


def _figures(measured: pd.DataFrame, outliers: Sequence[int]) -> dict[str, float]:
    kept = measured[~measured["query_id"].isin(outliers)]
    slugs = {name.published_id: name.slug for name in list_indexes(Retrieval())}
    figures: dict[str, float] = {}
    for tokenisation, number in DETAILED.items():
        run, run_kept = (m[(m["index_id"] == slugs[number]) & (m["scheme"] == BEST)] for m in (measured, kept))
        figures |= {
            f"{tokenisation}_share_first": run["success_1"].mean(),
            f"{tokenisation}_top_8": run["success_8"].mean(),
            f"{tokenisation}_mean_rank": run["rank"].mean(),
            f"{tokenisation}_mrr": run["mrr"].mean(),
            f"{tokenisation}_missed": run["missed"].sum(),
            f"{tokenisation}_kept_share_first": run_kept["success_1"].mean(),
            f"{tokenisation}_kept_mean_rank": run_kept["rank"].mean(),
        }
    schemes = kept.groupby("scheme")
    for scheme in SCHEMES:
        figures[f"{scheme}_median_rank"] = schemes["rank"].median()[scheme]
        figures[f"{scheme}_share_first"] = schemes["success_1"].mean()[scheme]
    best = kept[kept["scheme"] == BEST]
    texts = best["index_id"].map({name.slug: "+".join(name.sources) or "basic" for name in list_indexes(Retrieval())})
    figures |= {f"{name}_share_first": value for name, value in best.groupby(texts)["success_1"].mean().items()}
    return {name: round(float(value), _DIGITS) for name, value in figures.items()}


def _conclude(kept: pd.DataFrame) -> dict[str, dict[str, float | bool]]:
    """Margin of each conclusion in share first, over all indexes and the queries that the report kept.

    Margins are rounded, so that sums which differ in their last bits do not decide.
    """
    by_scheme = kept.groupby("scheme")["success_1"].mean()
    names = {name.slug: name for name in list_indexes(Retrieval())}
    best = kept[kept["scheme"] == BEST]

    def over(describe: Callable[[IndexName], object]) -> dict[Any, float]:
        groups = best.groupby(best["index_id"].map({slug: describe(name) for slug, name in names.items()}))
        return {key: float(value) for key, value in groups["success_1"].mean().items()}

    def lead(scores: Mapping[str, float], winner: str) -> float:
        return scores[winner] - max(value for key, value in scores.items() if key != winner)

    parts = [{part: max(by_scheme[s] for s in SCHEMES if s[place] == part) for part in kinds}
             for place, kinds in enumerate(("bt", "xfp", "xc"))]  # fmt: skip
    single = {sources[0]: v for sources, v in over(lambda name: name.sources).items() if len(sources) == 1}
    plain = over(lambda name: name.attributed)
    margins = {
        "no_normalisation_best": lead(parts[2], "x"),
        "no_normalisation_always": min(by_scheme[f"{t}{c}x"] - by_scheme[f"{t}{c}c"] for t, c in product("bt", "xfp")),
        "binary_best": lead(parts[0], "b"),
        "probabilistic_best": lead(parts[1], "p"),
        "char4_best": lead(over(lambda name: name.tokenisation), "char4"),
        "comments_most_useful": lead(single, "comments"),
        "attribution_hurts": plain[False] - plain[True],
    }
    points = {name: round(100 * float(value), _DIGITS - 2) for name, value in margins.items()}
    return {
        name: {"points": value, "holds": value > 0 or (value == 0 and name == "no_normalisation_always")}
        for name, value in points.items()
    }


def count_controls(collection: Collection, batch_order: Sequence[int], published: pd.DataFrame) -> dict:
    """Count the exact ranks under programs that are wrong on purpose, on the indexes of words and of 7-grams.

    Parameters
    ----------
    collection : Collection
        As for `emulate`.
    batch_order : sequence of int
        Place of each clip in the scrape batches; one control fills the corpus in the order of ids instead.
    published : DataFrame
        `ranks` of `read_published`.

    Returns
    -------
    dict
        `ranks` compared, and `exact`: control -> number of exact ranks.
    """
    config = Retrieval(tokenisations=["word", "char7"])
    by_id = range(len(batch_order))
    runs = {name: (batch_order, program) for name, program in CONTROLS.items()} | {"corpus_by_id": (by_id, PUBLISHED)}
    joined = {
        name: join_published(emulate(collection, order, config, program)[0], published)
        for name, (order, program) in runs.items()
    }
    return {
        "ranks": len(joined["as_published"]),
        "exact": {name: count_exact(frame) for name, frame in joined.items()},
    }
