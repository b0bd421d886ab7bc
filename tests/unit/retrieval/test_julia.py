"""Julia dictionaries on hand-worked insertions. Hashes are chosen, so that a key's first slot is seen at a glance."""

import mmh3
import numpy as np
import pytest

from clipstudy.retrieval.julia import (
    EMPTY,
    JULIA,
    hash_strings,
    insert,
    iteration_order,
    new_table,
    rebuild,
    table_size,
)

RULES = JULIA[1:]


def fill(hashes, rules=RULES, table=None):
    slots = new_table(0, rules) if table is None else table
    state = np.zeros(2, np.int64)
    hashes = np.array(hashes, np.int64)
    for key in range(len(hashes)):
        slots = insert(slots, state, key, hashes, rules)
    return slots, tuple(state)


def places(slots):
    return {int(key): slot for slot, key in enumerate(slots) if key != EMPTY}


def test_murmur_hash_known_values():
    # test vectors of MurmurHash3_x64_128: the empty string, and "hello" with seed 0
    assert mmh3.hash64(b"", 0, signed=False) == (0, 0)
    assert mmh3.hash64(b"hello", 0, signed=False) == (0xCBD8A7B341BD9B02, 0x5B1E906A48AE1D19)


def test_julia_hash_is_the_second_half_plus_the_seed():
    # with seed 0: low 32 bits are 0, and nothing is added
    assert hash_strings([b"hello"], seed=0).tolist() == [0x5B1E906A48AE1D19]
    # with a seed beyond 32 bits: its low half seeds the hash, the whole is added
    seed = (1 << 32) + 0
    assert hash_strings([b"hello"], seed).tolist() == [0x5B1E906A48AE1D19 + (1 << 32)]


def test_julia_hash_wraps_at_64_bits():
    half = mmh3.hash64(b"a", JULIA.seed & 0xFFFFFFFF, signed=False)[1]
    assert int(hash_strings([b"a"]).view(np.uint64)[0]) == (half + 0x71E729FD56419C81) % 2**64


def test_the_hash_is_of_utf8_bytes():
    assert hash_strings(["é".encode()]).tolist() == hash_strings([b"\xc3\xa9"]).tolist()


@pytest.mark.parametrize(("wanted", "size"), [(0, 16), (15, 16), (16, 16), (17, 32), (44, 64), (64, 64), (65, 128)])
def test_table_sizes_are_powers_of_two_from_16(wanted, size):
    assert table_size(wanted) == size


def test_a_free_slot_is_taken():
    slots, (count, probe) = fill([5, 2, 16 + 9])
    assert places(slots) == {1: 2, 0: 5, 2: 9}  # 25 AND 15 is 9
    assert (count, probe) == (3, 0)


def test_a_taken_slot_is_stepped_over_and_the_probe_grows():
    slots, (_, probe) = fill([5, 5, 5])
    assert places(slots) == {0: 5, 1: 6, 2: 7}
    assert probe == 2


def test_probing_wraps_around():
    slots, (_, probe) = fill([15, 15, 15])
    assert places(slots) == {0: 15, 1: 0, 2: 1}
    assert iteration_order(np.arange(3), np.array([15, 15, 15]), RULES, False).tolist() == [1, 2, 0]
    assert probe == 2


def test_the_first_free_slot_wins_over_the_longest_probe():
    slots, (_, probe) = fill([3, 3, 3, 8])  # the probe is 2 by now, and 8 is free
    assert places(slots)[3] == 8
    assert probe == 2


def test_negative_hashes_count_by_their_low_bits():
    assert places(fill([-1])[0]) == {0: 15}


def test_the_eleventh_key_rebuilds_to_64_slots():
    slots, _ = fill(range(10))
    assert len(slots) == 16  # 3 * 10 = 30 is not above 2 * 16
    slots, (count, probe) = fill(range(11))
    assert len(slots) == 64  # 33 > 32: room for 4 * 11 = 44
    assert (count, probe) == (11, 0)


def test_a_rebuild_takes_keys_in_the_order_of_slots_and_measures_the_probe_anew():
    hashes = np.array([15, 15, 31])
    slots, state = new_table(0, RULES), np.zeros(2, np.int64)
    for key in range(3):
        slots = insert(slots, state, key, hashes, RULES)
    assert places(slots) == {0: 15, 1: 0, 2: 1}
    moved = rebuild(slots, state, 32, hashes)
    # slots 0, 1, 15 hold keys 1, 2, 0: key 1 to 15, key 2 to 31, key 0 to 15, taken, so to 16
    assert places(moved) == {1: 15, 2: 31, 0: 16}
    assert state[1] == 1  # it was 2


def test_no_free_slot_within_the_probe_limit_quadruples_the_table():
    rules = JULIA._replace(probes=3)[1:]
    # keys 0-2 take slots 0-2 after probes of 0, 1, 2; key 3 may go 2 steps, which end at slot 2
    slots, (count, _) = fill([0, 0, 64, 16], rules)
    assert len(slots) == 64
    # rebuilt in the order 0, 1, 2: all three have slot 0 of 64 first; key 3 has slot 16
    assert places(slots) == {0: 0, 1: 1, 2: 2, 3: 16}
    assert count == 4


def test_the_probe_limit_grows_with_the_table():
    rules = JULIA._replace(probes=1, probe_shift=3)[1:]  # 16 >> 3: a probe may take 1 step
    assert len(fill([0, 0], rules)[0]) == 16
    assert len(fill([0, 0, 32], rules)[0]) == 64  # slots 0 and 1 are taken; two steps are one too many


def test_large_tables_double():
    rules = JULIA._replace(large=5)[1:]
    slots, _ = fill(range(11), rules)
    assert len(slots) == 32  # room for 2 * 11 = 22 instead of 44


@pytest.mark.parametrize(
    ("expected", "slots"), [(0, 16), (10, 16), (11, 32), (12, 32), (21, 32), (22, 64), (683, 2048)]
)
def test_presized_tables_hold_three_halves(expected, slots):
    # 3/2 of 10 is 15, of 11 is 17 (rounded up), of 21 is 32, of 22 is 33, of 683 is 1025
    assert len(new_table(expected, RULES)) == slots


def test_a_growth_threshold_keeps_small_tables_small():
    rules = JULIA._replace(growth=1)[1:]
    # 3/2 of 12 is 18, less than 5/4 of 16; of 13 it is 20
    assert len(new_table(12, rules)) == 16
    assert len(new_table(13, rules)) == 32


def test_presizing_changes_the_order():
    hashes = np.array([*range(30, 18, -1)])  # 12 keys: unsized 16 slots, then 64; presized 32 at once
    assert iteration_order(np.arange(12), hashes, RULES, True).tolist() == list(range(11, -1, -1))
    colliding = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 32, 9, 10])
    unsized = iteration_order(np.arange(12), colliding, RULES, False).tolist()
    presized = iteration_order(np.arange(12), colliding, RULES, True).tolist()
    assert unsized.index(9) == 11  # 32 AND 63 is 32: the last
    assert presized.index(9) == 9  # 32 AND 31 is 0: the first free slot after 8 is 9
