"""Write the DVC stages of a study from its Snakemake rules: `python workflow/stages.py <study>...` (`make stages`).

Snakemake's rules are the one place that knows files. A stage of `dvc.yaml` is a group of them: its outputs are theirs,
its dependencies are what they take from elsewhere (data, package files, their scripts and rule files), its parameters
the sections of the configuration that they read. DVC decides by content whether a stage runs; Snakemake, limited to the
rules of the stage, decides how.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from snakemake.api import SnakemakeApi
from snakemake.exceptions import IncompleteCheckpointException, WorkflowError
from snakemake.io import is_flagged
from snakemake.settings.enums import Quietness
from snakemake.settings.types import ConfigSettings, OutputSettings, ResourceSettings

from clipstudy.study import CONFIG_FOLDER, Study, load_study

DEFAULT_STUDY = "demo"  # whose stages are at the top, where `dvc repro` looks for them

# Stage -> what it is for, its rules; a rule that a study does not have is left out, and a stage without rules, too.
# No stage makes headline numbers alone: a clone has them from Git, so that DVC would skip it, and Snakemake would not.
STAGES = {
    "fetch": ("published sources, verified by hash", ["fetch_sources"]),
    "world": ("a simulated world with known truth, its queries and its media", ["simulate_world", "render_media"]),
    "feed": ("raw runs of a feed, and in a simulated world the truth behind them", ["simulate_feed", "crawl_feed"]),
    "scrape": ("clips and comments, scraped from the world's site by a browser", ["scrape_site"]),
    "media": (
        "media of the clips, and the texts on their covers and in their sound",
        ["plan_media", "download_media", "read_covers", "extract_audio", "transcribe_speech", "gather_texts"],
    ),
    "corpus": ("raw records and media texts to validated tables", ["build_corpus", "measure_quality"]),
    "retrieval": (
        "normalised text, indexes, the grid of experiments, its evaluation",
        ["normalise_text", "run_grid", "collect_ranks", "evaluate_runs", "export_runs", "run_captions"],
    ),
    "replication": (
        "the published results, held against recomputed ones",
        ["emulate_published", "compare_defects", "replicate_published", "measure_findings"],
    ),
    "virality": (
        "the panel of the feed, rates, episodes, claims",
        ["build_panel", "measure_rates", "find_episodes", "study_events", "test_claims"],
    ),
    "recovery": ("what was found in the feed, held against its truth", ["measure_coverage", "measure_recovery"]),
    "figures": ("every figure", ["plot_*", "photograph_preview"]),
    "paper": (
        "the numbers and tables of the paper, the paper, and a few numbers to compare versions by",
        ["summarise_virality", "write_paper_numbers", "compile_paper", "summarise_results"],
    ),
}
MEASUREMENTS = {"time_indexes"}  # made on request, different each time, and no part of any stage
COSTLY = {"fetch_sources", "scrape_site", "crawl_feed"}  # what they made stays, so that Snakemake does what is not done
METRICS = {"metrics.json", "replication.json", "virality.json"}  # few enough numbers to print all

PLOTS = {
    "success_curve.json": {
        "title": "Targets among the first N clips",
        "x": "cutoff",
        "x_label": "N",
        "y_label": "share",
    },
    "recovered.json": {"title": "Recovered of the simulated truth", "template": "bar_horizontal", "x": "share"},
}
CURVES = {"success_curve.json": ["best", "basic", "top"], "recovered.json": "measure"}

HEADER = """\
# Written by `make stages` from the rules of Snakemake; tests/unit/test_owners.py holds it against them.
# DVC decides by content whether a stage runs. Snakemake, limited to the rules of the stage, decides how. A stage is a
# clean rebuild: DVC deletes its outputs before it runs, except those that persist because they are costly to get.
"""


@dataclass
class Rule:
    """What a rule takes and makes, with `{wildcards}` where it makes many; temporary files left out."""

    name: str
    inputs: set[str]
    outputs: set[str]
    files: set[str] = field(default_factory=set)  # its script, and the file that it is written in


def read_rules(study: str) -> list[Rule]:
    """Read the rules of a study, in the order in which they are written; the rule `all` is left out.

    Raises
    ------
    WorkflowError
        Of Snakemake, for a study that it cannot read.
    """
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        flow = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(config={"study": study}),
            snakefile=Path("Snakefile"),
        )._workflow
        return [_read_rule(rule) for rule in flow.rules if rule.name != "all"]


def _read_rule(rule: Any) -> Rule:
    written_in = Path(rule.snakefile)
    inputs = set(_given(rule.input)) - {""}
    outputs = {str(file) for file in rule.output if not is_flagged(file, "temp")}
    script = (written_in.parent / rule.script).resolve()
    return Rule(rule.name, inputs, outputs, {_relative(script), _relative(written_in)})


def _given(files: Iterable[Any]) -> Iterator[str]:
    """Inputs by name; those that an input function finds are asked for, without wildcards."""
    for file in files:
        if not callable(file):
            yield str(file)
            continue
        try:
            yield from map(str, file(SimpleNamespace()))
        except IncompleteCheckpointException as checkpoint:
            yield str(checkpoint.targetfile)


def _relative(path: Path) -> str:
    return str(path.relative_to(Path.cwd()))


def group_rules(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Sort rules into stages, in the order of the stages.

    Raises
    ------
    WorkflowError
        For a rule that no stage lists.
    """
    grouped: dict[str, list[Rule]] = {stage: [] for stage in STAGES}
    for rule in rules:
        if rule.name in MEASUREMENTS:
            continue
        stage = next((s for s, (_, names) in STAGES.items() if any(fnmatch(rule.name, n) for n in names)), None)
        if stage is None:
            raise WorkflowError(f"rule {rule.name} is in no stage: add it to STAGES in workflow/stages.py")
        grouped[stage].append(rule)
    return {stage: members for stage, members in grouped.items() if members}


