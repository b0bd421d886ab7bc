import numpy as np
import pandas as pd
import pytest

from clipstudy.virality import claims
from clipstudy.virality.resample import cluster_interval, share_interval, significant


def frame_of(**columns):
    return pd.DataFrame(columns)


def test_intraclass_correlation_by_hand():
    # groups (1, 3) and (5, 7): between 2 * (4 + 4) / 1 = 16, within (2 + 2) / 2 = 2, size 2
    found = claims.intraclass_correlation(np.array([2, 2]), np.array([2.0, 6.0]), np.array([2.0, 2.0]))
    assert found == pytest.approx((16 - 2) / (16 + 2))


def test_exact_intervals_of_shares():
    assert share_interval(0, 10) == pytest.approx((0, 1 - 0.025 ** (1 / 10)))
    assert share_interval(10, 10) == pytest.approx((0.025 ** (1 / 10), 1))


def test_whole_clusters_are_drawn():
    values = np.array([0.0] * 50 + [1.0] * 50)
    apart = cluster_interval(lambda rows: values[rows].mean(), np.arange(100), 1)
    together = cluster_interval(lambda rows: values[rows].mean(), np.repeat([0, 1], 50), 1)
    assert together.tolist() == [0, 1]
    assert 0.35 < apart[0] < 0.45 < 0.55 < apart[1] < 0.65


def test_rounding_reaches_all_levels():
    assert significant({"a": [1.23456789, np.int64(3)], "b": (np.nan, True)}, 3) == {"a": [1.23, 3], "b": [None, True]}


def test_top_lists_overlap():
    names = [f"@{n:02d}" for n in range(30)]
    uploads = frame_of(creator=names, first_likes=[0] * 30, last_likes=range(30))
    followers = [30 + n if n >= 25 else 20 - n for n in range(30)]
    creators = frame_of(creator=names, first_followers=[0] * 30, last_followers=followers)
    found = claims.top_lists(uploads, creators)
    # likes: 20 to 29; followers: 25 to 29 and 0 to 4
    assert found.estimate == 5 / 10
    assert found.verdict == "supported"
    assert found.low < 0.5 < found.high


@pytest.mark.parametrize(
    ("likes", "followers", "verdict"),
    [
        ([0] * 30, [0] * 30, "not testable"),
        ([5] * 19, range(19), "not testable"),
        ([5] * 30, [0] * 21 + [5] * 9, "not testable"),  # who did not gain would fill the list of followers
        ([0] * 21 + [5] * 9, [5] * 30, "not testable"),
        (range(20), range(20), "not testable"),  # 19 gained
        (range(21), range(21), "not supported"),  # 20 gained, in one order
        (range(21), range(21, 0, -1), "supported"),
    ],
)
def test_top_lists_hold_only_creators_who_gained(likes, followers, verdict):
    names = [f"@{n:02d}" for n in range(len(likes))]
    uploads = frame_of(creator=names, first_likes=0, last_likes=likes)
    creators = frame_of(creator=names, first_followers=0, last_followers=followers)
    assert claims.top_lists(uploads, creators).verdict == verdict


@pytest.mark.parametrize(
    ("gained", "verdict", "share"),
    [([5, 5, 5], "supported", 1), ([5, 5, 0.5], "partly supported", 29 / 30)],
)
def test_likes_above_followers(gained, verdict, share):
    clips = [str(n) for n in range(30)]
    uploads = frame_of(clip_id=clips, creator=clips)
    likes = np.r_[np.full(28, 5.0), 5.0, gained[-1], np.nan]
    rates = frame_of(clip_id=[*clips, "0"], creator_likes_per_hour=likes, followers_per_hour=np.ones(31))
    found = claims.likes_above_followers(rates, uploads)
    assert (found.verdict, found.estimate, found.rows) == (verdict, pytest.approx(share), 30)


