from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clipstudy.media.chunks import Chunk, join_texts, plan_chunks
from clipstudy.study import Speech

RATE = 16_000


def sound(*parts: tuple[float, float]) -> np.ndarray:
    """Make a tone of each (seconds, amplitude of 32767)."""
    pieces = []
    for seconds, amplitude in parts:
        t = np.arange(round(seconds * RATE)) / RATE
        pieces.append(np.round(32767 * amplitude * np.sin(2 * np.pi * 200 * t)).astype("<i2"))
    return np.concatenate(pieces)


def seconds(chunks: list[Chunk]) -> list[tuple[float, float, bool]]:
    return [(round(c.start / RATE, 2), round(c.end / RATE, 2), c.overlaps) for c in chunks]


def test_short_sound_is_one_piece() -> None:
    # 0.3 s of margin on either side of the sound
    assert seconds(plan_chunks(sound((1, 0), (3, 0.3), (1, 0)), RATE, Speech())) == [(0.7, 4.3, False)]
    assert seconds(plan_chunks(sound((3, 0.3)), RATE, Speech())) == [(0.0, 3.0, False)]


def test_silence_has_no_pieces() -> None:
    assert plan_chunks(sound((70, 0)), RATE, Speech()) == []
    assert plan_chunks(sound((5, 0.001)), RATE, Speech()) == []  # -63 dBFS
    assert plan_chunks(np.array([], "<i2"), RATE, Speech()) == []


def test_sound_after_a_silent_minute_is_kept() -> None:
    chunks = plan_chunks(sound((10, 0.3), (60, 0), (10, 0.3)), RATE, Speech())
    assert seconds(chunks) == [(0.0, 10.3, False), (69.7, 80.0, False)]


def test_a_pause_does_not_separate() -> None:
    assert len(plan_chunks(sound((3, 0.3), (1.9, 0), (3, 0.3)), RATE, Speech())) == 1
    assert len(plan_chunks(sound((3, 0.3), (2.1, 0), (3, 0.3)), RATE, Speech())) == 2


def test_long_sound_is_cut_in_its_pause_without_overlap() -> None:
    chunks = plan_chunks(sound((22, 0.3), (1.5, 0), (22, 0.3)), RATE, Speech())
    # the last quarter second of the pause ends at 23.5 s; its middle is 0.12 s earlier
    assert seconds(chunks) == [(0.0, 23.38, False), (23.38, 45.5, False)]


def test_long_sound_without_a_pause_overlaps_at_its_quietest() -> None:
    chunks = plan_chunks(sound((22, 0.3), (0.5, 0.1), (22, 0.3)), RATE, Speech(overlap_seconds=1))
    (start, end, first), (again, last, second) = seconds(chunks)
    assert (start, last, first, second) == (0.0, 44.5, False, True)
    assert 22.0 <= again <= 22.5
    assert end == round(again + 1, 2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.05, 40), st.sampled_from([0, 0.0005, 0.02, 0.5])), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_no_sound_is_lost_and_no_piece_too_long(parts: list[tuple[float, float]], overlap: float) -> None:
    samples = sound(*parts)
    options = Speech(chunk_seconds=10, overlap_seconds=overlap)
    chunks = plan_chunks(samples, RATE, options)
    covered = np.zeros(len(samples), bool)
    for chunk in chunks:
        covered[chunk.start : chunk.end] = True
        assert 0 < chunk.end - chunk.start <= 10 * RATE
    assert all(a.start < b.start and a.end <= b.end for a, b in pairwise(chunks))
    assert all(b.overlaps or b.start >= a.end - 0.6 * RATE for a, b in pairwise(chunks))
    loud = np.abs(samples.astype(int)) > 32767 * 0.01
    assert not (loud & ~covered).any()


def test_what_was_heard_twice_is_kept_once() -> None:
    def join(*texts: str, overlap: float = 1) -> str:
        return join_texts(list(texts), [False] + [True] * (len(texts) - 1), overlap)

    assert join("we bake the bread", "the bread at home") == "we bake the bread at home"
    assert join("We bake the bread,", "The bread at home.") == "We bake the bread, at home."
    assert join("we bake the bread at ho", "the bread at home today") == "we bake the bread at home today"
    assert join("we bake the bread", "x the bread at home") == "we bake the bread at home"
    assert join("we bake bread", "at home") == "we bake bread at home"
    assert join("", "at home") == "at home"
    assert join("we bake", "") == "we bake"
    assert join("a b", "b c", "c d") == "a b c d"


def test_words_said_twice_are_kept_where_nothing_overlaps() -> None:
    assert join_texts(["very very", "very good", ""], [False, False, False], 1) == "very very very good"
