"""Counts at instants, shapes of bursts, and how the processes of a feed hang together."""

import numpy as np
import pytest

from clipstudy.world.feed.bursts import arrived_share
from clipstudy.world.feed.model import Bursts, Counts, at_instants


def one_burst(**changes) -> Bursts:
    values = {
        "start": 2.0,
        "peak": 6.0,
        "end": 6 + 10 * np.log(10),
        "decay_hours": 10.0,
        "likes": 100.0,
        "followers": 5.0,
    }
    return Bursts(clip=np.array([0]), lag_hours=6, **{k: np.array([v]) for k, v in (values | changes).items()})


def test_counts_between_full_hours_come_evenly():
    counts = Counts(np.array([100]), np.array([[8.0, 4.0]]), np.zeros((1, 2)), np.array([[10, 3]]))
    realised, expected = at_instants(counts, np.zeros(4, int), np.array([0.0, 0.5, 1.0, 1.25]))
    # 100; 100 + floor(5 + 1/2); 100 + 10; 110 + floor(0.75 + 1/2)
    assert realised.tolist() == [100, 105, 110, 111]
    # 100; 100 + 8 / 2; 108; 108 + 4 / 4
    assert expected.tolist() == [100, 104, 108, 109]


def test_a_burst_rises_linearly_then_decays():
    shares = arrived_share(one_burst(), np.array([2.0, 4.0, 6.0, 16.0, 500.0]))[0]
    # areas below a peak of height 1: triangle 4 / 2 = 2, decay 10; half-way up a quarter of the triangle
    assert shares == pytest.approx([0, 0.5 / 12, 2 / 12, (2 + 10 * (1 - np.exp(-1))) / 12, 1])


def test_a_burst_ends_at_a_tenth_of_its_peak():
    burst = one_burst()
    end = burst.end[0]
    around = arrived_share(burst, np.array([6.0, 6.001, end, end + 0.001]))[0]
    assert (around[3] - around[2]) / (around[1] - around[0]) == pytest.approx(0.1, rel=1e-3)


def test_followers_trail_likes_by_the_lag():
    hours = np.arange(0, 60.0)
    burst = one_burst()
    assert arrived_share(burst, hours + 6, burst.lag_hours) == pytest.approx(arrived_share(burst, hours))


def test_intensities_of_bursts_sum_up_to_their_size(feed):
    bursts, whole = feed.bursts, feed.grid.hours
    arrived = arrived_share(bursts, np.array([float(whole)]))[:, 0]
    of_clip = np.bincount(bursts.clip, bursts.likes * arrived, len(feed.clips.clip_id))
    assert feed.likes.burst_rate.sum(axis=1) == pytest.approx(of_clip)
    came = arrived_share(bursts, np.array([float(whole)]), bursts.lag_hours)[:, 0]
    owner = feed.clips.creator[bursts.clip]
    assert feed.followers.burst_rate.sum() == pytest.approx((bursts.followers * came).sum())
    assert not feed.followers.burst_rate[np.setdiff1d(np.arange(220), owner)].any()


def test_gains_scatter_around_their_intensity(feed):
    for counts in (feed.likes, feed.comments, feed.followers, feed.creator_likes):
        assert (counts.gained >= 0).all()
        spread = np.sqrt((counts.rate + (0.05 * counts.rate) ** 2).sum())
        assert abs(counts.gained.sum() - counts.rate.sum()) < 5 * spread


def test_comments_are_a_constant_share_of_likes(feed):
    assert feed.comments.rate == pytest.approx(feed.likes.rate * feed.clips.comments_per_like[:, None])


def test_a_creator_gains_at_least_the_likes_of_the_clips(feed):
    of_clips = np.zeros_like(feed.creator_likes.gained)
    np.add.at(of_clips, feed.clips.creator, feed.likes.gained)
    assert (feed.creator_likes.gained >= of_clips).all()
    visible = np.bincount(feed.clips.creator, feed.likes.cumulative()[:, -1], 220)
    assert (feed.creator_likes.cumulative()[:, -1] >= visible).all()


def test_likes_come_faster_than_followers(feed):
    has_followers = feed.creators.followers > 0
    assert (feed.creator_likes.rate > feed.followers.rate)[has_followers].all()


def test_clips_have_no_likes_before_they_are_posted(feed):
    is_new = feed.clips.posted_at >= feed.grid.begin
    assert is_new.any()
    assert not feed.clips.likes[is_new].any()
    before = feed.grid.edges()[1:] <= feed.clips.posted_at[:, None]
    assert not feed.likes.rate[before].any()
