"""A tiny study from its batches to its tables."""

import gc
import json

import pytest

from clipstudy.corpus.build import build_corpus, find_batches
from clipstudy.corpus.queries import LABELS
from clipstudy.study import StudyError
from tests.unit.corpus.raw import clip_id, comment, record


def places(rejected):
    return [(row["source"], row["position"], row["field"], row["reason"]) for row in rejected]


def test_batches_are_read_in_the_order_of_their_numbers(tiny):
    for number in (10, 2, 1):
        tiny.write(f"batch_{number}.json", [record(100 - number)])
    assert [path.name for path in find_batches(tiny.study(), tiny.root)] == [
        "batch_1.json",
        "batch_2.json",
        "batch_10.json",
    ]
    clips = tiny.build()["clips"]
    assert {clip["clip_id"]: clip["batch_order"] for clip in clips} == {clip_id(99): 0, clip_id(98): 1, clip_id(90): 2}
    assert [clip["clip_id"] for clip in clips] == sorted(clip["clip_id"] for clip in clips)


def test_overlapping_globs_read_a_batch_once(tiny):
    tiny.write("batch_1.json", [record(1)])
    tables = tiny.build(batches=["raw/batch_1.json", "raw/batch_*.json"])
    assert (len(tables["clips"]), tables["rejected"]) == (1, [])


def test_required_texts_decide_what_is_in_the_corpus(tiny):
    tiny.write("batch_1.json", [record(1), record(2), record(3), record(4, captions="sings")])
    tiny.write("ocr.json", {clip_id(1): "", clip_id(2): "TEA", clip_id(3): None})
    tiny.write("speech.json", {clip_id(1): "hello", clip_id(2): None})
    files = {"covers": "raw/ocr.json", "speech": "raw/speech.json"}
    tables = tiny.build(**files, require=["cover", "speech"])
    assert [
        (clip["in_corpus"], clip["missing"], clip["cover_text"], clip["speech_text"]) for clip in tables["clips"]
    ] == [
        (True, [], "", "hello"),
        (False, ["speech"], "TEA", None),
        (False, ["cover", "speech"], None, None),
        (False, ["cover", "speech"], None, None),
    ]
    assert tables["rejected"] == []
    captions = tiny.build(require=["captions"])["clips"]
    assert [clip["missing"] for clip in captions] == [["captions"], ["captions"], ["captions"], []]


def test_nothing_required_keeps_every_clip(tiny):
    tiny.write("batch_1.json", [record(1, kind="photo")])
    (clip,) = tiny.build()["clips"]
    assert (clip["in_corpus"], clip["missing"], clip["cover_text"], clip["kind"]) == (True, [], None, "photo")
    assert clip["posted_at"].isoformat() == "2020-09-13T12:26:40+00:00"
    assert clip["scraped_at"].isoformat() == "2020-09-13T12:28:20.250000+00:00"


def test_a_broken_record_is_rejected_alone(tiny):
    missing = record(2)
    del missing["permalink"]
    broken = [
        record(1),
        missing,
        record(3, description=7),
        record(4, **{"like-count": "lots"}),
        record(1, description="again"),
        record(5, description="a\0b"),
        record(6, description="a\ud800b"),
        record(7, description="x" * 10_000_000),
        "clip",
        record(8, comments=[comment("a"), comment("b\udfff"), comment("c")]),
        record(9),
    ]
    tiny.write("batch_1.json", broken)
    tables = tiny.build()
    assert [(clip["clip_id"], clip["batch_order"]) for clip in tables["clips"]] == [
        (clip_id(1), 0),
        (clip_id(8), 1),
        (clip_id(9), 2),
    ]
    assert tables["clips"][0]["description"] == "water boils #tea"
    assert [(row["clip_id"], row["position"], row["text"]) for row in tables["comments"]] == [
        (clip_id(1), 0, "nice kettle"),
        (clip_id(8), 0, "a"),
        (clip_id(8), 2, "c"),
        (clip_id(9), 0, "nice kettle"),
    ]
    assert places(tables["rejected"]) == [
        ("raw/batch_1.json", 1, "permalink", "missing"),
        ("raw/batch_1.json", 2, "description", "must be text, is a number"),
        ("raw/batch_1.json", 3, "like-count", "not a count"),
        ("raw/batch_1.json", 4, "id", "seen before: the first record of a clip is kept"),
        ("raw/batch_1.json", 5, "description", "text with a NUL character"),
        ("raw/batch_1.json", 6, "description", "text with a lone surrogate"),
        ("raw/batch_1.json", 7, "description", "text of 10,000,000 characters; at most 1,000,000"),
        ("raw/batch_1.json", 8, None, "must be an object, is text"),
        ("raw/batch_1.json", 9, "comments[1].comment-text", "text with a lone surrogate"),
    ]
    assert all(len(row["excerpt"] or "") <= 80 for row in tables["rejected"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "not JSON: Expecting value at line 1 column 1"),
        (b'[{"id": ', "not JSON: Expecting value at line 1 column 9"),
        (b"", "not JSON: Expecting value at line 1 column 1"),
        (b'["\xff"]', "not UTF-8: byte 2 is not part of a character"),
        (b"{}", "must be a list, is an object"),
    ],
)
def test_a_broken_batch_is_named_and_the_others_go_on(tiny, content, reason):
    tiny.write("batch_1.json", [record(1)])
    tiny.write("batch_2.json", content)
    tiny.write("batch_3.json", [record(3)])
    tables = tiny.build()
    assert [clip["clip_id"] for clip in tables["clips"]] == [clip_id(1), clip_id(3)]
    assert places(tables["rejected"]) == [("raw/batch_2.json", -1, None, reason)]


