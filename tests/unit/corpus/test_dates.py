"""The post time in an id, and the clock of the scrape."""

import math

import pytest

from clipstudy.corpus.dates import is_clip_id, posted_at, scraped_at


def test_upper_32_bits_of_an_id_are_unix_seconds():
    # 6,872,000,000,000,000,000 / 2^32 = 1,600,012,183.4...
    assert 1_600_012_183 * 2**32 <= 6_872_000_000_000_000_000 < 1_600_012_184 * 2**32
    assert posted_at("6872000000000000000") == 1_600_012_183_000_000


def test_an_id_without_a_plausible_time_has_none():
    assert posted_at("1234") is None
    assert posted_at(str((1_388_534_400 << 32) - 1)) is None
    assert posted_at(str(1_388_534_400 << 32)) == 1_388_534_400_000_000


@pytest.mark.parametrize("text", ["1", "7172000000000000000", str(2**63 - 1)])
def test_ids(text):
    assert is_clip_id(text)


@pytest.mark.parametrize("text", ["", "0", "012", "-1", "1.0", "abc", str(2**63), "9" * 30, "１", "1\n"])
def test_no_ids(text):
    assert not is_clip_id(text)


def test_scrape_stamp_is_unix_seconds():
    assert scraped_at(1_600_000_100) == 1_600_000_100_000_000
    assert scraped_at(1_669_964_598.434) == 1_669_964_598_434_000


@pytest.mark.parametrize("stamp", [-1, 1_669_964_598_434, math.nan, math.inf, True, None, "1669964598", [], 10**30])
def test_no_scrape_stamp(stamp):
    with pytest.raises(ValueError, match="not Unix seconds"):
        scraped_at(stamp)
