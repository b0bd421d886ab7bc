"""What the site shows: totals that overflow, times, lines."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.world.feed.people import wraps_of
from clipstudy.world.feed.shown import format_times, shown_total, wrap_total
from clipstudy.world.words import load_voices


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (0, "0"),
        (9_999, "9999"),
        (205_149_999, "205.1M"),
        (2**31 - 1, "2.1B"),
        (2**31, "-2147483648"),
        (11_907_467_940, "-977433948"),  # 11,907,467,940 - 3 x 4,294,967,296
        (4_500_000_000, "205M"),  # 4,500,000,000 - 4,294,967,296 = 205,032,704
        (2**32 + 7, "7"),
    ],
)
def test_totals_are_shown_after_their_overflow(total, shown):
    assert shown_total(total) == shown


def test_wraps_change_at_odd_multiples_of_2_to_the_31():
    totals = np.array([0, 2**31 - 1, 2**31, 2**32, 3 * 2**31 - 1, 3 * 2**31, 11_907_467_940])
    assert wraps_of(totals).tolist() == [0, 0, 1, 1, 1, 2, 3]


@given(st.integers(0, 2**40))
def test_wraps_undo_the_overflow(total):
    wrapped = wrap_total(total)
    assert -(2**31) <= wrapped < 2**31
    assert wrapped + int(wraps_of(np.array([total]))[0]) * 2**32 == total


def test_times_are_utc_with_milliseconds():
    assert format_times(np.array([1_659_182_400.0, 1_659_751_391.482])) == [
        "2022-07-30T12:00:00.000Z",
        "2022-08-06T02:03:11.482Z",
    ]


def test_json_of_no_name_needs_escaping():
    # lines are put together as text; every part of them comes from these words
    voices = load_voices()
    words = [*voices["adjectives"], *voices["nouns"], *voices["tunes"], *(song["title"] for song in voices["songs"])]
    assert all(json.dumps(word) == f'"{word}"' for word in words)
