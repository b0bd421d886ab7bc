"""The site's captions as a fifth text: in place of recognised speech, and beside it. Outside the grid."""

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from clipstudy.retrieval.compare import compare_runs
from clipstudy.retrieval.evaluate import imputed_rank, measure_queries
from clipstudy.retrieval.grid import run_indexes
from clipstudy.retrieval.headline import round_floats
from clipstudy.retrieval.index import list_caption_indexes, list_indexes
from clipstudy.retrieval.texts import Collection
from clipstudy.study import Retrieval


def run_captions(collection: Collection, config: Retrieval, report: Callable[[str], None] = lambda _: None) -> pa.Table:
    """Run every scheme on the indexes with captions: a table `ranks` of its own."""
    names = list_caption_indexes(config)
    tables = []
    for tokenisation in config.tokenisations:
        mine = [name for name in names if name.tokenisation == tokenisation]
        tables.append(run_indexes(collection, mine, config.significant_digits, report)[1])
    return pa.concat_tables(tables)


def compare_captions(grid: pd.DataFrame, captioned: pd.DataFrame, config: Retrieval, clips: int, seed: int) -> dict:
    """Compare the reference run with the same run on captions in place of speech, and on both.

    Parameters
    ----------
    grid, captioned : DataFrame
        Tables `ranks` of the grid and of `run_captions`.
    clips : int
        Clips in the corpus.
    seed : int
        Of bootstrap and randomisation.

    Returns
    -------
    dict
        `in_place_of_speech` and `beside_speech`: see `compare_runs`; the measure is the reciprocal rank.
    """
    reference = next(name for name in list_indexes(config) if name.slug == config.best_index)
    without_speech = tuple(source for source in reference.sources if source != "speech")
    added = {"in_place_of_speech": without_speech, "beside_speech": reference.sources}
    runs = {name: reference._replace(sources=(*sources, "captions")).slug for name, sources in added.items()}
    scheme = config.best_scheme
    ranks = pd.concat([grid, captioned])
    chosen = ranks[ranks["scheme"].eq(scheme) & ranks["index_id"].isin([reference.slug, *runs.values()])]
    measured = measure_queries(chosen.reset_index(drop=True), [1], imputed_rank(clips))
    matrix = measured.pivot(index="query_id", columns=["index_id", "scheme"], values="mrr")
    pairs = [(name, (slug, scheme), (reference.slug, scheme)) for name, slug in runs.items()]
    return round_floats({result.pop("name"): result for result in compare_runs(matrix, pairs, seed)})
