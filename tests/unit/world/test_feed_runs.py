"""Runs of a simulated feed: their hours, what they show, and what the published panel looks like."""

import numpy as np
import pytest
from pydantic import ValidationError

from clipstudy.study import Feed, load_study
from clipstudy.world.feed.build import simulate_feed
from clipstudy.world.feed.faults import plan_faults, repeat_lines
from clipstudy.world.feed.model import HOUR
from clipstudy.world.feed.people import wraps_of
from clipstudy.world.feed.runs import make_grid
from clipstudy.world.feed.shown import format_lines
from clipstudy.world.feed.truth import knowable
from tests.unit.world.conftest import SMALL_FEED, STUDIES


def test_runs_are_hourly_with_one_gap():
    grid = make_grid(SMALL_FEED.model_copy(update={"runs": 30, "gap_hours": 4}))
    # hour 0 is 11:00; 18 runs before the gap at hours 1 to 18, then 4 hours without, then 23 to 34; two hours follow
    assert grid.begin == 1_659_178_800
    assert grid.runs.tolist() == [*range(1, 19), *range(23, 35)]
    assert grid.hours == 37


def test_run_ids_tell_number_and_scheduled_hour(feed):
    assert feed.run_ids[0] == "run-0001-20220730T12"
    # 160 hours and a gap of 5 later
    assert feed.run_ids[-1] == "run-0160-20220806T08"
    assert feed.run_ids == sorted(feed.run_ids)


def test_equal_arguments_give_equal_worlds(feed):
    assert format_lines(simulate_feed(SMALL_FEED, feed.seed)) == format_lines(feed)
    assert format_lines(simulate_feed(SMALL_FEED, feed.seed + 1)) != format_lines(feed)


def test_every_clip_creator_and_sound_is_seen(feed):
    seen = feed.observations
    readable = seen.clip[~seen.torn]
    assert len(np.unique(readable)) == SMALL_FEED.clips
    assert len(np.unique(feed.clips.creator[readable])) == SMALL_FEED.creators
    assert len(np.unique(feed.clips.audio[readable])) == SMALL_FEED.audios
    assert len(np.unique(feed.clips.clip_id)) == SMALL_FEED.clips


def test_a_run_shows_a_clip_once_and_only_after_it_is_posted(feed):
    seen = feed.observations
    once = ~seen.duplicate
    assert len(set(zip(seen.run[once].tolist(), seen.clip[once].tolist(), strict=True))) == once.sum()
    assert (seen.at > feed.clips.posted_at[seen.clip]).all()
    assert np.array_equal(feed.clips.clip_id >> 32, feed.clips.posted_at)


def test_times_move_within_the_hour_of_the_run(feed):
    seen, grid = feed.observations, feed.grid
    scheduled = grid.begin + HOUR * grid.runs[seen.run]
    late = seen.at - scheduled
    assert (late[seen.run > 0] > 0).all()
    assert (late < HOUR).all()
    same_run = np.diff(seen.run) == 0
    assert (np.diff(seen.at)[same_run & ~seen.duplicate[1:]] > 0).all()


def test_counts_never_fall(feed):
    seen = feed.observations
    order = np.lexsort((seen.at, seen.clip))
    same = np.diff(seen.clip[order]) == 0
    for counts in (seen.likes, seen.comments, seen.expected_likes):
        assert (np.diff(counts[order])[same] >= 0).all()


def test_popular_and_recent_clips_and_bursts_are_shown_more_often(feed):
    shows = np.bincount(feed.observations.clip, minlength=SMALL_FEED.clips)
    in_burst = np.isin(np.arange(SMALL_FEED.clips), feed.bursts.clip)
    assert shows[in_burst].mean() > 1.5 * shows[~in_burst].mean()
    is_new = feed.clips.posted_at >= feed.grid.begin
    assert shows[is_new].mean() > shows[~is_new].mean()


