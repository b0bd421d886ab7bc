import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.corpus.counts import Count
from clipstudy.virality.shown import read_count, read_wrapped


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("0", (0, 0, 1)),
        ("1084", (1084, 1084, 1085)),
        ("12.3K", (12_300, 12_250, 12_350)),
        ("12K", (12_000, 11_950, 12_050)),  # a tenth of zero is not shown
        ("10K", (10_000, 10_000, 10_050)),  # 9,999 would be shown plainly
        ("1M", (1_000_000, 999_950, 1_050_000)),  # 999,949 would be 999.9K
        ("1.2B", (1_200_000_000, 1_150_000_000, 1_250_000_000)),
        ("231600", (231_600, 231_550, 231_650)),  # the number that some feeds keep for 231.6K
        ("231601", (231_601, 231_601, 231_602)),  # no shortened count has this value
        ("45600000", (45_600_000, 45_550_000, 45_650_000)),
    ],
)
def test_counts_stand_for_intervals(text, bounds):
    assert read_count(text) == (Count(*bounds), False)


@pytest.mark.parametrize("text", ["1,084", " 1084", "1084.0", "1084."])
def test_unusual_counts_are_repaired(text):
    assert read_count(text) == (Count(1084, 1084, 1085), True)
    assert read_count("12.3k") == (Count(12_300, 12_250, 12_350), True)


@pytest.mark.parametrize("text", ["", "many", "-3", "1.23.4K", "NaN", "12.3", "1e5", "9" * 20])
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match="not a count"):
        read_count(text)


def test_wrapped_totals_below_zero_are_exact():
    assert read_wrapped("-977433948").bounds == Count(-977_433_948, -977_433_948, -977_433_947)
    assert read_wrapped("-100000").bounds == Count(-100_000, -100_000, -99_999)
    assert read_wrapped("205M").bounds == Count(205_000_000, 204_950_000, 205_050_000)


def show(count: int) -> str:
    if count < 10_000:
        return str(count)
    unit, letter = next((u, n) for u, n in ((100, "K"), (10**5, "M"), (10**8, "B")) if (count + u // 2) // u < 10_000)
    whole, tenth = divmod((count + unit // 2) // unit, 10)
    return f"{whole}.{tenth}{letter}" if tenth else f"{whole}{letter}"


@given(st.integers(0, 10**11))
def test_the_interval_of_a_shown_count_has_the_true_one(count):
    shown = read_count(show(count)).bounds
    assert shown.low <= count < shown.high
    assert show(shown.low) == show(shown.high - 1) == show(count)
