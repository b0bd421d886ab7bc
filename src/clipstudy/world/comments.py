"""What is said under a clip: comments on and off topic, spam, and replies."""

from typing import NamedTuple

import numpy as np

from clipstudy.world.chance import chance, pick, stream
from clipstudy.world.clips import Story
from clipstudy.world.model import COMMENTS_A_PAGE, Arrival, Comment, Relevance, Reply
from clipstudy.world.shown import comment_label, shown_count
from clipstudy.world.words import fill, load_voices, misspell_some

_ON_TOPIC = [
    "obsessed with {thing}",
    "I need {tool} now",
    "{who} has {thing} too",
    "me trying to {act}",
    "{sight}?? amazing",
    "is it true that {fact}",
    "I tried this with {tool} and it worked",
]
# Share of clips -> most comments: few have none, a tenth have more than two pages.
_VERY_LATE = 0.3  # of the pages that come late
_SIZES = [(0.05, 0, 0), (0.62, 2, 18), (0.9, 19, 36), (1.0, 41, 66)]


class Thread(NamedTuple):
    """The comments of a clip, and how each of their pages arrives."""

    comments: list[Comment]
    arrivals: list[Arrival]


class Crowd(NamedTuple):
    """Who may comment, the site's now in Unix seconds, and the share of pages of comments that come late."""

    commenters: list[str]
    clock: int
    late_share: float


def make_thread(seed: int, clip_id: str, story: Story, likes: int, level: float, crowd: Crowd) -> Thread:
    """Write the comments of a clip.

    Parameters
    ----------
    seed : int
        Of the study.
    clip_id : str
        Names the random stream and tells when the clip was posted.
    story : Story
        What comments on topic are about.
    likes : int
        Of the clip; comments get fewer.
    level : float
        Between 0 and 1: place of the clip among all by its number of comments.
    crowd : Crowd
        Who comments, and until when.
    """
    rng = stream(seed, f"comments {clip_id}")
    posted_at = int(clip_id) >> 32
    on_topic, spam = 0.2 + 0.6 * rng.random(), 0.08
    count = _count(level)
    comments = []
    for position in range(count):
        relevance: Relevance = "on_topic" if chance(rng, on_topic) else "spam" if chance(rng, spam) else "off_topic"
        reply = _reply(rng, _text(rng, story, relevance), relevance, posted_at, likes, crowd)
        replies = [
            _reply(rng, _reply_text(rng, crowd), "off_topic", reply.posted_at, reply.likes, crowd)
            for _ in range(int(rng.integers(1, 6)) if chance(rng, 0.22) else 0)
        ]
        comments.append(Comment(**reply.model_dump(), page=position // COMMENTS_A_PAGE, replies=replies))
    arrivals = [_arrival(rng, crowd.late_share) for _ in range(-(-count // COMMENTS_A_PAGE))]
    return Thread(comments, arrivals)


def _count(level: float) -> int:
    start = 0.0
    for end, least, most in _SIZES:
        if level < end:
            return least + int((most - least + 1) * (level - start) / (end - start))
        start = end
    return _SIZES[-1][2]


def _arrival(rng: np.random.Generator, late_share: float) -> Arrival:
    level = rng.random()
    return "prompt" if level < 1 - late_share else "late" if level < 1 - _VERY_LATE * late_share else "very_late"


def _text(rng: np.random.Generator, story: Story, relevance: Relevance) -> str:
    voices = load_voices()
    if relevance == "spam":
        return pick(rng, voices["spam"])
    if relevance == "off_topic":
        text = pick(rng, voices["foreign_comments"] if chance(rng, 0.2) else voices["off_topic"])
    elif chance(rng, 0.5):
        text = fill(pick(rng, _ON_TOPIC), rng, story.topic, {**story.slots, "sight": story.seen[0]})
    else:
        text = pick(rng, story.topic.remarks)
    text = misspell_some(text, rng, 0.04)
    return f"{text} {pick(rng, voices['emoji'])}" if chance(rng, 0.3) else text


def _reply_text(rng: np.random.Generator, crowd: Crowd) -> str:
    text = pick(rng, load_voices()["replies"])
    return text.replace("{nick}", pick(rng, crowd.commenters))


def _reply(rng: np.random.Generator, text: str, relevance: Relevance, after: int, likes: int, crowd: Crowd) -> Reply:
    # most answers come soon: the square of an even draw lies near 0
    posted_at = after + int((crowd.clock - after) * rng.random() ** 2)
    gained = int(likes * 0.1 * rng.random() ** 6)
    return Reply(
        commenter=pick(rng, crowd.commenters),
        text=text,
        posted_at=posted_at,
        posted_label=comment_label(posted_at, crowd.clock),
        likes=gained,
        likes_shown=shown_count(gained),
        relevance=relevance,
    )