def test_repeated_lines_follow_their_original(feed):
    seen = feed.observations
    again = np.flatnonzero(seen.duplicate)
    lines = format_lines(feed)
    assert len(again) == 7
    assert all(lines[i] == lines[i - 1] for i in again)


def test_no_more_lines_are_repeated_than_there_are(feed):
    plan = plan_faults(SMALL_FEED, 1)
    lines, is_repeat = repeat_lines(SMALL_FEED, 1, np.zeros(3, int), plan)
    assert lines.tolist() == [0, 0, 1, 1, 2, 2]
    assert is_repeat.tolist() == [False, True] * 3


@pytest.fixture(scope="module")
def published():
    study = load_study(STUDIES / "demo.yaml")
    return simulate_feed(study.world.feed, study.seed)


def test_the_demo_has_the_published_size(published):
    seen = published.observations
    assert len(published.run_ids) == 336
    assert 15 * 24 - 24 <= published.grid.hours <= 15 * 24
    assert len(seen.run) == pytest.approx(26_000, rel=0.02)
    owners, audios = published.clips.creator[seen.clip], published.clips.audio[seen.clip]
    assert [len(np.unique(x)) for x in (seen.clip, owners, audios)] == [2000, 1600, 1500]
    minutes = [np.ptp(seen.at[seen.run == run]) / 60 for run in range(10, 20)]
    assert 40 < np.median(minutes) < 58


def test_the_demo_has_ratios_near_the_published_ones(published):
    creators, seen = published.creators, published.observations
    has_followers = creators.followers > 0
    ratio = creators.likes[has_followers] / creators.followers[has_followers]
    assert np.median(ratio) == pytest.approx(12, rel=0.1)
    assert np.percentile(ratio[ratio < 80], [5, 95]) == pytest.approx([4, 38], rel=0.15)
    assert 0.03 <= np.percentile(seen.comments / np.maximum(seen.likes, 1), 95) <= 0.05
    level = np.log10(creators.followers.clip(1))[published.clips.creator]
    comments = np.log(published.clips.comments_per_like)
    assert np.polyfit(level, comments, 1)[0] < -0.1
    assert comments[level < 5].std() > 1.2 * comments[level >= 5].std()


def test_only_ambiguous_giants_of_the_demo_hide_their_wraps(published):
    assert published.creators.ambiguous.sum() == 2
    assert np.array_equal(knowable(published), ~published.creators.ambiguous)
    wraps = wraps_of(published.creator_likes.cumulative())
    assert [int((wraps[:, -1] == k).sum()) for k in range(1, 5)] == [18, 2, 1, 1]
    assert int((wraps[:, -1] > wraps[:, 0]).sum()) == 3


def test_most_clips_come_within_ten_days_and_frequent_creators_have_more_followers(published):
    clips, creators = published.clips, published.creators
    same = np.diff(clips.creator) == 0
    gaps = np.diff(clips.posted_at)[same] / 86_400
    assert (gaps > 0).all()
    assert (gaps < 10).mean() > 0.7
    often = (creators.gap_days < 5) & (creators.followers > 0) & ~creators.giant
    assert np.corrcoef(np.log(creators.gap_days[often]), np.log(creators.followers[often]))[0, 1] < -0.3
    rarely = (creators.gap_days > 5) & (creators.followers > 0)
    assert abs(np.corrcoef(creators.gap_days[rarely], np.log(creators.followers[rarely]))[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"creators": 290}, "four fifths"),
        ({"bursts": 51}, "a sixth"),
        ({"giants": 60}, "a quarter"),
        ({"start": "2022-07-30T12:30:00Z"}, "full hour"),
        ({"faults": {"skewed_run": 2}}, "at most 1"),
        ({"faults": {"torn_line": 1}}, "torn_line"),
    ],
)
def test_impossible_feeds_are_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        Feed.model_validate({**SMALL_FEED.model_dump(), **changes})
