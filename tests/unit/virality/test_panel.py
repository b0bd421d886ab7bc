import json

import pyarrow as pa
import pytest

from clipstudy.study import StudyError
from clipstudy.tables import read_table, write_sorted
from clipstudy.virality.panel import build_panel
from tests.unit.virality.lines import BEGIN, clip_id, line, write_runs


def reasons(panel):
    return [(r["source"][9:], r["position"], r["field"], r["reason"]) for r in panel.rejected.to_pylist()]


def test_a_line_becomes_an_observation(tmp_path):
    given = line(1.5, likes="231.6K", comments="1084", creator_followers="1.2M", creator_likes="45M")
    panel = build_panel(write_runs(tmp_path, one=[given]), tmp_path)
    assert panel.observations.to_pylist() == [
        {
            "run_id": "one",
            "position": 0,
            "observed_at": BEGIN.replace(hour=1, minute=30),
            "clip_id": clip_id(1),
            "url": given["url"],
            "audio": "original sound",
            "audio_url": given["audio_url"],
            "like_count": 231_600,
            "like_count_low": 231_550,
            "like_count_high": 231_650,
            "comment_count": 1084,
            "comment_count_low": 1084,
            "comment_count_high": 1085,
            "creator": "@ann",
            "creator_url": given["creator_url"],
            "creator_followers": 1_200_000,
            "creator_followers_low": 1_150_000,
            "creator_followers_high": 1_250_000,
            "creator_likes": 45_000_000,
            "creator_likes_low": 44_950_000,
            "creator_likes_high": 45_050_000,
            "wraps": 0,
            "wraps_ambiguous": False,
        }
    ]
    assert panel.rejected.num_rows == 0
    assert panel.summary["lines"] == panel.summary["observations"] == 1


def test_what_cannot_be_read_is_rejected_with_its_place_and_reason(tmp_path):
    torn = json.dumps(line(9))[:-20]
    lines = [
        line(0),
        "{not json}\n",
        "\n",
        "[1, 2]\n",
        line(1, likes="lots"),
        line(2, url="https://clips.test/about"),
        line(3, scraped_at="yesterday"),
        line(4, comments=None),
        line(5, creator=" "),
        line(6, creator_followers="0"),
        line(-1),
        line(7, clip=clip_id(1, before=BEGIN - BEGIN)[:-3] + "000"),
        torn,
    ]
    panel = build_panel(write_runs(tmp_path, one=lines), tmp_path)
    assert [row["position"] for row in panel.observations.to_pylist()] == [0, 11]
    assert reasons(panel) == [
        ("one.jsonl", 1, None, "not valid JSON"),
        ("one.jsonl", 2, None, "blank line"),
        ("one.jsonl", 3, None, "not a JSON object"),
        ("one.jsonl", 4, "likes", "not a count"),
        ("one.jsonl", 5, "url", "not the address of a clip"),
        ("one.jsonl", 6, "scraped_at", "not an ISO 8601 time"),
        ("one.jsonl", 7, "comments", "missing"),
        ("one.jsonl", 8, "creator", "missing"),
        ("one.jsonl", 9, "creator_followers", "creator with 0 followers"),
        ("one.jsonl", 10, "scraped_at", "before the study start"),
        ("one.jsonl", 12, None, "torn line"),
    ]
    assert panel.summary["lines"] == 13
    assert sum(panel.summary["rejected"].values()) == 11


def test_a_broken_line_costs_no_other_run_its_lines(tmp_path):
    runs = {f"run{number}": [line(number, clip=number + 1)] for number in range(9)}
    runs["run4"] = ["{\n", *runs["run4"]]
    panel = build_panel(write_runs(tmp_path, **runs), tmp_path)
    assert [row["run_id"] for row in panel.observations.to_pylist()] == [f"run{number}" for number in range(9)]
    assert reasons(panel) == [("run4.jsonl", 0, None, "torn line")]


def test_what_can_be_mended_is_kept_and_told(tmp_path):
    lines = [
        line(2, likes="1,084"),
        line(1, creator_url=None),
        line(3, creator="ann", url=f"https://clips.test/@ann/video/{clip_id(1)}?lang=en"),
        line(4, scraped_at="2022-07-30T06:00:00+02:00"),
        line(5, scraped_at="2022-07-30 05:00:00"),
        line(6, likes=231600),
    ]
    panel = build_panel(write_runs(tmp_path, one=lines), tmp_path)
    rows = panel.observations.to_pylist()
    assert [row["observed_at"].hour for row in rows] == [2, 1, 3, 4, 5, 6]
    assert {row["creator"] for row in rows} == {"@ann"}
    assert {row["clip_id"] for row in rows} == {clip_id(1)}
    assert (rows[0]["like_count"], rows[5]["like_count_low"]) == (1084, 231_550)
    assert rows[1]["creator_url"] is None
    assert reasons(panel) == [
        ("one.jsonl", 0, "likes", "repaired: written unusually"),
        ("one.jsonl", 1, "scraped_at", "repaired: earlier than the line before it; put in the order of time"),
        ("one.jsonl", 2, "creator", "repaired: written unusually"),
    ]


def test_a_sighting_that_is_there_twice_counts_once(tmp_path):
    panel = build_panel(write_runs(tmp_path, one=[line(1), line(1), line(2)], two=[line(1), line(1, clip=2)]), tmp_path)
    kept = [(row["run_id"], row["position"]) for row in panel.observations.to_pylist()]
    assert kept == [("one", 0), ("one", 2), ("two", 1)]
    assert [place for *place, _, _ in reasons(panel)] == [["one.jsonl", 1], ["two.jsonl", 0]]


