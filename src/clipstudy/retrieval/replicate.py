"""The replication check: published vocabularies, ranks and headline figures against ours.

Scores that are equal were ordered by the published program's hash tables, so that a published rank is held against
the interval of the target's tie. Schemes whose published cosine length depends on hash order have no such interval;
their headline figures are recomputed from the emulated ranks (see `emulate`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from clipstudy.retrieval.weight import PUBLISHED_SCHEMES
from clipstudy.study import StudyError

# The defective length of bxc is 1 for every document; of the other cosines it depends on the order of a hash table.
COMPARABLE = ("bxx", "txx", "bfx", "tfx", "bpx", "tpx", "bxc")
_DIGITS = 10


class Expected(NamedTuple):
    """A count that the replication must reach."""

    key: str
    value: int


EXPECTED = (
    Expected("clips", 1462),
    Expected("queries", 86),
    Expected("indexes", 80),
    Expected("vocabularies_equal", 80),
    Expected("ranks_published", 82560),
    Expected("ranks_comparable", 48160),
    Expected("ranks_within_tie", 48160),
    Expected("ranks_exact", 82560),
)


def pair_ranks(published: pd.DataFrame, ranks: pd.DataFrame) -> pd.DataFrame:
    """Put each comparable published rank beside the tie that it must lie in.

    Parameters
    ----------
    published : DataFrame
        Columns index_id, scheme, query_id, published (rank, missing where not retrieved).
    ranks : DataFrame
        The table `ranks`.

    Returns
    -------
    DataFrame
        Columns index_id, scheme (as published), query_id, published, best, worst, within.
    """
    ours = ranks[ranks["scheme"].isin({"bxc-published", *COMPARABLE} - {"bxc"})]
    ours = ours.assign(scheme=ours["scheme"].str.removesuffix("-published"))
    paired = published[published["scheme"].isin(COMPARABLE)].merge(
        ours[["index_id", "scheme", "query_id", "best", "worst"]],
        on=["index_id", "scheme", "query_id"],
        how="inner",
        validate="one_to_one",
    )
    inside = (paired["published"] >= paired["best"]) & (paired["published"] <= paired["worst"])
    neither = paired["published"].isna() & paired["best"].isna()
    return paired.assign(within=(inside.fillna(False) | neither).astype(bool))


def headline_figures(
    ranks: pd.DataFrame, indexes: pd.DataFrame, outliers: Sequence[int], imputed: float
) -> dict[str, float]:
    """The figures that the published report states, recomputed from single ranks.

    Parameters
    ----------
    ranks : DataFrame
        Columns index_id, scheme, query_id and rank, missing where not retrieved.
    indexes : DataFrame
        The table `indexes`.
    outliers : sequence of int
        Queries that the published analysis set aside.
    imputed : float
        Rank given to a target that is not retrieved. The published reciprocal ranks have it too, which shows in the
        fourth digit of the mean for index 78.
    """
    number = indexes.set_index("index_id")["published_id"]
    rank = ranks["rank"].astype("float64")
    ranks = ranks.assign(
        published_id=ranks["index_id"].map(number),
        first=(rank == 1).astype(float),
        eight=(rank <= 8).astype(float),
        reciprocal=1 / rank.fillna(imputed),
        imputed=rank.fillna(imputed),
    )
    kept = ranks[~ranks["query_id"].isin(outliers)]
    figures: dict[str, float] = {}
    for index in (77, 78):
        run = ranks[(ranks["published_id"] == index) & (ranks["scheme"] == "bpx")]
        run_kept = kept[(kept["published_id"] == index) & (kept["scheme"] == "bpx")]
        figures |= {
            f"index_{index}_bpx_share_first": run["first"].mean(),
            f"index_{index}_bpx_top_8": run["eight"].mean(),
            f"index_{index}_bpx_mean_rank": run["imputed"].mean(),
            f"index_{index}_bpx_mrr": run["reciprocal"].mean(),
            f"index_{index}_bpx_missed": float(run["rank"].isna().sum()),
            f"index_{index}_bpx_share_first_without_outliers": run_kept["first"].mean(),
            f"index_{index}_bpx_mean_rank_without_outliers": run_kept["imputed"].mean(),
        }
    for scheme, group in kept.groupby("scheme"):
        figures[f"{scheme}_median_rank_without_outliers"] = group["imputed"].median()
        figures[f"{scheme}_share_first_without_outliers"] = group["first"].mean()
    by_texts = indexes.assign(texts=_name_texts(indexes)).set_index("index_id")["texts"]
    best_scheme = kept[kept["scheme"] == "bpx"]
    for texts, group in best_scheme.groupby(best_scheme["index_id"].map(by_texts)):
        figures[f"{texts}_bpx_share_first_without_outliers"] = group["first"].mean()
    return {name: round(float(value), _DIGITS) for name, value in figures.items()}


def _name_texts(indexes: pd.DataFrame) -> list[str]:
    sources = ("speech", "cover", "comments")
    flags = indexes[list(sources)].to_numpy(bool)
    return ["+".join(name for name, on in zip(sources, row, strict=True) if on) or "basic" for row in flags]


def bound_headline(
    published: pd.DataFrame,
    ranks: pd.DataFrame,
    emulated: pd.DataFrame,
    figures: Callable[[pd.DataFrame], dict[str, float]],
) -> dict[str, dict[str, float | list[float]]]:
    """Published headline figures beside ours with every tie at its best and at its worst.

    Parameters
    ----------
    published : DataFrame
        As for `pair_ranks`.
    ranks : DataFrame
        The table `ranks`.
    emulated : DataFrame
        Columns index_id, scheme, query_id, predicted: stands in for the schemes that depend on hash order.
    figures : callable
        From single ranks (index_id, scheme, query_id, rank) to name -> value.
    """
    ties = pair_ranks(published, ranks)
    dependent = emulated[~emulated["scheme"].isin(COMPARABLE)]
    keys = ["index_id", "scheme", "query_id"]
    variants = []
    for end in ("best", "worst"):
        mine = [ties[[*keys, end]], dependent[[*keys, "predicted"]]]
        variants.append(figures(pd.concat([part.set_axis([*keys, "rank"], axis=1) for part in mine])))
    theirs = figures(published[[*keys, "published"]].set_axis([*keys, "rank"], axis=1))
    return {
        name: {"published": value, "ours": sorted(variant[name] for variant in variants)}
        for name, value in theirs.items()
    }


def check_replication(found: dict) -> list[str]:
    """What a replication falls short of, one line each; empty where it is complete.

    Parameters
    ----------
    found : dict
        The content of `replication.json`.
    """
    faults = [f"{key} is {found[key]}, not {value}" for key, value in EXPECTED if found[key] != value]
    if found["null_agreement"] != 1.0:
        faults.append(f"null_agreement is {found['null_agreement']}, not 1.0")
    for name, figure in found["headline"].items():
        low, high = figure["ours"]
        if not low <= figure["published"] <= high:
            faults.append(f"headline {name}: published {figure['published']} is outside [{low}, {high}]")
    return faults


def summarise_replication(
    published_indexes: pd.DataFrame,
    published: pd.DataFrame,
    indexes: pd.DataFrame,
    ranks: pd.DataFrame,
    emulated: pd.DataFrame,
    clips: int,
    outliers: Sequence[int],
) -> dict:
    """Everything that `replication.json` states.

    Parameters
    ----------
    published_indexes, published : DataFrame
        Published indexes (index_id, vocabulary) and ranks (see `pair_ranks`).
    indexes, ranks : DataFrame
        Tables of the study.
    emulated : DataFrame
        Columns index_id, scheme, query_id, predicted, published.
    clips : int
        Clips in the corpus.
    outliers : sequence of int
        Queries that the published analysis set aside.

    Raises
    ------
    StudyError
        Where the published results have a scheme that the published program did not know.
    """
    unknown = set(published["scheme"]) - set(PUBLISHED_SCHEMES)
    if unknown:
        raise StudyError(f"published results: unknown schemes {', '.join(sorted(unknown))}")
    ties = pair_ranks(published, ranks)
    width = ties["worst"] - ties["best"] + 1
    best_run = ties["index_id"].map(indexes.set_index("index_id")["published_id"]).eq(77) & ties["scheme"].eq("bpx")
    sizes = published_indexes.merge(indexes, on="index_id", suffixes=("_published", ""))
    exact = emulated["predicted"].fillna(0) == emulated["published"].fillna(0)
    return {
        "clips": clips,
        "queries": int(published["query_id"].nunique()),
        "indexes": len(sizes),
        "vocabularies_equal": int((sizes["vocabulary_published"] == sizes["vocabulary"]).sum()),
        "ranks_published": len(published),
        "ranks_comparable": len(ties),
        "ranks_within_tie": int(ties["within"].sum()),
        "ranks_exact": int(exact.sum()),
        "null_agreement": float((ties["published"].isna() == ties["best"].isna()).mean()),
        "median_tie_width": float(width.median()),
        "median_tie_width_best_scheme": float(width[best_run].median()),
        "headline": bound_headline(
            published, ranks, emulated, lambda single: headline_figures(single, indexes, outliers, clips / 2)
        ),
    }
