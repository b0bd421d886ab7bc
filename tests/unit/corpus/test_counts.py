"""Counts and the whole numbers that they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.corpus.counts import parse_count

UNITS = {"K": 10**3, "M": 10**6, "B": 10**9}


@pytest.mark.parametrize(
    ("shown", "value", "low", "high"),
    [
        ("0", 0, 0, 1),
        ("87", 87, 87, 88),
        ("9999", 9_999, 9_999, 10_000),
        ("231.6K", 231_600, 231_550, 231_650),  # half of 0.1K is 50
        ("15K", 15_000, 14_500, 15_500),  # half of 1K is 500
        ("1.2M", 1_200_000, 1_150_000, 1_250_000),  # half of 0.1M is 50,000
        ("3B", 3_000_000_000, 2_500_000_000, 3_500_000_000),
        ("1.234K", 1_234, 1_234, 1_235),  # the last digit shown is a unit: exact
        ("0K", 0, 0, 500),  # nothing is below 0
    ],
)
def test_shown_count_and_its_interval(shown, value, low, high):
    assert parse_count(shown) == (value, low, high)


@pytest.mark.parametrize(
    "shown",
    [
        "",
        " 1",
        "1 ",
        "-5",
        "+5",
        "1,234",
        "12k",
        "1.5",
        "1.K",
        ".5K",
        "1.2345K",
        "K",
        "007",
        "1e3",
        "NaN",
        "١٢",
        "１２",
    ],
)
def test_anything_else_is_no_count(shown):
    with pytest.raises(ValueError, match="not a count"):
        parse_count(shown)


@pytest.mark.parametrize("shown", ["99999999999999B", "9223372036854775807K", "1" * 30])
def test_no_count_beyond_64_bits(shown):
    with pytest.raises(ValueError, match="not a count"):
        parse_count(shown)


@given(st.integers(0, 10**18 - 1))
def test_a_plain_number_is_exact(number):
    assert parse_count(str(number)) == (number, number, number + 1)


@given(st.integers(0, 10**15), st.sampled_from("KMB"), st.integers(0, 2))
def test_a_true_number_is_inside_the_interval_of_its_shown_form(true, unit, decimals):
    step = UNITS[unit] // 10**decimals
    steps = (true + step // 2) // step  # rounded half up, as the interval's closed lower end says
    whole, part = divmod(steps, 10**decimals)
    count = parse_count(f"{whole}.{part:0{decimals}d}{unit}" if decimals else f"{whole}{unit}")
    assert count.low <= true < count.high
    assert count.value == steps * step
    assert count.high - count.low <= step


@given(st.text(max_size=12))
def test_any_text_is_a_count_or_refused(text):
    try:
        count = parse_count(text)
    except ValueError:
        return
    assert 0 <= count.low <= count.value < count.high
