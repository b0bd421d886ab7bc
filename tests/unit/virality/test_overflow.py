import numpy as np
import pytest

from clipstudy.virality.groups import group_rows
from clipstudy.virality.overflow import TURN, count_wraps

HALF = 2**31


def shown(total):
    """The integer that a signed 32-bit counter shows."""
    return (total + HALF) % TURN - HALF


def infer(totals, followers, clips=None, likes=None):
    """Wraps of one creator whose true totals these are, seen in this order."""
    count = len(totals)
    codes = np.zeros(count, np.int32)
    values = np.array([shown(total) for total in totals])
    clips = np.array(clips if clips is not None else [0] * count, np.int32)
    likes = np.array(likes if likes is not None else [0] * count, np.int64)
    followers = np.array([followers] * count if np.isscalar(followers) else followers, np.int64)
    groups = group_rows(codes, 1, np.arange(count))
    found = count_wraps(groups, clips, likes, values, values + 1, followers)
    assert len(set(found.ambiguous.tolist())) == 1
    return found.wraps.tolist(), bool(found.ambiguous[0])


def test_a_small_creator_has_no_wrap():
    assert infer([12_000, 13_000], 1000) == ([0, 0], False)


def test_a_negative_total_has_wrapped():
    # one wrap more would be 2^32 / 30,000,000 = 143 likes a follower more
    assert infer([3_000_000_000], 30_000_000) == ([1], False)


def test_a_plausible_positive_total_is_found_out_by_the_likes_of_its_clips():
    # 4.5 billion is shown as 205 million, but one clip alone has 300 million; 8.8 billion would be 97 a follower
    assert infer([4_500_000_000], 90_000_000, likes=[300_000_000]) == ([1], False)
    # clips seen so far are added up, each once with the most that it was shown with
    seen = infer([4_500_000_000] * 3, 90_000_000, clips=[0, 0, 1], likes=[100_000_000, 110_000_000, 100_000_000])
    assert seen == ([1, 1, 1], False)


def test_without_such_clips_the_number_is_ambiguous_and_the_most_likely_taken():
    # 0.205, 4.5 and 8.8 billion are 1, 22 and 44 likes a follower; the report's median is 12
    assert infer([4_500_000_000], 200_000_000) == ([1], True)


def test_crossing_the_boundary_is_followed_in_both_directions():
    totals = [HALF - 200, HALF - 100, HALF + 100, HALF + 50, HALF + 300]
    assert infer(totals, 40_000_000) == ([0, 0, 1, 1, 1], False)
    late = [3 * HALF - 10, 3 * HALF + 10]
    assert infer(late, 90_000_000, likes=[2_300_000_000, 0]) == ([1, 2], False)


def test_a_bound_met_later_counts_for_all_sightings():
    assert infer([4_500_000_000, 4_500_000_100], 90_000_000, likes=[0, 300_000_000]) == ([1, 1], False)


def test_the_fewest_followers_bound_the_total():
    # at 60 million followers at most 4.8 billion, at 120 million 9.6 billion: 8.8 is excluded by the first sighting
    assert infer([4_500_000_000] * 2, [60_000_000, 120_000_000], likes=[300_000_000, 0]) == ([1, 1], False)


@pytest.mark.parametrize("wraps", range(5))
def test_any_number_of_wraps_is_recovered_from_enough_likes(wraps):
    total = wraps * TURN + 205_000_000
    assert infer([total], int(total / 79), likes=[max(total - TURN + 1, 0)]) == ([wraps], False)


def test_a_small_total_that_its_clips_exceed_is_out_of_date_not_wrapped():
    # a wrap would make 4.3 million likes a follower
    assert infer([90_000], 1000, likes=[95_000]) == ([0], True)


def test_a_total_below_zero_has_wrapped_however_few_followers_there_are():
    assert infer([3_000_000_000], 1000) == ([1], False)
