"""Make a whole world from a configuration and a seed: nothing else enters it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clipstudy.study import World as WorldSection
from clipstudy.world import clips as tell
from clipstudy.world.chance import chance, pick, spread, stream
from clipstudy.world.comments import Crowd, make_thread
from clipstudy.world.faults import is_readable, live_assets, plant_faults
from clipstudy.world.model import Clip, ClipKind, Creator, Music, PageState, World
from clipstudy.world.people import make_commenters, make_creators, make_musics
from clipstudy.world.queries import make_queries
from clipstudy.world.shown import posted_label, shown_count

_YOUNGEST, _OLDEST = 1_200, 75_000_000  # age of a clip, in s: 20 minutes to 2.4 years
_FEWEST, _MOST = 2.0, 6.6  # likes of a clip, as powers of ten
_PHOTOS = 3
_CAPTIONS_SHARE = 0.35
_WEB_ID = 7_100_000_000_000_000_000


class _Levels(NamedTuple):
    """Places of a clip among all, between 0 and 1: by age, likes and number of comments."""

    age: float
    likes: float
    comments: float


def simulate_world(config: WorldSection, seed: int, study: str = "") -> World:
    """Make the truth of a world.

    Parameters
    ----------
    config : clipstudy.study.World
        Size, kinds and faults.
    seed : int
        Of the study; each purpose draws from a stream of its own.
    study : str
        The name that the truth carries.

    Returns
    -------
    World
        Clips sorted by id, creators by user name; equal arguments give an equal world.

    Raises
    ------
    StudyError
        Where there are more faults than places for them.
    """
    clock = int(config.clock.timestamp())
    creators = make_creators(seed, config.clips)
    musics = make_musics(seed, creators)
    crowd = Crowd(make_commenters(seed, config.clips), clock, config.late_share)
    kinds = tell.list_kinds(config.kinds, config.clips)
    levels = zip(*(spread(stream(seed, name), config.clips) for name in _Levels._fields), strict=True)
    clips = [
        _make_clip(seed, number, kind, _Levels(*level), creators, musics, crowd)
        for number, (kind, level) in enumerate(zip(kinds, levels, strict=True))
    ]
    clips = _set_page_states(sorted(clips, key=lambda c: int(c.clip_id)), config, stream(seed, "page states"))
    plan = plant_faults(clips, config.faults, seed)
    order = stream(seed, "feed").permutation(config.clips)
    return World(
        study=study,
        seed=seed,
        clock=clock,
        creators=creators,
        musics=musics,
        clips=plan.clips,
        feed=[plan.clips[int(i)].clip_id for i in order],
        queries=make_queries(
            [clip for clip in plan.clips if is_readable(clip)],
            config.queries,
            seed,
            {creator.username: creator for creator in creators},
            {music.music_id: music for music in musics},
        ),
        faults=plan.faults,
    )


def _make_clip(
    seed: int,
    number: int,
    kind: ClipKind,
    levels: _Levels,
    creators: Sequence[Creator],
    musics: list[Music],
    crowd: Crowd,
) -> Clip:
    rng = stream(seed, f"clip {number}")
    story = tell.make_story(rng)
    creator = pick(rng, creators)
    music = tell.pick_music(rng, kind, creator, musics)
    speech = tell.make_speech(rng, story, kind, music)
    description, hashtags = tell.make_description(rng, story, kind)
    cover = tell.make_cover(rng, story, kind)
    posted_at = crowd.clock - int(_YOUNGEST * (_OLDEST / _YOUNGEST) ** (levels.age**0.5))
    clip_id = str(posted_at << 32 | int(rng.integers(2**32)))
    likes = int(10 ** (_FEWEST + (_MOST - _FEWEST) * levels.likes))
    thread = make_thread(seed, clip_id, story, likes, levels.comments, crowd)
    listed = len(thread.comments) + sum(len(comment.replies) for comment in thread.comments)
    comment_count = max(listed, int(likes * (0.002 + 0.03 * rng.random())))
    has_captions = speech is not None and (kind == "long" or chance(rng, _CAPTIONS_SHARE))
    media = [f"photo_{n + 1}" for n in range(_PHOTOS)] if kind == "photo" else ["video"]
    return Clip(
        clip_id=clip_id,
        web_id=str(_WEB_ID + int(rng.integers(10**17))),
        kind=kind,
        topic=story.topic.name,
        creator=creator.username,
        music_id=music.music_id,
        description=description,
        hashtags=hashtags,
        posted_at=posted_at,
        posted_label=posted_label(posted_at, crowd.clock),
        like_count=likes,
        like_count_shown=shown_count(likes),
        comment_count=comment_count,
        comment_count_shown=shown_count(comment_count),
        seen=story.seen,
        cover=cover,
        speech=speech,
        has_captions=has_captions,
        assets=live_assets(clip_id, ["cover", *media, *["captions"] * has_captions], crowd.clock),
        comments=thread.comments,
        comment_arrivals=thread.arrivals,
        page_state=PageState(kind="present"),
    )


def _set_page_states(clips: list[Clip], config: WorldSection, rng: np.random.Generator) -> list[Clip]:
    """Take the embedded state from some pages, and let it be out of date on others: of another clip, or older counts.

    Shares are rounded up, so that even a small world has some of each.
    """
    absent, stale = (-int(-share * len(clips) // 1) for share in (config.absent_share, config.stale_share))
    order = [int(i) for i in rng.permutation(len(clips))]
    states = {i: PageState(kind="absent") for i in order[:absent]}
    for turn, i in enumerate(order[absent : absent + stale]):
        if turn % 2:
            other = clips[order[(order.index(i) + 1) % len(order)]]
            states[i] = PageState(kind="stale", other_clip_id=other.clip_id)
        else:
            # a tenth of the likes is a different number as shown, too
            likes, comments = clips[i].like_count // 10, clips[i].comment_count // 10
            states[i] = PageState(kind="stale", like_count=likes, comment_count=comments)
    return [clip.model_copy(update={"page_state": states.get(i, clip.page_state)}) for i, clip in enumerate(clips)]