def make_stages(study: Study, rules: Iterable[Rule]) -> dict:
    """Make the content of the `dvc.yaml` of a study.

    Parameters
    ----------
    study : Study
        Its configuration.
    rules : iterable of Rule
        Its rules.

    Returns
    -------
    dict
        Stages, and the plots of its headline numbers.
    """
    grouped = group_rules(rules)
    every = {stage: {file for rule in members for file in rule.outputs} for stage, members in grouped.items()}
    at_top = study.name == DEFAULT_STUDY
    stages = {}
    for stage, members in grouped.items():
        folders = _own_folders(study, every[stage], set().union(*(every[s] for s in every if s != stage)))
        outs = sorted({_collapse(file, folders) for file in every[stage]})
        entry: dict = {"desc": STAGES[stage][0]}
        if not at_top:
            entry["wdir"] = "../.."
        names = " ".join(rule.name for rule in members)
        entry["cmd"] = f"${{snakemake}} --allowed-rules {names} -- {' '.join(_targets(members))}"
        entry["deps"] = sorted(_dependencies(study, members, set(outs)))
        entry["params"] = [{str(study.paths.config): keys}] if (keys := _parameters(study, members)) else []
        entry |= _owned(study, members, outs)
        stages[stage] = {key: value for key, value in entry.items() if value}
    snakemake = f".venv/bin/snakemake --quiet rules progress --config study={study.name}"
    return {"vars": [{"snakemake": snakemake}], "stages": stages, "plots": _plots(study, every, at_top)}


def _targets(members: list[Rule]) -> list[str]:
    """Rules of a stage that no other of its rules takes from, and that make one set of files."""
    taken = {file for rule in members for file in rule.inputs}
    return [rule.name for rule in members if not rule.outputs & taken and "{" not in "".join(rule.outputs)]


def _own_folders(study: Study, own: set[str], others: set[str]) -> list[str]:
    """Folders in which every output is the stage's own: they are given to it whole."""
    paths = study.paths
    folders = [paths.raw, paths.interim / "media", paths.figures, paths.paper / "generated"]
    folders += [paths.results / name for name in ("retrieval", "replication")]
    return [
        f"{folder}/"
        for folder in folders
        if any(file.startswith(f"{folder}/") for file in own)
        and not any(file.startswith(f"{folder}/") for file in others)
    ]