def test_only_broken_batches_make_empty_tables(tiny):
    tiny.write("batch_1.json", b"?")
    tables = tiny.build(require=["cover"])
    assert (tables["clips"], tables["comments"], len(tables["rejected"])) == ([], [], 1)


def test_duplicates_are_found_over_batches(tiny):
    tiny.write("batch_1.json", [record(1)])
    tiny.write("batch_2.json", [record(1), record(2)])
    tables = tiny.build()
    assert len(tables["clips"]) == 2
    assert [(row["source"], row["position"], row["excerpt"]) for row in tables["rejected"]] == [
        ("raw/batch_2.json", 0, clip_id(1))
    ]


def test_an_id_without_a_time_keeps_its_clip(tiny):
    tiny.write("batch_1.json", [record(1, id="1234")])
    tables = tiny.build()
    assert [(clip["clip_id"], clip["posted_at"]) for clip in tables["clips"]] == [("1234", None)]
    assert places(tables["rejected"]) == [
        ("raw/batch_1.json", 0, "id", "carries no plausible post time; the clip is kept without one")
    ]


def test_unknown_keys_are_told_once_a_batch(tiny):
    tiny.write("batch_1.json", [record(1, mood="warm"), record(2, mood="cold")])
    assert places(tiny.build()["rejected"]) == [
        ("raw/batch_1.json", -1, "mood", "unknown key, met 2 times; left out, its records are kept")
    ]


def test_queries_and_failures_of_the_scraper_are_read(tiny):
    tiny.write("batch_1.json", [record(1)])
    labels = dict.fromkeys(LABELS, True)
    tiny.write("queries.json", [{"text": "kettle", "target": clip_id(1), "author": "Robin Example", **labels}])
    failure = {"source": "raw/batch_1.json", "position": 0, "field": "captions", "reason": "no such element"}
    tiny.write("failures.jsonl", json.dumps(failure).encode() + b"\n")
    tables = tiny.build(queries="raw/queries.json")
    assert [(row["query_id"], row["target_id"], row["author"]) for row in tables["queries"]] == [(1, clip_id(1), "A1")]
    assert places(tables["rejected"]) == [("raw/batch_1.json", 0, "captions", "no such element")]


def test_no_batch_and_no_named_file_are_told(tiny):
    with pytest.raises(StudyError, match=r"no scrape batch raw/batch_\*\.json \(key corpus\.batches\)"):
        tiny.build()
    tiny.write("batch_1.json", [record(1)])
    with pytest.raises(StudyError, match=r"raw/ocr\.json: not there"):
        tiny.build(covers="raw/ocr.json")


def test_the_same_files_give_the_same_tables_and_the_collector_runs_again(tiny):
    tiny.write("batch_1.json", [record(number) for number in (3, 1, 2)])
    first, second = (build_corpus(tiny.study(), tiny.root) for _ in range(2))
    assert all(first[name].equals(second[name]) for name in ("clips", "comments", "queries", "rejected"))
    assert gc.isenabled()
