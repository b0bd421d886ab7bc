"""The summary of headline numbers, on three queries."""

import pandas as pd

from clipstudy.paper.summary import list_recovered, summarise_retrieval, trace_success

RUN = {
    name: {"value": value} for name, value in [("mrr", 0.5), ("median_rank", 2.0), ("success_1", 0.25), ("missed", 0)]
}
HEADLINE = {
    "corpus": {"clips": 4, "queries": 3, "authors": 2},
    "runs": {"best": RUN | {"index_id": "word-basic-plain", "scheme": "bpx"}},
    "held_out": {"mrr": 0.4, "interval": [0.1, 0.6]},
}


def test_metrics_are_few_plain_numbers():
    assert summarise_retrieval(HEADLINE) == {
        "clips": 4,
        "queries": 3,
        "best": {"mrr": 0.5, "median_rank": 2.0, "success_1": 0.25, "missed": 0},
        "held_out_mrr": 0.4,
    }


def test_success_rises_with_the_cutoff():
    ranks = pd.DataFrame(
        [
            ("word-basic-plain", "bpx", 1, 1, 1),
            ("word-basic-plain", "bpx", 2, 2, 3),  # a tie: half of it is among the first two
            ("word-basic-plain", "bpx", 3, None, None),
            ("word-basic-plain", "tpx", 3, 1, 1),
        ],
        columns=["index_id", "scheme", "query_id", "best", "worst"],
    ).astype({"best": "Int64", "worst": "Int64"})
    curve = trace_success(ranks, HEADLINE)
    assert curve[:3] == [
        {"cutoff": 1, "best": 0.333333},
        {"cutoff": 2, "best": 0.5},  # (1 + 1/2 + 0) / 3
        {"cutoff": 3, "best": 0.666667},
    ]
    assert len(curve) == 50


def test_recovered_shares():
    media = {
        "planted_faults_right_share": 1.0,
        "comments_recovered_share": 0.99,
        "replies_recovered_share": 0.98,
        "captions_recovered_share": 0.97,
        "clips_lost": 0,
    }
    rows = list_recovered({"retrieval": HEADLINE, "media": media})
    assert [row["share"] for row in rows] == [1.0, 0.99, 0.98, 0.97]
    assert {row["part"] for row in rows} == {"media"}
