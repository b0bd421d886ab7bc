"""The compiled emulation against a plain one on dictionaries of strings, and what wrong settings do to it."""

import numpy as np
import pandas as pd
import pytest

from clipstudy.retrieval.emulate import (
    PUBLISHED,
    SCHEMES,
    Length,
    collection_weights,
    count_exact,
    emulate,
    explain_not_exact,
    is_exact,
    join_published,
    length_weights,
)
from clipstudy.retrieval.index import list_indexes
from clipstudy.retrieval.julia import JULIA
from clipstudy.retrieval.texts import Collection
from clipstudy.study import Retrieval
from tests.unit.retrieval.julia_program import run

CLIPS, QUERIES = 60, 25
CONFIG = Retrieval(tokenisations=["word", "char4"])


def make_collection(seed):
    """Texts of few words, so that ties are many and wide."""
    rng = np.random.default_rng(seed)
    words = ["tea", "cup", "cat", "purr", "dog", "kettle", "steam", "song", "dance", "blue", "egg", "rain", "sun"]
    words += [f"word{number}" for number in range(40)]

    def say(most):
        return " ".join(rng.choice(words, rng.integers(0, most)))

    texts = {field: [say(12) for _ in range(CLIPS)] for field in ("speech", "cover", "comments")}
    texts["basic"] = ["\n".join([say(3), say(3), say(8), say(3)]) for _ in range(CLIPS)]
    texts["query"] = [say(7) + " tea" for _ in range(QUERIES)]
    clip_ids = sorted(str(number) for number in rng.choice(10**9, CLIPS, replace=False))
    targets = rng.choice(CLIPS, QUERIES)
    return Collection(clip_ids, list(range(1, QUERIES + 1)), texts, targets), rng.permutation(CLIPS).tolist()


@pytest.fixture(scope="module")
def made():
    """A corpus, its batch order, and the ranks that the plain program computes."""
    collection, batch_order = make_collection(3)
    rows = [
        (name.slug, scheme, number + 1, rank)
        for name in list_indexes(CONFIG)
        for (scheme, number), rank in run(collection, batch_order, name, SCHEMES).items()
    ]
    published = pd.DataFrame(rows, columns=["index_id", "scheme", "query_id", "published"])
    return collection, batch_order, published.astype({"published": "Int64"})


def agree(made, program=PUBLISHED, batch_order=None, length=None):
    collection, order, published = made
    lengths = (length or Length(),)
    frame = emulate(collection, batch_order or order, CONFIG, program, lengths)[0]
    joined = join_published(frame, published)
    assert len(joined) == 32 * 12 * QUERIES
    return count_exact(joined) / len(joined)


def test_every_rank_of_the_plain_program_is_predicted(made):
    assert agree(made) == 1.0


def test_ranks_lie_in_their_ties_and_ties_are_there(made):
    collection, order, _ = made
    frame = emulate(collection, order, CONFIG)[0].dropna()
    assert (frame["best"] <= frame["predicted"]).all()
    assert (frame["predicted"] <= frame["worst"]).all()
    assert (frame["best"] < frame["worst"]).mean() > 0.1


@pytest.mark.parametrize("rules", [{"seed": 0}, {"seed": JULIA.seed + 1}])
def test_a_wrong_seed_falls_far_short(made, rules):
    assert agree(made, PUBLISHED._replace(rules=JULIA._replace(**rules))) < 0.8


def test_a_wrong_probe_limit_falls_far_short(made):
    assert agree(made, PUBLISHED._replace(rules=JULIA._replace(probes=3))) < 0.95


def test_prefixes_of_the_wrong_fields_fall_far_short(made):
    assert agree(made, PUBLISHED._replace(prefixes=(b"", b"sr:", b"c:", b"ocr:"))) < 0.95


def test_tables_that_are_not_presized_fall_short(made):
    assert agree(made, PUBLISHED._replace(presized=False)) < 1.0


