"""What the people of the world talk about: topics with their vocabulary, and phrases that fit all of them."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from clipstudy.world.chance import chance, pick

VOCABULARIES = [Path(__file__).with_name("topics.yaml"), Path(__file__).with_name("voices.yaml")]
_SLOT = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


class Topic(NamedTuple):
    """Vocabulary of a topic, as `topics.yaml` explains it."""

    name: str
    tags: list[str]
    things: list[str]
    tools: list[str]
    acts: list[str]
    sights: list[str]
    facts: list[str]
    remarks: list[str]


@cache
def load_topics() -> list[Topic]:
    """Read all topics, sorted by name."""
    content = yaml.safe_load(VOCABULARIES[0].read_text(encoding="utf-8"))
    return [Topic(name, **content[name]) for name in sorted(content)]


@cache
def load_voices() -> dict[str, Any]:
    """Read the phrases that fit every topic, by kind."""
    return yaml.safe_load(VOCABULARIES[1].read_text(encoding="utf-8"))


def fill(template: str, rng: np.random.Generator, topic: Topic, fixed: Mapping[str, str]) -> str:
    """Put words into the slots of a phrase: the fixed ones, otherwise drawn from the topic or the common phrases."""
    voices = load_voices()

    def word(match: re.Match[str]) -> str:
        slot = match[1]
        if slot in fixed:
            return fixed[slot]
        return pick(rng, getattr(topic, f"{slot}s") if hasattr(topic, f"{slot}s") else voices[slot])

    return _SLOT.sub(word, template)


def sentence(text: str) -> str:
    """Begin with a capital and end with a stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def misspell(word: str, rng: np.random.Generator) -> str:
    """Make one typing mistake in a word: two letters swapped, one lost, or one doubled."""
    if len(word) < 4:
        return word
    at = int(rng.integers(1, len(word) - 1))
    mistakes = [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    ]
    return pick(rng, [m for m in mistakes if m != word])


def misspell_some(text: str, rng: np.random.Generator, share: float) -> str:
    """Make typing mistakes in this share of the longer words of a text."""
    return _WORD.sub(lambda m: misspell(m[0], rng) if len(m[0]) > 4 and chance(rng, share) else m[0], text)


def words_of(text: str) -> list[str]:
    """Words of a text in lower case, in order."""
    return [match.casefold() for match in _WORD.findall(text)]


def content_words(texts: Sequence[str]) -> list[str]:
    """Words that one would remember: English, at least four letters, no function words; in order, without repeats."""
    words = (word for text in texts for word in words_of(text))
    stopwords = _stopwords()
    return list(dict.fromkeys(w for w in words if len(w) > 3 and w.isascii() and w.isalpha() and w not in stopwords))


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(load_voices()["stopwords"])
