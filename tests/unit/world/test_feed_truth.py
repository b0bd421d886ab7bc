"""Run files and truth on disk: planted faults can be found, and true counts follow from the hourly tables."""

import json

import numpy as np
import pandas as pd
import pytest

from clipstudy.tables import read_table
from clipstudy.world.feed.build import write_runs
from clipstudy.world.feed.bursts import arrived_share
from clipstudy.world.feed.many import generate_lines
from clipstudy.world.feed.shown import format_times
from clipstudy.world.feed.truth import HORIZON_HOURS, TRUTH_TABLES, knowable, truth_tables, write_truth
from tests.unit.world.conftest import SMALL_FEED

KEYS = [
    "scraped_at", "url", "audio", "audio_url", "likes", "comments", "creator", "creator_url", "creator_followers",
    "creator_likes",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(feed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("feed")
    write_runs(feed, folder / "raw")
    write_truth(feed, folder / "truth")
    return folder


@pytest.fixture(scope="module")
def truth(folder) -> dict[str, pd.DataFrame]:
    return {name: read_table(name, folder / f"truth/{name}.parquet").to_pandas() for name in TRUTH_TABLES}


@pytest.fixture(scope="module")
def summary(folder):
    return json.loads((folder / "truth/feed_truth.json").read_text())


def read_lines(folder) -> dict[tuple[str, int], str]:
    return {
        (path.stem, position): line
        for path in sorted((folder / "raw").iterdir())
        for position, line in enumerate(path.read_text().splitlines())
    }


def test_lines_have_the_published_form(folder, truth):
    lines = read_lines(folder)
    rows = truth["feed_truth_observations"]
    assert len(lines) == len(rows)
    for row in rows[~rows.torn].itertuples():
        line = json.loads(lines[row.run_id, row.position])
        assert list(line) == KEYS
        assert pd.Timestamp(line["scraped_at"]) == row.shown_at
        assert line["url"] == f"{line['creator_url']}/video/{row.clip_id}"
        assert line["creator"] == row.creator


def test_torn_lines_end_their_file(folder, summary):
    lines = read_lines(folder)
    torn = summary["faults"]["torn_lines"]
    assert len(torn) == 2
    for fault in torn:
        assert (fault["run_id"], fault["position"] + 1) not in lines
        with pytest.raises(json.JSONDecodeError):
            json.loads(lines[fault["run_id"], fault["position"]])
        assert not (folder / f"raw/{fault['run_id']}.jsonl").read_text().endswith("\n")
        assert fault["run_id"] in summary["faults"]["killed_runs"]


def test_planted_faults_are_all_in_the_files(folder, summary):
    lines = read_lines(folder)
    faults = summary["faults"]
    torn = {(fault["run_id"], fault["position"]) for fault in faults["torn_lines"]}
    records = [json.loads(line) for key, line in lines.items() if key not in torn]
    repeated = sum(lines[key] == lines.get((key[0], key[1] - 1)) for key in lines)
    assert repeated == faults["duplicated_lines"] == 7
    assert sum(r["scraped_at"] < "2022-07-30T12" for r in records) == faults["before_start"] == 3
    unique = {(r["scraped_at"], r["url"]): r for r in records}.values()
    assert sum(r["creator_followers"] == "0" for r in unique) == faults["zero_followers"] > 0
    assert sum(r["creator_likes"].startswith("-") for r in unique) == summary["overflow"]["observations_negative"] > 0
    assert len(unique) == summary["sizes"]["observations"]


def test_killed_runs_are_shorter_than_the_rest(truth, summary):
    lengths = truth["feed_truth_observations"].groupby("run_id").size()
    killed = summary["faults"]["killed_runs"]
    assert len(killed) == 5
    assert lengths[killed].max() < 0.75 * SMALL_FEED.clips_per_run
    assert lengths.drop(killed).median() > 0.7 * SMALL_FEED.clips_per_run


def test_the_clock_of_one_run_is_off(truth, summary):
    rows = truth["feed_truth_observations"]
    off = (rows.shown_at - rows.observed_at).dt.total_seconds()
    (skewed,) = summary["faults"]["skewed_runs"]
    assert rows.run_id[off != 0].unique().tolist() == [skewed["run_id"]]
    assert off[off != 0].unique() == pytest.approx([skewed["seconds"]])


def test_counts_at_every_line_follow_from_the_hours(truth):
    rows = truth["feed_truth_observations"]
    part = (rows.observed_at - rows.observed_at.dt.floor("h")).dt.total_seconds() / 3600
    hour = rows.observed_at.dt.floor("h").rename("hour")
    of_clip = truth["feed_truth_clip_hours"].set_index(["clip_id", "hour"])
    clip = of_clip.loc[pd.MultiIndex.from_arrays([rows.clip_id, hour])].reset_index()
    for count in ("likes", "comments"):
        exact = clip[f"true_{count}"] + np.floor(clip[f"{count}_gained"] * part + 0.5)
        assert np.array_equal(exact, rows[f"true_{count}"])
    of_creator = truth["feed_truth_creator_hours"].set_index(["creator", "hour"])
    creator = of_creator.loc[pd.MultiIndex.from_arrays([rows.creator, hour])].reset_index()
    exact = creator.true_followers + np.floor(creator.followers_gained * part + 0.5)
    assert np.array_equal(exact, rows.true_followers)
    exact = creator.true_creator_likes + np.floor(creator.likes_gained * part + 0.5)
    assert np.array_equal(exact, rows.true_creator_likes)


def test_expected_counts_are_sums_of_rates(truth):
    hours = truth["feed_truth_clip_hours"]
    clip = hours[hours.clip_id == hours.clip_id[0]]
    rows = truth["feed_truth_observations"]
    rows = rows[rows.clip_id == hours.clip_id[0]].sort_values("observed_at")
    first, last = rows.iloc[0], rows.iloc[-1]
    seconds = [(moment - clip.hour).dt.total_seconds() / 3600 for moment in (first.observed_at, last.observed_at)]
    gained = sum(((seconds[1].clip(0, 1) - seconds[0].clip(0, 1)) * clip.likes_rate).tolist())
    assert last.expected_likes - first.expected_likes == pytest.approx(gained, abs=0.1)


def test_the_follower_effect_is_what_bursts_bring(feed, truth, summary):
    bursts = truth["feed_truth_bursts"]
    share = bursts.followers_in_horizon / bursts.followers_before
    effect = summary["follower_effect"]
    assert effect["mean_share_in_horizon"] == pytest.approx(share.mean(), abs=1e-5)
    assert effect["mean_share_in_horizon"] == pytest.approx(0.1, rel=0.35)
    ends = (feed.bursts.start + HORIZON_HOURS)[:, None]
    arrived = arrived_share(feed.bursts, ends, feed.bursts.lag_hours)[:, 0]
    assert (arrived > 0.85).all()
    assert np.sort(feed.bursts.followers * arrived) == pytest.approx(np.sort(bursts.followers_in_horizon), abs=0.01)


def test_only_ambiguous_giants_hide_their_wraps(feed, truth, summary):
    assert np.array_equal(knowable(feed), ~feed.creators.ambiguous)
    assert summary["overflow"]["creators_not_knowable"] == 1
    giants = truth["feed_truth_creators"].query("giant")
    assert len(giants) == 5
    assert giants.wraps_last.min() >= 1
    assert giants.wraps_last.max() == 2
    assert (giants.wraps_first < giants.wraps_last).any()
    assert (truth["feed_truth_creators"].query("not giant").wraps_last == 0).all()


def test_equal_worlds_give_equal_bytes(feed, folder, tmp_path):
    write_runs(feed, tmp_path / "raw")
    write_truth(feed, tmp_path / "truth")
    for path in sorted(tmp_path.rglob("*.*")):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_copies_differ_in_everything_that_identifies(tmp_path):
    lines = generate_lines(tmp_path, 40_000, 3, SMALL_FEED)
    texts = [line for path in sorted(tmp_path.iterdir()) for line in path.read_text().splitlines()]
    assert len(texts) == lines >= 40_000
    assert len(list(tmp_path.iterdir())) == SMALL_FEED.runs
    records = [json.loads(text) for text in texts if text.endswith("}")]
    assert len({r["creator"] for r in records}) % SMALL_FEED.creators == 0
    copies = len({r["creator"] for r in records}) // SMALL_FEED.creators
    assert len({r["url"].rpartition("/")[2] for r in records}) == copies * SMALL_FEED.clips
    assert len({r["audio_url"] for r in records}) == copies * SMALL_FEED.audios
    assert not any("#" in text for text in texts)


def test_tables_keep_their_contracts(feed):
    assert list(truth_tables(feed)) == list(TRUTH_TABLES)
    assert format_times(np.array([0.0])) == ["1970-01-01T00:00:00.000Z"]
