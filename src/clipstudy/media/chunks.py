"""Long audio in pieces that a speech engine takes, cut where it is quiet, and the texts of the pieces put together.

The published transcriber stopped at the first silent minute, so that long clips lost their rest. Here silence only
separates pieces.
"""

import re
from typing import NamedTuple

import numpy as np

from clipstudy.study import Speech

WINDOW_SECONDS = 0.02
GAP_SECONDS = 2.0  # shorter silence is a pause between words and stays
MARGIN_SECONDS = 0.3  # kept around sound, so that a soft beginning is not cut
PAUSE_SECONDS = 0.24  # of silence that a cut needs, so that it tears no word
WORDS_PER_SECOND = 4.0


class Chunk(NamedTuple):
    """A piece of audio, in samples. `overlaps`: its beginning is heard at the end of the piece before, too."""

    start: int
    end: int
    overlaps: bool


def plan_chunks(samples: np.ndarray, rate: int, options: Speech) -> list[Chunk]:
    """Pieces of at most `chunk_seconds` that hold all sound above `silence_dbfs`.

    Parameters
    ----------
    samples : numpy.ndarray
        int16, shape (n,).
    rate : int
        Samples a second.
    options : Speech
        Length and overlap of pieces, level of silence.

    Returns
    -------
    list of Chunk
        In order; empty where all is silent.
    """
    window = round(WINDOW_SECONDS * rate)
    level = _levels(samples, window)
    chunks: list[Chunk] = []
    for first, last in _sounding_spans(level > options.silence_dbfs):
        pieces = _cut_span(level, first, last, options)
        chunks += [Chunk(a * window, min(b * window, len(samples)), overlaps) for a, b, overlaps in pieces]
    return chunks


def _levels(samples: np.ndarray, window: int) -> np.ndarray:
    """Level of each window in dB below full scale; the last window may be shorter and is padded with silence."""
    padded = np.zeros(-(-len(samples) // window) * window)
    padded[: len(samples)] = samples / 32768
    power = (padded.reshape(-1, window) ** 2).mean(axis=1)
    return 10 * np.log10(np.maximum(power, 1e-12))


def _sounding_spans(sounds: np.ndarray) -> list[tuple[int, int]]:
    """Spans [first, last) of windows with sound, with a margin, joined over gaps that are only pauses."""
    gap, margin = round(GAP_SECONDS / WINDOW_SECONDS), round(MARGIN_SECONDS / WINDOW_SECONDS)
    spans: list[tuple[int, int]] = []
    for window in np.flatnonzero(sounds).tolist():
        first, last = max(0, window - margin), min(len(sounds), window + 1 + margin)
        if spans and window - (spans[-1][1] - margin) < gap:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def _cut_span(level: np.ndarray, first: int, last: int, options: Speech) -> list[tuple[int, int, bool]]:
    """Pieces of one span, cut at the quietest moment of their last third; they overlap where that is not silent."""
    longest = round(options.chunk_seconds / WINDOW_SECONDS)
    overlap = round(options.overlap_seconds / WINDOW_SECONDS)
    half = round(PAUSE_SECONDS / WINDOW_SECONDS) // 2
    pieces, overlaps = [], False
    while last - first > longest:
        cut = _quietest(level, first + longest * 2 // 3, first + longest - overlap, half)
        torn = bool((level[cut - half : cut + half] > options.silence_dbfs).any())
        pieces.append((first, cut + overlap if torn else cut, overlaps))
        first, overlaps = cut, torn and overlap > 0
    return [*pieces, (first, last, overlaps)]


def _quietest(level: np.ndarray, start: int, stop: int, half: int) -> int:
    """Middle of the quietest stretch of twice `half` windows; the latest of equals, for fewer pieces."""
    stretch = np.convolve(level[start:stop].round(3), np.ones(2 * half), mode="valid").round(3)
    return start + half + len(stretch) - 1 - int(np.argmin(stretch[::-1]))


def join_texts(texts: list[str], overlaps: list[bool], overlap_seconds: float) -> str:
    """Put the texts of pieces together; what two pieces both heard is kept once.

    Parameters
    ----------
    texts : list of str
        Text of each piece, in order; may be empty.
    overlaps : list of bool
        Whether a piece overlaps the one before.
    overlap_seconds : float
        Length of an overlap, which bounds how many words can be heard twice.
    """
    words: list[str] = []
    for text, overlapping in zip(texts, overlaps, strict=True):
        following = text.split()
        if overlapping:
            words, following = _without_repetition(words, following, overlap_seconds)
        words += following
    return " ".join(words)


def _without_repetition(before: list[str], after: list[str], seconds: float) -> tuple[list[str], list[str]]:
    """Drop the longest run of words that ends `before` and begins `after`.

    One word beyond the run may be dropped on either side: the cut may have gone through it.
    """
    most = int(seconds * WORDS_PER_SECOND) + 2
    tail, head = [_plain(w) for w in before[-most - 1 :]], [_plain(w) for w in after[: most + 1]]
    for size in range(min(most, len(tail), len(head)), 0, -1):
        for torn_end, torn_start in ((0, 0), (1, 0), (0, 1), (1, 1)):
            end = len(tail) - torn_end
            if end >= size and tail[end - size : end] == head[torn_start : torn_start + size]:
                return before[: len(before) - torn_end], after[torn_start + size :]
    return before, after


def _plain(word: str) -> str:
    return re.sub(r"\W", "", word.lower())