def _collapse(file: str, folders: Iterable[str]) -> str:
    return next((folder.rstrip("/") for folder in folders if file.startswith(folder)), file)


def _dependencies(study: Study, members: list[Rule], own: set[str]) -> set[str]:
    made = (*(f"{file}/" for file in own), f"{study.paths.interim}/config/")
    taken = {file for rule in members for file in rule.inputs | rule.files} - own
    taken = {file for file in taken if not file.startswith(made)}
    code = {file for file in taken if file.startswith("src/")}
    return (taken - code) | _whole_folders(code)


def _whole_folders(code: set[str]) -> set[str]:
    """Give folders of the package by name where a stage takes all that is in them."""
    whole: list[str] = []
    for folder in sorted({str(parent) for file in code for parent in Path(file).parents} - {".", "src"}):
        files = (path for path in Path(folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        if not any(folder.startswith(f"{outer}/") for outer in whole) and {str(path) for path in files} <= code:
            whole.append(folder)
    return {_collapse(file, [f"{folder}/" for folder in whole]) for file in code}


def _parameters(study: Study, members: list[Rule]) -> list[str]:
    """Keys of the study's file that the stage reads; what the file leaves out has its default from `study.py`."""
    folder = f"{study.paths.interim}/config/"
    sections = {Path(file).stem for rule in members for file in rule.inputs if file.startswith(folder)}
    written = yaml.safe_load(study.paths.config.read_text(encoding="utf-8"))
    general = ("name", "simulated", "seed", "source_date_epoch")
    keys = [key for key in general if key in written] if "study" in sections else []
    for section in sorted(sections):
        if section == "world":
            keys += [f"world.{key}" for key in sorted(written["world"]) if key != "feed"]
        elif section == "world.feed" or section in written:
            keys.append(section)
    _refuse_dates(study.paths.config, written)
    return keys


def _refuse_dates(path: Path, written: Any, key: str = "") -> None:
    """Refuse dates without quotes, which YAML makes objects of that DVC cannot keep."""
    if isinstance(written, dict):
        for name, value in written.items():
            _refuse_dates(path, value, f"{key}.{name}".lstrip("."))
    elif isinstance(written, date):
        raise WorkflowError(f"{path}: key `{key}`: put the date in quotes, without which DVC cannot keep it")


def _owned(study: Study, members: list[Rule], outs: list[str]) -> dict:
    """Outputs as DVC is told of them: large ones in its cache, headline numbers in Git."""
    persist = {file for rule in members if rule.name in COSTLY for file in rule.outputs | {str(study.paths.raw)}}
    if any(rule.name == "download_media" for rule in members):
        # no output of Snakemake, which would delete it before each job
        persist.add(str(study.paths.media))
        outs = [*outs, str(study.paths.media)]
    owned: dict[str, list] = {"outs": [], "metrics": []}
    for file in outs:
        kind = "metrics" if Path(file).name in METRICS else "outs"
        in_git = Path(file).parent == study.paths.headline
        owned[kind].append(
            {file: {"cache": False}} if in_git else {file: {"persist": True}} if file in persist else file
        )
    return owned


def _plots(study: Study, every: dict[str, set[str]], at_top: bool) -> list[dict]:
    made = {Path(file).name: file for file in every["paper"]}
    prefix = "" if at_top else "../../"
    return [
        {f"{study.name}_{Path(name).stem}": look | {"y": {prefix + made[name]: CURVES[name]}}}
        for name, look in PLOTS.items()
        if name in made
    ]


def stages_file(study: str) -> Path:
    """Where the stages of a study are: at the top for the default study, beside its data for another."""
    return Path("dvc.yaml") if study == DEFAULT_STUDY else Path("data") / study / "dvc.yaml"


def render(study: str) -> str:
    """Write out the `dvc.yaml` of a study."""
    content = make_stages(load_study(CONFIG_FOLDER / f"{study}.yaml"), read_rules(study))
    return HEADER + yaml.safe_dump(content, sort_keys=False, width=120, allow_unicode=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        stages_file(name).write_text(render(name), encoding="utf-8")
