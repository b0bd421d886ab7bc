import pandas as pd
import pytest

from clipstudy.retrieval.index import list_indexes
from clipstudy.retrieval.replicate import (
    EXPECTED,
    bound_headline,
    check_replication,
    headline_figures,
    pair_ranks,
    summarise_replication,
)
from clipstudy.study import Retrieval, StudyError

BEST, BEST_OF_FIVE = "char4-speech+cover+comments-plain", "char5-speech+cover+comments-plain"


def published_ranks(*rows):
    frame = pd.DataFrame(rows, columns=["index_id", "scheme", "query_id", "published"])
    return frame.astype({"published": "Int64"})


def tied_ranks(*rows):
    """As the table `ranks` comes from Parquet: numbers with NaN where nothing was retrieved."""
    return pd.DataFrame(rows, columns=["index_id", "scheme", "query_id", "best", "worst"]).astype(
        {"best": float, "worst": float}
    )


def indexes():
    rows = [
        {
            "index_id": name.slug,
            "published_id": name.published_id,
            **{source: source in name.sources for source in ("speech", "cover", "comments")},
            "vocabulary": 7,
        }
        for name in list_indexes(Retrieval())
    ]
    return pd.DataFrame(rows)


class TestPairRanks:
    @pytest.mark.parametrize(
        ("published", "best", "worst", "within"),
        [
            (3, 2, 4, True),
            (2, 2, 4, True),
            (4, 2, 4, True),
            (1, 2, 4, False),
            (5, 2, 4, False),
            (None, None, None, True),
            (None, 2, 4, False),
            (3, None, None, False),
        ],
    )
    def test_within_the_tie(self, published, best, worst, within):
        paired = pair_ranks(published_ranks((BEST, "bpx", 1, published)), tied_ranks((BEST, "bpx", 1, best, worst)))
        assert paired["within"].tolist() == [within]

    def test_the_published_bxc_is_ours_with_the_published_cosine(self):
        ours = tied_ranks((BEST, "bxc", 1, 9, 9), (BEST, "bxc-published", 1, 2, 2), (BEST, "bpc-published", 1, 3, 3))
        theirs = published_ranks((BEST, "bxc", 1, 2), (BEST, "bpc", 1, 3))
        paired = pair_ranks(theirs, ours)
        assert paired[["scheme", "best", "within"]].values.tolist() == [["bxc", 2, True]]


class TestHeadlineFigures:
    # four queries on index 77, of which 4 is set aside: ranks 1, 9, missing, 3; one query on index 78: rank 2
    RANKS = pd.DataFrame(
        [
            (BEST, "bpx", 1, 1),
            (BEST, "bpx", 2, 9),
            (BEST, "bpx", 3, None),
            (BEST, "bpx", 4, 3),
            (BEST_OF_FIVE, "bpx", 1, 2),
            ("word-basic-plain", "bxx", 1, 1),
        ],
        columns=["index_id", "scheme", "query_id", "rank"],
    )

    def test_by_hand(self):
        figures = headline_figures(self.RANKS, indexes(), outliers=[4], imputed=731)
        assert figures["index_77_bpx_share_first"] == 1 / 4
        assert figures["index_77_bpx_top_8"] == 2 / 4
        assert figures["index_77_bpx_mean_rank"] == (1 + 9 + 731 + 3) / 4
        assert figures["index_77_bpx_mrr"] == pytest.approx((1 / 1 + 1 / 9 + 1 / 731 + 1 / 3) / 4, abs=1e-10)
        assert figures["index_77_bpx_missed"] == 1
        assert figures["index_77_bpx_share_first_without_outliers"] == pytest.approx(1 / 3, abs=1e-10)
        assert figures["index_77_bpx_mean_rank_without_outliers"] == pytest.approx((1 + 9 + 731) / 3, abs=1e-10)
        assert figures["index_78_bpx_mean_rank"] == 2
        # all indexes of bpx without query 4: 1, 9, 731, 2
        assert figures["bpx_median_rank_without_outliers"] == (2 + 9) / 2
        assert figures["bpx_share_first_without_outliers"] == 1 / 4
        assert figures["bxx_share_first_without_outliers"] == 1
        assert figures["speech+cover+comments_bpx_share_first_without_outliers"] == 1 / 4
        assert "basic_bpx_share_first_without_outliers" not in figures  # the basic index was asked with bxx alone

    def test_bounds_contain_what_a_tie_allows(self):
        ranks = tied_ranks((BEST, "bpx", 1, 1, 3), (BEST, "bpx", 2, 2, 2))
        emulated = pd.DataFrame([(BEST, "bpc", 1, 4)], columns=["index_id", "scheme", "query_id", "predicted"])
        theirs = published_ranks((BEST, "bpx", 1, 2), (BEST, "bpx", 2, 2), (BEST, "bpc", 1, 4))

        def mean_rank(single):
            return {scheme: group["rank"].astype(float).mean() for scheme, group in single.groupby("scheme")}

        assert bound_headline(theirs, ranks, emulated, mean_rank) == {
            "bpx": {"published": 2.0, "ours": [(1 + 2) / 2, (3 + 2) / 2]},
            "bpc": {"published": 4.0, "ours": [4.0, 4.0]},
        }