def test_hourly_gains():
    clips = [str(n) for n in range(40)]
    rates = frame_of(
        clip_id=clips, followers_per_hour=[100.0] * 38 + [30_000, np.nan], creator_likes_per_hour=[10.0] * 40
    )
    found = claims.hourly_gains(rates, frame_of(clip_id=clips, creator=clips))
    assert found.estimate == 39 / 40
    assert found.verdict == "partly supported"  # nobody reaches 100,000 likes an hour


def creators_with(ratio):
    return frame_of(last_likes=np.asarray(ratio) * 1000, last_followers=1000)


def test_likes_per_follower_as_in_the_report():
    ratio = np.exp(np.random.default_rng(1).normal(np.log(12), np.log(38 / 4) / 3.29, 4000))
    found = claims.likes_per_follower(creators_with(ratio))
    # the middle of 4 and 38 is sqrt(4 * 38) = 12.3, so that a little more than 5 % have fewer than 4
    assert (found.verdict, found.estimate) == ("supported", pytest.approx(0.9, abs=0.01))
    assert claims.likes_per_follower(creators_with(1.8 * ratio)).verdict == "not supported"


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        ([3] * 25 + [8] * 225 + [20] * 225 + [50] * 25, "supported"),
        ([3] * 25 + [8] * 125 + [20] * 325 + [50] * 25, "partly supported"),  # 30 % have up to 12
        ([8] * 250 + [20] * 250, "partly supported"),  # all are between 4 and 38
        ([3] * 250 + [72] * 250 + [90] * 100, "partly supported"),  # half have up to 12
        ([30] * 500, "not supported"),
        ([3.8, 30, 30, 30, 72], "not testable"),
        ([90] * 500, "not testable"),
    ],
)
def test_likes_per_follower_by_shares(ratio, verdict):
    assert claims.likes_per_follower(creators_with(ratio)).verdict == verdict


