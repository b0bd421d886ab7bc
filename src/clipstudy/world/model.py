"""The truth of a simulated world and its JSON form, `data/<study>/world/truth.json`.

Times are whole Unix seconds on the site's own clock. Counts are kept exact and as the site shows them ("231.6K").
Where a fault is planted, the truth says what a careful reader of the site must end up with.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from clipstudy.files import whole_file
from clipstudy.study import StudyError

ClipKind = Literal["speech", "long", "lyrics", "silent", "visual", "photo"]
Background = Literal["silence", "music", "noise"]
Arrival = Literal["prompt", "late", "very_late"]
Relevance = Literal["on_topic", "off_topic", "spam"]
QueryField = Literal["creator", "music", "description", "cover", "speech", "comments", "seen"]
COMMENTS_A_PAGE = 20


class Truth(BaseModel):
    """A part of the truth: frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Creator(Truth):
    """Someone who posts clips. `username` comes without the @; `likes` is the total over all clips."""

    username: str
    nickname: str
    followers: int
    followers_shown: str
    likes: int
    likes_shown: str


class Music(Truth):
    """A sound that clips use; its page is `/music/<slug>`. `lyrics` are the lines that can be heard in it."""

    music_id: str
    title: str
    slug: str
    lyrics: list[str]


class Reply(Truth):
    """A reply to a comment. `posted_label` is as the site shows it, with its trailing blank ("3d ago ", "11-20")."""

    commenter: str
    text: str
    posted_at: int
    posted_label: str
    likes: int
    likes_shown: str
    relevance: Relevance


class Comment(Reply):
    """A comment in the order of the site. `page` counts from 0, `COMMENTS_A_PAGE` comments each; replies are nested."""

    page: int
    replies: list[Reply]


class Speech(Truth):
    """What is heard in a clip; captions, where a clip has them, are one cue a sentence.

    `voice` is a voice of espeak-ng, `snr_db` the level of the voice over music or noise. `silent_minute_after` counts
    the sentences before the silence of a long clip.
    """

    sentences: list[str]
    voice: str
    words_per_minute: int
    background: Background
    snr_db: float | None
    silent_minute_after: int | None

    @property
    def text(self) -> str:
        """All that is said, as one string."""
        return " ".join(self.sentences)


class Cover(Truth):
    """The cover picture: its overlaid text (may be empty) and what the text lies on."""

    text: str
    background: Literal["plain", "busy"]


class PageState(Truth):
    """The page's embedded JSON: right, missing, or out of date.

    A stale state is that of `other_clip_id`, or has the older counts `like_count` and `comment_count`; what is not
    named is null.
    """

    kind: Literal["present", "absent", "stale"]
    other_clip_id: str | None = None
    like_count: int | None = None
    comment_count: int | None = None


class Asset(Truth):
    """A media file of a clip.

    `name` is cover, video, captions or photo_1, photo_2, ...; `file` is below `world/media/`. `fault` is a media or
    file fault; the first `heals_after` answers are faulty, all of them where it is null. `expires_at` is the time that
    the URL carries.
    """

    name: str
    file: str
    expires_at: int
    fault: str | None = None
    heals_after: int | None = None


class Clip(Truth):
    """One clip and its page. `comment_count` is what the site counts, more than the comments that it still lists."""

    clip_id: str
    web_id: str
    kind: ClipKind
    topic: str
    creator: str
    music_id: str
    description: str
    hashtags: list[str]
    posted_at: int
    posted_label: str
    like_count: int
    like_count_shown: str
    comment_count: int
    comment_count_shown: str
    seen: list[str]
    cover: Cover
    speech: Speech | None
    has_captions: bool
    assets: list[Asset]
    comments: list[Comment]
    comment_arrivals: list[Arrival]
    page_state: PageState
    page_fault: str | None = None
    page_heals_after: int | None = None

    @property
    def is_photo(self) -> bool:
        """Whether the clip is a slideshow of photos without a video."""
        return self.kind == "photo"

    @property
    def captions(self) -> list[str] | None:
        """Text of the caption cues, None where the site has no captions."""
        return list(self.speech.sentences) if self.has_captions and self.speech else None

    def asset(self, name: str) -> Asset:
        """Media file of this name; KeyError where the clip has none."""
        for asset in self.assets:
            if asset.name == name:
                return asset
        raise KeyError(name)


class QueryTerm(Truth):
    """One word of a query: as typed, as it was before memory and fingers changed it, and the fields that carry it."""

    typed: str
    meant: str
    change: Literal["none", "misspelt", "synonym", "filler"]
    fields: list[QueryField]


class Query(Truth):
    """A single-target query from a noisy memory, with the five labels of its target."""

    query_id: int
    text: str
    target_id: str
    author: str
    useful_description: bool
    comments_on_topic: bool
    purely_visual: bool
    important_lyrics: bool
    subtextual: bool
    terms: list[QueryTerm]


class Expected(Truth):
    """What must come of a planted fault.

    `clip` says whether the clip ends in the table `clips` or in `rejected`, `download` is the state of the asset in
    `downloads` (null where no asset is concerned), `null_field` the text that must be null, and `reason` why: of a
    rejected page the kind of its fault, of a text what the step that reads it tells (such as broken_image), of a
    stale page state how the note on it in `rejected` begins.
    """

    clip: Literal["recorded", "rejected"]
    download: str | None = None
    null_field: Literal["cover_text", "speech_text"] | None = None
    reason: str | None = None


class PlantedFault(Truth):
    """A fault at one clip; `asset` is the media file, or `page`, `comments`, or `clip` for the clip itself."""

    clip_id: str
    asset: str
    heals_after: int | None
    expected: Expected


class World(Truth):
    """The whole truth. `feed` lists clip ids in the order of the site, `faults` maps kind -> where it is planted."""

    study: str
    seed: int
    clock: int
    creators: list[Creator]
    musics: list[Music]
    clips: list[Clip]
    feed: list[str]
    queries: list[Query]
    faults: dict[str, list[PlantedFault]]

    def clip(self, clip_id: str) -> Clip:
        """Clip with this id; KeyError where there is none."""
        for clip in self.clips:
            if clip.clip_id == clip_id:
                return clip
        raise KeyError(clip_id)


def write_world(world: World, path: Path | str) -> None:
    """Write the truth as JSON with sorted keys, atomically; equal worlds give equal bytes."""
    write_json(world.model_dump(mode="json"), path)


def write_json(content: object, path: Path | str) -> None:
    """Write JSON with sorted keys, two blanks of indent and a last newline, atomically."""
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with whole_file(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8")


def read_world(path: Path | str) -> World:
    """Read a truth file.

    Raises
    ------
    StudyError
        Where the file is missing or not the truth of a world.
    """
    try:
        return World.model_validate_json(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(f"{path}: missing; the rule simulate_world makes it") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise StudyError(f"{path}: key `{key}`: {first['msg']}; delete the file and make it again") from None
