import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.world.chance import pick_some, spread, stream
from clipstudy.world.words import content_words, load_topics, load_voices, misspell, sentence


@given(st.from_regex(r"[a-z]{4,12}", fullmatch=True), st.integers(0, 2**32))
def test_a_mistake_changes_a_word_by_one_letter_or_swaps_two(word: str, seed: int) -> None:
    wrong = misspell(word, np.random.default_rng(seed))
    assert wrong != word
    assert abs(len(wrong) - len(word)) <= 1
    assert set(wrong) <= set(word)


def test_short_words_are_typed_right() -> None:
    assert misspell("cat", np.random.default_rng(1)) == "cat"


def test_content_words_leave_out_function_words_repeats_and_other_scripts() -> None:
    assert content_words(["The butler was innocent, the BUTLER with a кот", "it ended"]) == [
        *["butler", "innocent"],
        "ended",
    ]


def test_sentences_begin_with_a_capital_and_end_once() -> None:
    assert sentence("my uncle sings") == "My uncle sings."
    assert sentence("Going down.") == "Going down."


def test_every_topic_can_fill_every_phrase() -> None:
    assert len(load_topics()) >= 24
    for topic in load_topics():
        for items in topic[1:]:
            assert len(items) >= 4
            assert len(set(items)) == len(items)
    assert all(song["lyrics"] for song in load_voices()["songs"])


def test_streams_of_different_purposes_differ_and_repeat() -> None:
    assert stream(1, "feed").integers(10**9) == stream(1, "feed").integers(10**9)
    assert stream(1, "feed").integers(10**9) != stream(1, "faults").integers(10**9)
    assert stream(1, "feed").integers(10**9) != stream(2, "feed").integers(10**9)


def test_levels_are_spread_evenly() -> None:
    assert sorted(spread(stream(1, "x"), 4)) == [0.125, 0.375, 0.625, 0.875]
    assert len(pick_some(stream(1, "x"), ["a", "b", "c"], 5)) == 3
