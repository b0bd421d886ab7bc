"""Tables and words on how well media were read."""

import pytest

from clipstudy.paper.media import describe_media, tabulate_faults, tabulate_media
from tests.unit.paper.made import make_media


def test_table_shows_counts_shares_and_a_dash_for_what_is_not_there():
    table = tabulate_media(make_media())
    assert r"\quad rejected, with a reason & 2 \\" in table
    assert r"Cover text, busy background, CER & 40.0\% \\" in table
    assert r"Speech over noise, WER & -- \\" in table


def test_faults_stand_in_two_pairs_of_columns_by_name():
    rows = tabulate_faults(make_media()).splitlines()
    assert r"blob URL & 2 & HTTP 5xx heals & 3 \\" in rows
    assert r"HTML instead of media & 1 &  &  \\" in rows


@pytest.mark.parametrize(("busy", "said"), [(0.4, "worse than"), (0.05, "better than"), (0.1, "as well as")])
def test_words_follow_the_numbers(busy, said):
    words = describe_media(make_media() | {"ocr_cer_busy": busy})
    assert words["busy"] == said
    assert (words["faults"], words["kinds"]) == (6, 3)


def test_words_are_silent_on_what_was_not_measured():
    media = make_media()
    assert "noisy" not in describe_media(media)
    assert {"digits", "confused"} <= set(describe_media(media))
    once = media["speech_most_confused"] | {"times": 1}
    quiet = describe_media(media | {"speech_wrong_words_with_digits_share": 0.0, "speech_most_confused": once})
    assert not {"digits", "confused"} & set(quiet)
