"""The whole way from the published raw data to the published ranks, through the package alone."""

import pyarrow as pa
import pytest

from clipstudy.retrieval.emulate import emulate, join_published
from clipstudy.retrieval.grid import run_grid
from clipstudy.retrieval.normalise import make_normaliser
from clipstudy.retrieval.published import read_published
from clipstudy.retrieval.replicate import EXPECTED, check_replication, summarise_replication
from clipstudy.retrieval.texts import normalise_texts, read_collection
from clipstudy.study import CONFIG_FOLDER, load_study

STUDY = load_study(CONFIG_FOLDER / "jimtok.yaml")


@pytest.fixture(scope="module")
def summary(root, tables):
    data = root / STUDY.paths.data
    clips, queries = tables["clips"], tables["queries"]
    texts = normalise_texts(clips, tables["comments"], queries, make_normaliser(STUDY.text, data))
    collection = read_collection(texts, queries)
    parts = [run_grid(collection, tokenisation, STUDY.retrieval) for tokenisation in STUDY.retrieval.tokenisations]
    indexes, ranks = (pa.concat_tables(part).to_pandas() for part in zip(*parts, strict=True))
    published = read_published(data / STUDY.retrieval.published.results)
    corpus = clips.filter(clips["in_corpus"]).sort_by("clip_id")
    (emulated,) = emulate(collection, corpus["batch_order"].to_pylist(), STUDY.retrieval)
    return summarise_replication(
        published.indexes,
        published.ranks,
        indexes,
        ranks,
        join_published(emulated, published.ranks),
        clips=corpus.num_rows,
        outliers=STUDY.retrieval.published.outliers,
    )


def test_corpus(tables):
    clips = tables["clips"]
    assert clips.num_rows == 3100
    assert sum(clips["in_corpus"].to_pylist()) == 1462
    assert all((row["missing"] == []) == row["in_corpus"] for row in clips.select(["missing", "in_corpus"]).to_pylist())
    assert tables["queries"].num_rows == 86
    assert tables["rejected"].num_rows == 0


def test_the_replication_is_complete(summary):
    assert check_replication(summary) == []


@pytest.mark.parametrize(("key", "value"), EXPECTED)
def test_expected_count(summary, key, value):
    assert summary[key] == value


def test_every_published_rank_to_the_integer(summary):
    assert summary["ranks_exact"] == 82_560
    assert summary["null_agreement"] == 1.0


# as the published report prints them
HEADLINE = {
    "index_77_bpx_share_first": 0.6628,
    "index_77_bpx_top_8": 0.9070,
    "index_77_bpx_mean_rank": 39.71,
    "index_77_bpx_mrr": 0.7452,
    "index_77_bpx_missed": 0,
    "index_77_bpx_share_first_without_outliers": 0.6951,
    "index_77_bpx_mean_rank_without_outliers": 12.02,
    "index_78_bpx_share_first": 0.6628,
    "index_78_bpx_top_8": 0.8488,
    "index_78_bpx_mean_rank": 38.17,
    "index_78_bpx_mrr": 0.7373,
    "index_78_bpx_missed": 3,
    "index_78_bpx_mean_rank_without_outliers": 10.44,
}
MEDIAN_AND_FIRST = {
    "bpx": (2, 0.4689),
    "bfx": (2, 0.4683),
    "bxx": (2, 0.4549),
    "bxc": (2, 0.4549),
    "tpx": (2, 0.4081),
    "tfx": (2, 0.4063),
    "txx": (3, 0.3559),
    "txc": (3, 0.3485),
    "tpc": (6, 0.2588),
    "bpc": (8, 0.2338),
    "tfc": (14, 0.1893),
    "bfc": (19, 0.1686),
}
for scheme, (median_rank, share_first) in MEDIAN_AND_FIRST.items():
    HEADLINE[f"{scheme}_median_rank_without_outliers"] = median_rank
    HEADLINE[f"{scheme}_share_first_without_outliers"] = share_first


@pytest.mark.parametrize("name", HEADLINE)
def test_headline_figure(summary, name):
    figure = summary["headline"][name]
    # half a unit of the last digit that the report prints
    unit = 0.01 if "mean_rank" in name else 0.0001
    assert figure["published"] == pytest.approx(HEADLINE[name], abs=0.5001 * unit)
    low, high = figure["ours"]
    assert low <= figure["published"] <= high


def test_share_first_by_text(summary):
    shares = {
        texts: summary["headline"][f"{texts}_bpx_share_first_without_outliers"]["published"]
        for texts in ("basic", "speech", "cover", "comments", "speech+cover+comments")
    }
    assert shares["basic"] == pytest.approx(0.25, abs=0.02)
    assert shares["speech+cover+comments"] == pytest.approx(0.60, abs=0.02)
    single = {texts: share for texts, share in shares.items() if texts in ("speech", "cover", "comments")}
    assert max(single, key=single.get) == "comments"
