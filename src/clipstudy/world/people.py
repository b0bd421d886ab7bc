"""Who is in the world: creators, commenters, and the sounds that they use. Every name is plainly invented."""

import numpy as np

from clipstudy.world.chance import chance, pick, spread, stream
from clipstudy.world.model import Creator, Music
from clipstudy.world.shown import shown_count
from clipstudy.world.words import load_voices

_CLIPS_A_CREATOR = 3
_COMMENTERS_A_CLIP = 4
_UPPER_ID = 7_000_000_000_000_000_000


def make_usernames(seed: int, purpose: str, count: int) -> list[str]:
    """Make different user names such as `paper_otter.sim`, numbered where the words run out."""
    rng, voices = stream(seed, purpose), load_voices()
    pairs = [f"{a}_{n}" for a in voices["adjectives"] for n in voices["nouns"]]
    order = rng.permutation(len(pairs))
    rounds = [(pairs[int(order[i % len(pairs)])], i // len(pairs)) for i in range(count)]
    return [f"{pair}{turn + 1}.sim" if turn else f"{pair}.sim" for pair, turn in rounds]


def make_creators(seed: int, clips: int) -> list[Creator]:
    """Make the creators of a world of so many clips, sorted by user name."""
    count = max(4, clips // _CLIPS_A_CREATOR)
    rng = stream(seed, "creators")
    creators = [
        _make_creator(rng, username, level)
        for username, level in zip(make_usernames(seed, "creator names", count), spread(rng, count), strict=True)
    ]
    return sorted(creators, key=lambda c: c.username)


def _make_creator(rng: np.random.Generator, username: str, level: float) -> Creator:
    voices = load_voices()
    name = username.removesuffix(".sim").rstrip("0123456789").replace("_", " ").title()
    if chance(rng, 0.3):
        name = f"{name} {pick(rng, voices['emoji'])}"
    followers = int(10 ** (1.5 + 5.2 * level))
    likes = followers * int(rng.integers(4, 38))
    return Creator(
        username=username,
        nickname=name,
        followers=followers,
        followers_shown=shown_count(followers),
        likes=likes,
        likes_shown=shown_count(likes),
    )


def make_commenters(seed: int, clips: int) -> list[str]:
    """Make the user names of those who comment."""
    return make_usernames(seed, "commenter names", max(40, clips * _COMMENTERS_A_CLIP))


def make_musics(seed: int, creators: list[Creator]) -> list[Music]:
    """Make all sounds: songs with lyrics first, then tunes, then an original sound of every creator."""
    rng, voices = stream(seed, "musics"), load_voices()
    titles = [(song["title"], song["lyrics"]) for song in voices["songs"]]
    titles += [(tune, []) for tune in voices["tunes"]]
    titles += [(f"original sound - {creator.nickname}", []) for creator in creators]
    musics = []
    for title, lyrics in titles:
        music_id = str(_UPPER_ID + int(rng.integers(10**15)))
        words = "original sound" if title.startswith("original sound") else title
        slug = f"{words.replace(' ', '-')}-{music_id}"
        musics.append(Music(music_id=music_id, title=title, slug=slug, lyrics=lyrics))
    return musics
