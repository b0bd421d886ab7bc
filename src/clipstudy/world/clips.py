"""What a clip is about, says and shows: its topic, description, cover, spoken words and sound."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import numpy as np

from clipstudy.study import SpecialKind
from clipstudy.world.chance import chance, pick, pick_some
from clipstudy.world.model import Background, ClipKind, Cover, Creator, Music, Speech
from clipstudy.world.words import Topic, fill, load_topics, load_voices, misspell_some, sentence

CLEAR_VOICES = ["en-us", "en-us+m1", "en-us+m3", "en-us+f2", "en-us+f3"]
_BRITISH = "en-gb"
_LONGEST_COVER = 8  # words
_LONG_SENTENCES = 11  # on either side of the silent minute, about half a minute each


class Story(NamedTuple):
    """What a clip is about: everything that is told of it holds to one thing, tool, place and time."""

    topic: Topic
    slots: dict[str, str]
    seen: list[str]


def list_kinds(kinds: Mapping[SpecialKind, int], clips: int) -> list[ClipKind]:
    """Kind of every clip, in the order of the kinds: those asked for, and plain speech for the rest."""
    asked: list[ClipKind] = [kind for kind in get_args(SpecialKind) for _ in range(kinds.get(kind, 0))]
    plain: list[ClipKind] = ["speech"] * (clips - len(asked))
    return plain + asked


def make_story(rng: np.random.Generator) -> Story:
    """Choose what a clip is about."""
    topic, voices = pick(rng, load_topics()), load_voices()
    slots = {slot: pick(rng, getattr(topic, f"{slot}s")) for slot in ("thing", "tool", "fact")}
    slots |= {slot: pick(rng, voices[slot]) for slot in ("who", "place", "when")}
    return Story(topic, slots, pick_some(rng, topic.sights, 2))


def pick_music(rng: np.random.Generator, kind: ClipKind, creator: Creator, musics: list[Music]) -> Music:
    """Choose a sound: a song with lyrics where they are what is heard, otherwise a tune or the creator's own."""
    if kind == "lyrics":
        return pick(rng, [m for m in musics if m.lyrics])
    own = next(m for m in musics if m.title == f"original sound - {creator.nickname}")
    return own if chance(rng, 0.5) else pick(rng, [m for m in musics if not m.title.startswith("original sound")])


def make_description(rng: np.random.Generator, story: Story, kind: ClipKind) -> tuple[str, list[str]]:
    """Write the description and tell its hashtags: words in some script, emoji, mistakes, tags.

    A purely visual clip has a description that says nothing of it, as is usual for them.
    """
    voices = load_voices()
    parts = []
    if kind == "visual":
        parts.append(pick(rng, ["wait for it", "no words", "I have no caption for this", ""]))
        tags = pick_some(rng, voices["general_tags"], int(rng.integers(1, 4)))
    else:
        if chance(rng, 0.88):
            text = fill(pick(rng, voices["descriptions"]), rng, story.topic, story.slots)
            parts.append(misspell_some(text, rng, 0.06))
        if chance(rng, 0.14):
            parts.append(pick(rng, voices["foreign"]))
        tags = pick_some(rng, story.topic.tags, int(rng.integers(0, 4)))
        tags += pick_some(rng, voices["general_tags"], int(rng.integers(0, 3)))
    if chance(rng, 0.45):
        parts.append("".join(pick_some(rng, voices["emoji"], int(rng.integers(1, 4)))))
    tags = list(dict.fromkeys(tags))
    return " ".join([part for part in parts if part] + [f"#{tag}" for tag in tags]), tags


def make_cover(rng: np.random.Generator, story: Story, kind: ClipKind) -> Cover:
    """Write the caption on the cover; purely visual clips and some others have none."""
    background: Literal["plain", "busy"] = "busy" if chance(rng, 0.4) else "plain"
    text = ""
    if kind != "visual" and chance(rng, 0.92):
        template = pick(rng, load_voices()["covers"])
        words = fill(template, rng, story.topic, story.slots).split()[:_LONGEST_COVER]
        text = " ".join(words)
        text = text.upper() if chance(rng, 0.3) else text[:1].upper() + text[1:]
    return Cover(text=text, background=background)


def make_speech(rng: np.random.Generator, story: Story, kind: ClipKind, music: Music) -> Speech | None:
    """Write what is said and choose how it sounds; None where nobody speaks."""
    if kind in ("silent", "visual", "photo"):
        return None
    silent_minute_after = None
    if kind == "lyrics":
        sentences = [*music.lyrics, music.lyrics[0]]
        background: Background = "music"
    elif kind == "long":
        sentences = _talk(rng, story, 2 * _LONG_SENTENCES - 2)
        silent_minute_after = _LONG_SENTENCES
        background = "silence"
    else:
        sentences = _talk(rng, story, int(rng.integers(2, 6)))
        level = rng.random()
        background = "silence" if level < 0.6 else "music" if level < 0.8 else "noise"
    snr_db = {"silence": None, "music": float(rng.integers(10, 17)), "noise": float(rng.integers(6, 13))}[background]
    return Speech(
        sentences=sentences,
        voice=_BRITISH if chance(rng, 0.12) else pick(rng, CLEAR_VOICES),
        words_per_minute=int(rng.integers(140, 171)),
        background=background,
        snr_db=snr_db,
        silent_minute_after=silent_minute_after,
    )


def _talk(rng: np.random.Generator, story: Story, middles: int) -> list[str]:
    """Say an opening, so many different sentences, and a close."""
    voices, topic = load_voices(), story.topic
    opener = fill(pick(rng, voices["openers"]), rng, topic, story.slots)
    facts = [story.slots["fact"], *[fact for fact in topic.facts if fact != story.slots["fact"]]]
    # the tool and the advice change from sentence to sentence, the thing stays
    steady = {slot: text for slot, text in story.slots.items() if slot == "thing"}
    repeats = 3 if middles > len(voices["middles"]) else 1
    advice = [fill(template, rng, topic, steady) for template in voices["middles"] * repeats]
    said = [facts[0], *pick_some(rng, facts[1:] + list(dict.fromkeys(advice)), middles - 1)]
    told = [said[int(i)] for i in rng.permutation(len(said))]
    closer = fill(pick(rng, voices["closers"]), rng, topic, story.slots)
    return [sentence(text) for text in (opener, *told, closer)]