def complete():
    return dict(EXPECTED) | {
        "ranks_exact": 82_560,
        "null_agreement": 1.0,
        "headline": {"share": {"published": 0.5, "ours": [0.4, 0.5]}},
    }


class TestCheckReplication:
    def test_complete(self):
        assert check_replication(complete()) == []

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"ranks_within_tie": 48_159}, "ranks_within_tie is 48159, not 48160"),
            ({"vocabularies_equal": 79}, "vocabularies_equal is 79, not 80"),
            ({"null_agreement": 0.99}, "null_agreement is 0.99, not 1.0"),
            ({"ranks_exact": 82_559}, "ranks_exact is 82559, not 82560"),
            (
                {"headline": {"share": {"published": 0.6, "ours": [0.4, 0.5]}}},
                "headline share: published 0.6 is outside [0.4, 0.5]",
            ),
        ],
    )
    def test_each_shortfall_is_told(self, change, fault):
        assert check_replication(complete() | change) == [fault]

    def test_every_expected_count_is_checked(self):
        faults = check_replication(complete() | {key: -1 for key, _ in EXPECTED})
        assert len(faults) == len(EXPECTED) == 8


class TestSummarise:
    def summarise(self, scheme="bpx"):
        keys = [(BEST, scheme, 1), (BEST, scheme, 2), (BEST_OF_FIVE, scheme, 1), (BEST_OF_FIVE, scheme, 2)]
        single = [1, None, 5, 2]
        ties = [(1, 4), (None, None), (1, 2), (2, 2)]  # the third published rank is outside
        theirs = published_ranks(*((*key, rank) for key, rank in zip(keys, single, strict=True)))
        emulated = theirs.assign(predicted=pd.array([1, None, 5, 3], dtype="Int64"))
        return summarise_replication(
            published_indexes=pd.DataFrame({"index_id": [BEST, BEST_OF_FIVE], "vocabulary": [7, 8]}),
            published=theirs,
            indexes=indexes(),
            ranks=tied_ranks(*((*key, *tie) for key, tie in zip(keys, ties, strict=True))),
            emulated=emulated,
            clips=10,
            outliers=[],
        )

    def test_by_hand(self):
        found = self.summarise()
        headline = found.pop("headline")
        assert found == {
            "clips": 10,
            "queries": 2,
            "indexes": 2,
            "vocabularies_equal": 1,
            "ranks_published": 4,
            "ranks_comparable": 4,
            "ranks_within_tie": 3,
            "ranks_exact": 3,
            "null_agreement": 1.0,
            "median_tie_width": 2.0,  # of 4, 2 and 1
            "median_tie_width_best_scheme": 4.0,
        }
        # a missed target has half of the 10 clips for its rank
        assert headline["index_77_bpx_mean_rank"] == {"published": (1 + 5) / 2, "ours": [(1 + 5) / 2, (4 + 5) / 2]}

    def test_a_scheme_that_the_published_program_did_not_know_is_an_error(self):
        with pytest.raises(StudyError, match="unknown schemes nxx"):
            self.summarise("nxx")
