import json
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import ValidationError

from clipstudy.study import SCHEMA_FILE, Retrieval, StudyError, Tokenisation, load_study, study_schema, write_section

ROOT = Path(__file__).parents[2]
STUDIES = sorted((ROOT / "config/studies").glob("*.yaml"))
SOURCE = {"path": "raw/a.json", "url": "https://files.example/a.json", "sha256": "0" * 64}


def write_study(folder: Path, name: str = "tiny", **changes) -> Path:
    path = folder / f"{name}.yaml"
    content = {"name": "tiny", "simulated": True, "paper": {"title": "Tiny"}} | changes
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(StudyError) as error:
        load_study(path)
    return str(error.value).splitlines()


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_study_of_the_repository_is_sound(path):
    assert load_study(path).name == path.stem


def test_there_are_studies():
    assert "jimtok" in {path.stem for path in STUDIES}


def test_the_schema_for_editors_is_the_one_of_the_models():
    kept = (ROOT / SCHEMA_FILE).read_text(encoding="utf-8")
    assert kept == study_schema(), "config/schema.json is out of date: run `make schema`"


def test_the_schema_is_closed():
    schema = json.loads(study_schema())
    sections = {"Study": schema, **schema["$defs"]}
    assert [name for name, section in sections.items() if section.get("properties") is None] == []
    assert [name for name, section in sections.items() if section["additionalProperties"] is not False] == []


def test_defaults(tmp_path):
    study = load_study(write_study(tmp_path, retrieval={}))
    assert study.text.normaliser == "unicode"
    assert study.symbols_file is None
    assert study.retrieval.tokenisations == list(get_args(Tokenisation)) == ["word", "char4", "char5", "char6", "char7"]
    assert study.retrieval.sources == ["speech", "cover", "comments"]
    assert study.retrieval.published is None


def test_paths(tmp_path):
    text = {"normaliser": "published", "symbols": "raw/symbols.tsv"}
    study = load_study(write_study(tmp_path, text=text))
    assert study.symbols_file == Path("data/tiny/raw/symbols.tsv")
    assert study.paths.retrieval == Path("results/tiny/retrieval")
    assert study.paths.config == Path("config/studies/tiny.yaml")


