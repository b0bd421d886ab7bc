"""Checkouts of the repository in temporary folders, and the tools run in them."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAGES = Path("data/mini/dvc.yaml")
LOCK = STAGES.with_suffix(".lock")
QUIET = "Nothing to be done"


class Checkout:
    """A working tree with an environment of its own name: tools run in it, on its own package."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DVC_"))},
            "PYTHONPATH": str(root / "src"),
            "CLIPSTUDY_SOURCES": str(root / "none"),
            "DVC_SITE_CACHE_DIR": str(root.parent / f"{root.name}-site"),
            "DVC_GLOBAL_CONFIG_DIR": str(root.parent / "none"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        if not (root / ".venv").exists():
            (root / ".venv").symlink_to((ROOT / ".venv").resolve())
        with (root / ".git/info/exclude").open("a", encoding="utf-8") as file:
            file.write("/.venv\n")

    def try_run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever comes of it; what it says on both channels is in `stdout`."""
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def run(self, *command: str) -> str:
        ended = self.try_run(*command)
        assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout[-6000:]}"
        return ended.stdout

    def git(self, *arguments: str) -> str:
        return self.run("git", "-c", "user.name=Tester", "-c", "user.email=tester@example.org", *arguments)

    def commit_all(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)  # a lock may be as it was

    def make(self, *arguments: str) -> str:
        return self.run("make", "--no-print-directory", *arguments, "STUDY=mini")

    def dvc(self, *arguments: str) -> str:
        return self.run(".venv/bin/dvc", *arguments)

    def snakemake(self, *arguments: str) -> str:
        return self.run(".venv/bin/snakemake", "--cores", "2", *arguments, "--config", "study=mini")

    def planned(self) -> set[str]:
        """Rules that Snakemake would run, from the table of jobs of a dry run."""
        said = self.snakemake("--dry-run")
        rules = set(re.findall(r"^(\w+) +\d+$", said, re.M)) - {"total", "all"}
        assert rules or QUIET in said, said
        return rules

    def reproduce(self) -> set[str]:
        """Run `dvc repro` and give the stages that ran."""
        said = self.dvc("repro", str(STAGES))
        return set(re.findall(r"Running stage '[^']*?:?(\w+)'", said))

    def lock(self) -> str:
        return (self.root / LOCK).read_text(encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that a file has exactly once."""
        content = (self.root / path).read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{path} has {content.count(old)} of {old!r}"
        (self.root / path).write_text(content.replace(old, new), encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def artefacts(self) -> dict[str, bytes]:
        """All that was made, but for measurements and files under way."""
        folders = [self.root / name for name in ("data/mini", "results/mini", "paper/build/mini")]
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and not path.name.startswith((".", "dvc."))
            and not {"timings", "scrape", "crawl"} & set(path.parts)
        }


def clone(source: Path, target: Path) -> Checkout:
    """Make a real clone."""
    subprocess.run(["git", "clone", "--quiet", str(source), str(target)], check=True)
    return Checkout(target)
