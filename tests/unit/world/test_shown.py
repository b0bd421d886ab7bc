from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.corpus.counts import parse_count
from clipstudy.world.shown import comment_label, posted_label, shown_count

CLOCK = int(datetime(2022, 12, 1, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (9_999, "9999"),
        (10_000, "10K"),
        (12_349, "12.3K"),
        (231_549, "231.5K"),
        (231_550, "231.6K"),
        (999_949, "999.9K"),
        (999_950, "1M"),
        (45_600_000, "45.6M"),
        (1_250_000_000, "1.3B"),
    ],
)
def test_counts_are_shortened_as_on_the_site(count: int, shown: str) -> None:
    assert shown_count(count) == shown


@given(st.integers(0, 10**12))
def test_a_shown_count_is_read_back_to_an_interval_that_holds_the_true_one(count: int) -> None:
    shown = parse_count(shown_count(count))
    assert shown.low <= count < shown.high


@pytest.mark.parametrize(
    ("age", "label"),
    [
        (0, "0s ago"),
        (59, "59s ago"),
        (60, "1m ago"),
        (3 * 3600 + 5, "3h ago"),
        (3 * 86_400, "3d ago"),
        (7 * 86_400, "1w ago"),
        (14 * 86_400 - 1, "1w ago"),
        (14 * 86_400, "11-17"),
    ],
)
def test_times_are_told_relative_to_the_clock(age: int, label: str) -> None:
    assert posted_label(CLOCK - age, CLOCK) == label


def test_another_year_is_named_and_months_have_no_leading_zero() -> None:
    assert posted_label(int(datetime(2020, 9, 8, tzinfo=UTC).timestamp()), CLOCK) == "2020-9-8"
    assert posted_label(int(datetime(2022, 1, 1, tzinfo=UTC).timestamp()), CLOCK) == "1-1"


def test_a_comment_has_the_blank_that_the_site_leaves() -> None:
    assert comment_label(CLOCK - 3 * 86_400, CLOCK) == "3d ago "
    assert comment_label(CLOCK - 30 * 86_400, CLOCK) == "11-1"