class TestMistakes:
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"retrieval_": {}}, "key `retrieval_`: unknown; did you mean `retrieval`?"),
            ({"retrieval": {"cutofs": [1]}}, "key `retrieval.cutofs`: unknown; did you mean `cutoffs`?"),
            (
                {"retrieval": {"published": {"reslts": "raw/a.db", "results": "raw/a.db"}}},
                "key `retrieval.published.reslts`: unknown; did you mean `results`?",
            ),
            ({"sources": [SOURCE | {"pth": "x"}]}, "key `sources.0.pth`: unknown; did you mean `path`?"),
            ({"paper": {"title": "T", "zzz": 1}}, "key `paper.zzz`: unknown; known keys: title, authors"),
        ],
    )
    def test_an_unknown_key_names_the_nearest_one(self, tmp_path, changes, told):
        path = write_study(tmp_path, **changes)
        assert mistakes(path) == [f"{path}: {told}"]

    @pytest.mark.parametrize(
        ("changes", "key", "told"),
        [
            ({"simulated": "perhaps"}, "simulated", "(got 'perhaps')"),
            ({"seed": -1}, "seed", "greater than or equal to 0 (got -1)"),
            ({"text": {"normaliser": "latin"}}, "text.normaliser", "'published', 'unicode' or 'basic' (got 'latin')"),
            ({"retrieval": {"tokenisations": ["char9"]}}, "retrieval.tokenisations.0", "'word', 'char4'"),
            ({"retrieval": {"tokenisations": []}}, "retrieval.tokenisations", "at least 1 item"),
            ({"retrieval": {"cutoffs": [0]}}, "retrieval.cutoffs.0", "greater than 0 (got 0)"),
            ({"retrieval": {"significant_digits": 16}}, "retrieval.significant_digits", "equal to 15 (got 16)"),
            ({"corpus": {"covers": "../ocr.json"}}, "corpus.covers", "(got '../ocr.json')"),
            ({"corpus": {"covers": "/etc/passwd"}}, "corpus.covers", "(got '/etc/passwd')"),
            ({"sources": [SOURCE | {"sha256": "abc"}]}, "sources.0.sha256", "(got 'abc')"),
            ({"sources": [SOURCE | {"url": "http://x"}]}, "sources.0.url", "(got 'http://x')"),
            ({"sources": [SOURCE | {"path": "interim/a"}]}, "sources.0.path", "(got 'interim/a')"),
            ({"text": {"normaliser": "published"}}, "text", "normaliser 'published' needs `symbols`"),
        ],
    )
    def test_a_wrong_value_is_named_with_its_key(self, tmp_path, changes, key, told):
        path = write_study(tmp_path, **changes)
        (line,) = mistakes(path)
        assert line.startswith(f"{path}: key `{key}`: ")
        assert told in line

    def test_each_mistake_has_its_line(self, tmp_path):
        path = write_study(tmp_path, seed="x", colour="red")
        assert len(mistakes(path)) == 2

    def test_a_missing_key(self, tmp_path):
        path = tmp_path / "tiny.yaml"
        path.write_text("name: tiny\nsimulated: true\n", encoding="utf-8")
        assert mistakes(path) == [f"{path}: key `paper`: missing"]

    def test_a_source_given_twice(self, tmp_path):
        (line,) = mistakes(write_study(tmp_path, sources=[SOURCE, SOURCE]))
        assert line.endswith("sources: raw/a.json given twice")

    @pytest.mark.parametrize(
        ("grid", "told"),
        [
            (
                {"tokenisations": ["char5"]},
                "best_index: 'char4-speech+cover+comments-plain' is not in the grid: one of",
            ),
            ({"best_index": "char4-cover+speech-plain"}, "`basic` or some of speech+cover+comments in this order"),
            ({"best_index": "char4-basic-flat"}, "best_index: 'char4-basic-flat' is not in the grid"),
            ({"best_scheme": "bpz"}, "best_scheme"),
            ({"sources": ["cover", "cover"]}, "retrieval.sources: an entry is given twice"),
        ],
    )
    def test_a_grid_without_what_the_paper_details(self, tmp_path, grid, told):
        (line,) = mistakes(write_study(tmp_path, retrieval=grid))
        assert told in line

    def test_the_basic_text_alone_can_be_detailed(self, tmp_path):
        path = write_study(tmp_path, retrieval={"best_index": "word-basic-attributed"})
        assert load_study(path).retrieval.best_index == "word-basic-attributed"

    def test_the_name_is_the_file_name(self, tmp_path):
        path = write_study(tmp_path, name="tiny").rename(tmp_path / "other.yaml")
        assert mistakes(path) == [f"{path}: key `name`: 'tiny' must equal the file's name, 'other'"]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"name: [", "not valid YAML: "),
            (b"- name", "must be a mapping of keys to values"),
            (b"", "must be a mapping of keys to values"),
            (b"name: \xff", "not valid YAML: "),
            (b"name: tiny\nseed: 1\nseed: 2\n", "not valid YAML: key `seed` is given twice"),
        ],
    )
    def test_another_file(self, tmp_path, content, told):
        path = tmp_path / "tiny.yaml"
        path.write_bytes(content)
        (line,) = mistakes(path)
        assert line.startswith(f"{path}: {told}")

    def test_no_such_study_lists_those_that_are(self, tmp_path):
        write_study(tmp_path)
        (line,) = mistakes(tmp_path / "tny.yaml")
        assert line == f"{tmp_path / 'tny.yaml'}: no such study; known studies: tiny"


def test_a_study_cannot_be_changed(tmp_path):
    study = load_study(write_study(tmp_path))
    with pytest.raises(ValidationError, match="frozen"):
        study.seed = 1


class TestWriteSection:
    @pytest.fixture
    def study(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        return load_study(write_study(tmp_path, retrieval={"cutoffs": [1, 3]}))

    def test_holds_the_section_alone(self, study):
        path = write_section(study, "retrieval")
        assert path == Path("data/tiny/interim/config/retrieval.json")
        assert json.loads(path.read_text(encoding="utf-8")) == {"retrieval": study.retrieval.model_dump()}

    def test_the_section_study_is_what_belongs_to_no_other(self, study):
        content = json.loads(write_section(study, "study").read_text(encoding="utf-8"))
        assert content == {"name": "tiny", "simulated": True, "seed": 20221205, "source_date_epoch": 1670198400}

    def test_is_touched_only_when_its_content_changes(self, study):
        before = write_section(study, "retrieval").stat().st_mtime_ns
        other = study.model_copy(update={"seed": 1})
        assert write_section(other, "retrieval").stat().st_mtime_ns == before
        changed = study.model_copy(update={"retrieval": Retrieval(cutoffs=[7])})
        path = write_section(changed, "retrieval")
        assert json.loads(path.read_text(encoding="utf-8"))["retrieval"]["cutoffs"] == [7]
