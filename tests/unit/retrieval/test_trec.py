"""Run files and the oracle: ir-measures must agree with us to the last digit that is printed."""

import pandas as pd
import pytest

from clipstudy.retrieval.trec import check_run, export_runs, find_positions, rank_clips, write_qrels, write_run
from clipstudy.study import StudyError
from tests.unit.tiny import BEST, SETTINGS, Tiny


def test_run_and_qrels_have_the_trec_form(tmp_path):
    write_run(tmp_path / "a.run", [7], [["12", "11"]], clips=4, tag="a")
    write_qrels(tmp_path / "qrels.txt", [7], ["11"])
    assert (tmp_path / "a.run").read_text() == "7 Q0 12 1 3 a\n7 Q0 11 2 2 a\n"
    assert (tmp_path / "qrels.txt").read_text() == "7 0 11 1\n"


def test_positions_are_counted_from_one():
    positions = find_positions([["a", "b"], ["c"]], ["b", "x"])
    assert positions[0] == 2
    assert positions[1] != positions[1]


def test_exported_runs_agree_with_the_ranks_table_and_ir_measures(tmp_path, collection, tiny: Tiny):
    runs = {"best": {"index_id": BEST, "scheme": "bpx"}, "words": {"index_id": "word-basic-plain", "scheme": "txc"}}
    checked = export_runs(collection, tiny.frames["ranks"], runs, SETTINGS, tmp_path)
    rankings = rank_clips(collection, "word-basic-plain", "txc", SETTINGS)
    # "tea cup" in basic text: 12 has both words, 13 has cup; "purr" nowhere; "fish dog": 14 has dog, the target is 11
    assert rankings == [["12", "13"], [], ["14"]]
    assert checked["words"]["mrr"] == pytest.approx(1 / 3)
    assert checked["words"]["success_1"] == pytest.approx(1 / 3)


def test_difference_stops_the_export(tmp_path):
    ties = pd.DataFrame(
        {"index_id": "i", "scheme": "bpx", "query_id": [1], "best": [1], "worst": [2], "retrieved": [True]}
    )
    write_qrels(tmp_path / "q", [1], ["a"])
    write_run(tmp_path / "r", [1], [["b", "a"]], 4, "r")
    assert check_run(tmp_path / "r", tmp_path / "q", ties, [2.0], [1], 4) == {"mrr": 0.5, "success_1": 0.0}
    with pytest.raises(StudyError, match=r"mrr is 1\.0000000000 by us and 0\.5000000000 by ir-measures"):
        check_run(tmp_path / "r", tmp_path / "q", ties, [1.0], [1], 4)
    with pytest.raises(StudyError, match="not where table ranks has them, first query 1"):
        check_run(tmp_path / "r", tmp_path / "q", ties, [3.0], [1], 4)


def test_unknown_index_is_named(collection):
    with pytest.raises(StudyError, match="the grid has no index 'char4-lyrics-plain'"):
        rank_clips(collection, "char4-lyrics-plain", "bpx", SETTINGS)
