"""Queries of people who remember one clip badly, and the truth of which field carries which of their words."""

import numpy as np

from clipstudy.world.chance import chance, pick, stream
from clipstudy.world.model import Clip, Creator, Music, Query, QueryField, QueryTerm
from clipstudy.world.words import content_words, load_voices, misspell, words_of

_AUTHORS = 6
_ENOUGH = 3  # words; a query goes on to another field until it has them
_MISSPELT, _SYNONYM, _FILLER = 0.09, 0.25, 0.12
# What is remembered of a clip, and how often; a field without words is passed over.
_MEMORY: dict[QueryField, float] = {
    "speech": 0.30,
    "cover": 0.22,
    "description": 0.20,
    "seen": 0.16,
    "comments": 0.10,
    "music": 0.02,
}
_OF_KIND: dict[str, QueryField] = {"lyrics": "speech", "visual": "seen"}


def make_queries(
    targets: list[Clip], count: int, seed: int, creators: dict[str, Creator], musics: dict[str, Music]
) -> list[Query]:
    """Write `count` queries, each for another of the targets as long as there are enough of them.

    Parameters
    ----------
    targets : list of Clip
        Clips that can be found.
    count : int
        How many.
    seed : int
        Of the study.
    creators, musics : dict
        By user name and music id.

    Returns
    -------
    list of Query
        Numbered from 1, by authors A1, A2, ... whose queries come together.
    """
    order = stream(seed, "query targets").permutation(len(targets))
    queries = []
    for number in range(count):
        clip = targets[int(order[number % len(targets)])]
        texts = field_texts(clip, creators[clip.creator], musics[clip.music_id])
        terms = _remember(stream(seed, f"query {number}"), clip, texts)
        author = f"A{1 + number * min(_AUTHORS, count) // count}"
        queries.append(_label(number + 1, clip, author, terms))
    return queries


def field_texts(clip: Clip, creator: Creator, music: Music) -> dict[QueryField, list[str]]:
    """Texts of a clip by field; `seen` is in the pictures alone."""
    return {
        "creator": [creator.username, creator.nickname],
        "music": [music.title],
        "description": [clip.description],
        "cover": [clip.cover.text],
        "speech": clip.speech.sentences if clip.speech else [],
        "comments": [text for c in clip.comments for text in (c.text, *(r.text for r in c.replies))],
        "seen": clip.seen,
    }


def _remember(rng: np.random.Generator, clip: Clip, texts: dict[QueryField, list[str]]) -> list[QueryTerm]:
    carried = {field: set(words_of(" ".join(lines))) for field, lines in texts.items()}
    moments = _moments(clip, texts)
    meant: list[str] = []
    for field in _fields_in_mind(rng, clip, [field for field in _MEMORY if moments[field]]):
        if len(meant) >= _ENOUGH:
            break
        words = pick(rng, moments[field])
        length = int(rng.integers(2, 5))
        start = int(rng.integers(max(1, len(words) - length + 1)))
        meant += [word for word in words[start : start + length] if word not in meant]
    terms = []
    for word in meant:
        if chance(rng, _FILLER):
            filler = pick(rng, load_voices()["fillers"])
            terms.append(_term(filler, filler, "filler", carried))
        terms.append(_type(rng, word, carried))
    return terms


def _moments(clip: Clip, texts: dict[QueryField, list[str]]) -> dict[QueryField, list[list[str]]]:
    """Words of each field that one may remember: a memory is of one moment, so of words that stood together."""
    told = {**texts, "comments": [c.text for c in clip.comments if c.relevance == "on_topic"]}
    general = set(load_voices()["general_tags"])
    lines = {field: [[w for w in content_words([t]) if w not in general] for t in told[field]] for field in _MEMORY}
    return {field: [words for words in moments if words] for field, moments in lines.items()}


def _fields_in_mind(rng: np.random.Generator, clip: Clip, full: list[QueryField]) -> list[QueryField]:
    """Fields that have words, the best remembered first."""
    weights = np.array([_MEMORY[field] for field in full])
    drawn = [full[int(i)] for i in rng.choice(len(full), len(full), replace=False, p=weights / weights.sum())]
    strongest = _OF_KIND.get(clip.kind)
    return list(dict.fromkeys([strongest, *drawn])) if strongest and chance(rng, 0.85) else drawn


def _type(rng: np.random.Generator, word: str, carried: dict[QueryField, set[str]]) -> QueryTerm:
    synonyms = load_voices()["synonyms"]
    if word in synonyms and chance(rng, _SYNONYM):
        return _term(synonyms[word], word, "synonym", carried)
    if chance(rng, _MISSPELT):
        return _term(misspell(word, rng), word, "misspelt", carried)
    return _term(word, word, "none", carried)


def _term(typed: str, meant: str, change: str, carried: dict[QueryField, set[str]]) -> QueryTerm:
    fields = [field for field, words in carried.items() if meant in words]
    return QueryTerm(typed=typed, meant=meant, change=change, fields=fields)  # type: ignore[arg-type]


def _label(number: int, clip: Clip, author: str, terms: list[QueryTerm]) -> Query:
    """Add the labels, which follow from the truth.

    A description is useful where it has half of what is remembered, comments are on topic where half of them are, a
    clip is purely visual where nothing is said or written in it, lyrics matter where their words are remembered, and
    a query is subtextual where no text of the clip has any of its words.
    """
    words = [term for term in terms if term.change != "filler"]
    on_topic = sum(comment.relevance == "on_topic" for comment in clip.comments)
    return Query(
        query_id=number,
        text=" ".join(term.typed for term in terms),
        target_id=clip.clip_id,
        author=author,
        useful_description=2 * sum("description" in term.fields for term in words) >= len(words),
        comments_on_topic=bool(clip.comments) and 2 * on_topic >= len(clip.comments),
        purely_visual=clip.speech is None and not clip.cover.text,
        important_lyrics=clip.kind == "lyrics" and any("speech" in term.fields for term in words),
        subtextual=not any(set(term.fields) - {"seen"} for term in words),
        terms=terms,
    )


def published_form(queries: list[Query]) -> list[dict[str, str | bool]]:
    """List queries as their authors hand them in: the records of `queries.json` of the published study."""
    labels = ("useful_description", "comments_on_topic", "purely_visual", "important_lyrics", "subtextual")
    return [
        {"text": query.text, "target": query.target_id, "author": query.author}
        | {label.replace("_", "-"): getattr(query, label) for label in labels}
        for query in queries
    ]
