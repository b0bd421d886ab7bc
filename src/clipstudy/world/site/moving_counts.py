"""Counts of a world while the clock of its site moves on: likes, comments, followers, and totals that overflow.

At the world's clock every clip has the counts of its truth. From then on it gains at a rate of its own, and so do its
creator's followers and likes. All follow from the truth alone; there is no other state.
"""

from typing import NamedTuple

from clipstudy.world.chance import stream
from clipstudy.world.model import Clip, Creator, World

HOUR = 3600
_RATE = 3.0, 20.0  # likes per hour, of the square root of the likes so far
_FOLLOWERS_PER_LIKE = 0.04
_LIKES_PER_FOLLOWER = 4, 38  # of creators, as published
_GIANT_TOTAL = 3_200_000_000  # of the most followed creator whose clips are shown: wraps once, and is shown negative
_GIANT_LIKES_PER_FOLLOWER = 71


class ClipCounts(NamedTuple):
    """True counts of a clip at an instant."""

    likes: int
    comments: int


class CreatorCounts(NamedTuple):
    """True counts of a creator at an instant; `likes` is the total over all clips, those never shown included."""

    followers: int
    likes: int


class MovingCounts:
    """True counts of a world at any instant from its clock on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rates = {clip.clip_id: _rate(world.seed, clip) for clip in world.clips}
        posting = {clip.creator for clip in world.clips}
        self._start = {creator.username: _start(world, creator) for creator in world.creators}
        shown = [creator for creator in world.creators if creator.username in posting]
        self.giant: Creator = max(shown, key=lambda creator: (creator.followers, creator.username))

    def of_clip(self, clip: Clip, at: float) -> ClipCounts:
        """Counts of a clip at an instant in Unix seconds."""
        gained = int(self._rates[clip.clip_id] * self._hours(at))
        return ClipCounts(clip.like_count + gained, clip.comment_count + gained * clip.comment_count // clip.like_count)

    def of_creator(self, username: str, at: float) -> CreatorCounts:
        """Counts of a creator at an instant in Unix seconds."""
        hours = self._hours(at)
        own = [clip for clip in self._world.clips if clip.creator == username]
        gained = sum(int(self._rates[clip.clip_id] * hours) for clip in own)
        start = self._start[username]
        if username == self.giant.username:
            start = CreatorCounts(_GIANT_TOTAL // _GIANT_LIKES_PER_FOLLOWER, _GIANT_TOTAL)
        return CreatorCounts(start.followers + int(gained * _FOLLOWERS_PER_LIKE), start.likes + gained)

    def _hours(self, at: float) -> float:
        return (at - self._world.clock) / HOUR


def _rate(seed: int, clip: Clip) -> float:
    """Likes per hour of a clip."""
    return float(stream(seed, f"moving likes {clip.clip_id}").uniform(*_RATE)) * clip.like_count**0.5


def _start(world: World, creator: Creator) -> CreatorCounts:
    """Counts at the world's clock: the truth's, where the creator's clips alone do not ask for more."""
    likes = creator.likes + sum(clip.like_count for clip in world.clips if clip.creator == creator.username)
    ratio = float(stream(world.seed, f"moving followers {creator.username}").uniform(*_LIKES_PER_FOLLOWER))
    return CreatorCounts(max(creator.followers, int(likes / ratio)), likes)