def test_so_many_creators_tell_a_half_and_a_tail():
    low, high = claims.share_interval(claims.FEWEST_SHARES // 2, claims.FEWEST_SHARES)
    assert 0.5 - claims.CLOSE < low < high < 0.5 + claims.CLOSE
    assert 0.95**claims.FEWEST_TAIL < 0.025 < 0.95 ** (claims.FEWEST_TAIL - 1)


def test_comments_per_like_by_its_95th_percentile():
    creator = pd.Series([str(n) for n in range(200)])
    few = claims.comments_per_like(pd.Series(np.linspace(0, 0.02, 200)), creator, 1)
    many = claims.comments_per_like(pd.Series(np.linspace(0, 0.2, 200)), creator, 1)
    about = claims.comments_per_like(pd.Series(np.linspace(0, 0.03 / 0.95, 200)), creator, 1)
    assert (few.verdict, many.verdict, about.verdict) == ("supported", "not supported", "not supported")
    assert many.estimate == pytest.approx(0.19)
    assert about.low < 0.03 < about.high
    assert "open" in about.note
    assert "open" not in few.note + many.note


@pytest.mark.parametrize("ratio", [np.linspace(0, 0.02, 71), np.full(200, np.nan)], ids=["few", "without likes"])
def test_comments_per_like_of_few_creators_are_not_testable(ratio):
    creator = pd.Series([str(n) for n in range(len(ratio))])
    assert claims.comments_per_like(pd.Series(ratio), creator, 1).verdict == "not testable"


def growing(exponent, rng):
    """Thirty creators with two clips each that are seen four times while likes double."""
    uploads, rows = [], []
    for creator in range(30):
        level = np.exp(rng.normal(-4, 1))
        for clip in range(2):
            likes = 10_000 * 2 ** np.arange(4) * (clip + 1)
            comments = np.round(level * 10_000 * (likes / 10_000) ** exponent) + 10
            name = f"{creator}-{clip}"
            uploads.append((name, f"@{creator}", likes[0], likes[-1], comments[0], comments[-1]))
            rows += [(name, a, b) for a, b in zip(likes, comments, strict=True)]
    columns = ["clip_id", "creator", "first_likes", "last_likes", "first_comments", "last_comments"]
    return pd.DataFrame(rows, columns=["clip_id", "like_count", "comment_count"]), pd.DataFrame(
        uploads, columns=columns
    )


def test_a_constant_ratio_is_an_elasticity_of_one():
    rng = np.random.default_rng(1)
    for exponent, verdict in ((1.0, "supported"), (0.5, "partly supported")):
        observations, uploads = growing(exponent, rng)
        found = claims.constant_ratio(observations, uploads, uploads.last_comments / uploads.last_likes, 1)
        assert found.estimate == pytest.approx(exponent, abs=0.07)
        assert found.verdict == verdict


def test_half_a_claim_keeps_the_reason_why_it_is_not_testable():
    rng = np.random.default_rng(1)
    observations, uploads = growing(1, rng)
    last = uploads.last_comments / uploads.last_likes
    half = claims.constant_ratio(observations[:0], uploads, last, 1)
    assert (half.verdict, half.note) == ("supported", "too few growing clips for the first half of the claim")
    none = claims.constant_ratio(observations[:0], uploads[:4], last[:4], 1)
    assert (none.verdict, none.note) == ("not testable", "fewer than 10 creators with several clips")


def test_comments_by_followers():
    rng = np.random.default_rng(1)
    level = rng.uniform(3, 7, 600)
    ratio = 10 ** (-1 - 0.2 * level + rng.normal(0, np.where(level < 5, 0.4, 0.15)))
    creator = pd.Series([str(n) for n in range(600)])
    found = claims.comments_by_followers(pd.Series(ratio), pd.Series(10**level), creator)
    assert found.verdict == "supported"
    assert found.low < -0.2 < found.high


def test_upload_frequency():
    creator = [f"@{n}" for n in range(40) for _ in range(2)]
    days = [value for n in range(40) for value in (np.nan, 0.1 * (n + 1))]
    followers = [1000 - n for n in range(40) for _ in range(2)]
    uploads = frame_of(creator=creator, days_since_previous=days, last_followers=followers)
    assert claims.frequency_and_followers(uploads, 1).verdict == "not supported"  # the link is perfect
    often = claims.frequency_and_followers(uploads, 1, 2)
    assert (often.estimate, often.rows, often.verdict) == (pytest.approx(1), 20, "supported")
    soon = claims.days_between(uploads, 1)
    assert (soon.estimate, soon.rows, soon.verdict) == (1, 40, "supported")


def test_the_effect_is_taken_from_the_event_study():
    study = {
        "effect": {"estimate": 0.1, "low": 0.08, "high": 0.12, "events": 60},
        "pre_trend": {"estimate": 0.001, "events": 30},
        "horizon_hours": 72,
    }
    assert claims.follower_gains(study).verdict == "supported"
    study["effect"] |= {"low": -0.01}
    assert claims.follower_gains(study).verdict == "not supported"
    study["effect"] |= {"estimate": None}
    assert claims.follower_gains(study).verdict == "not testable"


def test_clips_seen_once_speak_to_two_claims_only():
    rng = np.random.default_rng(1)
    clips = frame_of(
        creator=[f"@{n // 3}" for n in range(270)], like_count=[1000] * 270, comment_count=rng.integers(1, 20, 270)
    )
    rows = claims.judge_clips(clips, 1)
    assert [row["claim"] for row in rows] == list(range(1, 12))
    tested = [row["claim"] for row in rows if row["verdict"] != "not testable"]
    assert tested == [6, 7]
    assert {row["verdict"] for row in rows} <= set(claims.VERDICTS)


def test_clips_without_likes_speak_to_no_claim():
    clips = frame_of(creator=[f"@{n}" for n in range(90)], like_count=[0] * 90, comment_count=[0] * 90)
    rows = claims.judge_clips(clips, 1)
    assert {row["verdict"] for row in rows} == {"not testable"}
    assert rows[6]["note"] == "fewer than 10 creators with several clips"


def test_the_reported_peak_is_below_the_reported_mean():
    found = claims.check_peak_rate()
    assert found["least_peak_per_hour"] == pytest.approx(41_667, abs=1)
    assert found["likes_at_reported_peak"] == 27_000