def test_a_growth_threshold_falls_short(made):
    assert agree(made, PUBLISHED._replace(rules=JULIA._replace(growth=1))) < 1.0


def test_another_batch_order_falls_short(made):
    assert agree(made, batch_order=list(range(CLIPS))) < 1.0


def test_a_mended_length_moves_normalised_schemes_only(made):
    collection, order, _ = made
    before, after = emulate(collection, order, CONFIG, lengths=(Length(), Length(False, False)))
    moved = before["predicted"].fillna(0) != after["predicted"].fillna(0)
    assert moved[before["scheme"].str.endswith("c")].any()
    assert not moved[before["scheme"].str.endswith("x")].any()


def test_a_mended_idf_moves_only_the_normalised_f_schemes(made):
    collection, order, _ = made
    before, after = emulate(collection, order, CONFIG, lengths=(Length(), Length(wrong_idf=False)))
    moved = before["predicted"].fillna(0) != after["predicted"].fillna(0)
    assert set(before["scheme"][moved]) == {"bfc", "tfc"}


def test_workers_do_not_change_the_result(made):
    collection, order, _ = made
    pd.testing.assert_frame_equal(*(emulate(collection, order, CONFIG, workers=n)[0] for n in (1, 2)))


def test_true_lengths_rank_by_the_cosine():
    # N = 3; x: b-length of "tea tea cup" is sqrt(2), of "tea cup dog egg" is 2, of "tea" is 1
    collection = Collection(
        ["1", "2", "3"],
        [1, 2, 3],
        {"basic": ["tea tea cup", "tea cup dog egg", "tea"], "query": ["tea"] * 3}
        | {field: ["", "", ""] for field in ("speech", "cover", "comments")},
        np.array([0, 1, 2]),
    )
    config = Retrieval(tokenisations=["word"], sources=[], attribution=[False])
    frame = emulate(collection, [0, 1, 2], config, lengths=(Length(last_posting=False),))[0]
    ranks = frame[frame["scheme"] == "bxc"].set_index("query_id")["predicted"]
    assert ranks.tolist() == [2, 3, 1]  # 1/sqrt(2), 1/2, 1
    ties = frame[frame["scheme"] == "bxx"]
    assert (ties["best"] == 1).all()
    assert (ties["worst"] == 3).all()
    assert sorted(ties["predicted"]) == [1, 2, 3]


def test_weights_by_frequency():
    weights = collection_weights(4)
    assert weights[:, 0].tolist() == [1, 1, 1, 1, 1]
    assert weights[1:, 1].tolist() == pytest.approx([2, 1, np.log2(4 / 3), 0])  # log2(4/1), log2(4/2), ...
    assert weights[1:, 2].tolist() == pytest.approx([np.log2(3), 0, -np.log2(3), -np.inf])  # log2(3/1), log2(2/2), ...
    assert length_weights(4)[1:, 1].tolist() == [2, 1, 2 / 3, 0.5]  # log2(4)/df


def test_logarithms_are_rounded_correctly():
    # log2 of the double nearest to 1/3 is -1.58496250072115626... and lies nearest to this double
    assert collection_weights(4)[3, 2] == -1.5849625007211563


def test_two_missing_ranks_are_exact_and_others_are_explained():
    frame = pd.DataFrame(
        {
            "index_id": "i",
            "scheme": "bxx",
            "query_id": [1, 2, 3, 4, 5],
            "predicted": [1, None, 2, 3, 4],
            "best": [1, None, 1, 3, 4],
            "worst": [1, None, 2, 3, 4],
            "published": [1, None, 1, 9, None],
        }
    ).astype(dict.fromkeys(["predicted", "best", "worst", "published"], "Int64"))
    assert is_exact(frame).tolist() == [True, True, False, False, False]
    assert count_exact(frame) == 2
    rows = explain_not_exact(frame)
    assert [row["query_id"] for row in rows] == [3, 4, 5]
    assert "within the tie" in rows[0]["explanation"]
    assert "outside the tie" in rows[1]["explanation"]
    assert rows[2]["published"] is None