def test_a_clip_cannot_be_seen_before_its_upload(tmp_path):
    late = str(int(BEGIN.timestamp() + 3600) << 32)
    panel = build_panel(write_runs(tmp_path, one=[line(0.5, clip=late), line(1, clip=late)]), tmp_path)
    assert [row["position"] for row in panel.observations.to_pylist()] == [1]
    assert reasons(panel) == [("one.jsonl", 0, "scraped_at", "before the upload of the clip")]


def test_the_clock_of_a_run_is_set_right_by_the_hour_in_its_name(tmp_path):
    runs = {f"run-{hour}-20220730T0{hour}": [line(hour + 0.01), line(hour + 0.5, clip=2)] for hour in range(6)}
    runs["run-3-20220730T03"] = [line(3.01 + 2.5), line(3.5 + 2.5, clip=2)]
    panel = build_panel(write_runs(tmp_path, **runs), tmp_path)
    hours = [(row["observed_at"] - BEGIN).total_seconds() / 3600 for row in panel.observations.to_pylist()]
    assert hours == pytest.approx([h + part for h in range(6) for part in (0.01, 0.5)], abs=1e-6)
    assert reasons(panel) == [
        ("run-3-20220730T03.jsonl", -1, "scraped_at", "repaired: clock of the run 9000 s fast; its times are set right")
    ]


def test_without_hours_in_names_times_are_left_alone(tmp_path):
    runs = {f"run{n}": [line(n + 5 * (n == 3))] for n in range(6)}
    panel = build_panel(write_runs(tmp_path, **runs), tmp_path)
    assert panel.rejected.num_rows == 0


def test_the_table_is_written_as_plain_text_and_keeps_its_contract(tmp_path):
    panel = build_panel(write_runs(tmp_path, b=[line(1)], a=[line(0), line(2, clip=2, audio=None)]), tmp_path)
    write_sorted(panel.observations, tmp_path / "o.parquet")
    table = read_table("observations", tmp_path / "o.parquet")
    assert table.column("run_id").to_pylist() == ["a", "a", "b"]
    assert table.schema.field("audio").type == pa.string()
    assert table.column("audio").to_pylist() == ["original sound", None, "original sound"]


def test_a_study_without_runs_is_told_what_to_do(tmp_path):
    study = write_runs(tmp_path)
    with pytest.raises(StudyError, match=r"no feed run raw/feed/\*\.jsonl \(key virality\.runs\); crawl or simulate"):
        build_panel(study, tmp_path)


def test_runs_of_one_name_are_refused(tmp_path):
    study = write_runs(tmp_path, one=[line()])
    other = tmp_path / "data/made/raw/feed/more/one.jsonl"
    other.parent.mkdir()
    other.write_text(json.dumps(line()) + "\n")
    study = study.model_copy(update={"virality": study.virality.model_copy(update={"runs": ["raw/feed/**/*.jsonl"]})})
    with pytest.raises(StudyError, match="run 'one' is there twice"):
        build_panel(study, tmp_path)


def test_a_feed_without_observations_is_told_with_the_way_on(tmp_path):
    early = write_runs(tmp_path, one=[line(-1), line(-2), line(1, likes="?")], two=[])
    folder = tmp_path / "data/made/raw/feed"
    earlier = "mend them, set virality.begin (2022-07-30T00:00:00Z) earlier or add runs"
    with pytest.raises(StudyError) as told:
        build_panel(early, tmp_path)
    assert str(told.value) == (
        f"{folder}/one.jsonl and 1 other run files: no observation in 3 lines; rejected most often for "
        f"'scraped_at: before the study start' (2 times); {earlier}"
    )
    (folder / "one.jsonl").unlink()
    with pytest.raises(StudyError) as told:
        build_panel(early, tmp_path)
    assert str(told.value) == f"{folder}/two.jsonl: no observation in 0 lines; {earlier}"
    unread = write_runs(tmp_path, two=["{\n"])
    unread = unread.model_copy(update={"virality": unread.virality.model_copy(update={"begin": None})})
    with pytest.raises(StudyError) as told:
        build_panel(unread, tmp_path)
    assert str(told.value) == (
        f"{folder}/two.jsonl: no observation in 1 lines; rejected most often for 'torn line' (1 times); "
        "mend them or add runs"
    )


def test_an_empty_file_costs_no_other_run_its_lines(tmp_path):
    panel = build_panel(write_runs(tmp_path, a=[], b=[line(1), "{\n"], c=[], d=[line(2)]), tmp_path)
    assert panel.observations["run_id"].to_pylist() == ["b", "d"]
    assert panel.summary["runs"] == 4


def test_times_that_no_clip_can_have_are_rejected(tmp_path):
    far = [
        "9999-12-31T23:59:59-14:00",
        "9999-12-31 23:59:59-14:00",
        "0001-01-01 00:00:00+14:00",
        "+262000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2106-02-07T06:28:16Z",
    ]
    lines = [line(scraped_at=time) for time in [*far, "2106-02-07T06:28:15Z"]]
    panel = build_panel(write_runs(tmp_path, one=lines), tmp_path)
    assert panel.observations["position"].to_pylist() == [6]
    assert {reason for *_, reason in reasons(panel)} == {"not a time between 1970 and 2106"}
    assert panel.summary["end"] == "2106-02-07T06:28:15Z"


def test_a_run_whose_name_is_of_another_age_is_not_put_there(tmp_path):
    runs = {f"run-{hour}-20220730T0{hour}": [line(hour)] for hour in range(6)}
    panel = build_panel(write_runs(tmp_path, **runs, **{"run-6-99991231T23": [line(6)]}), tmp_path)
    assert panel.observations.num_rows == 6
    assert [reason for *_, reason in reasons(panel)][1] == "not a time between 1970 and 2106"
