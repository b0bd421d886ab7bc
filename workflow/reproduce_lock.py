"""Build a study from nothing in a clean copy and compare it with its `dvc.lock`: `reproduce_lock.py <study>`.

Says for each stage which outputs differ. Stages of tier A (tables onward) give the same bytes on any processor from
the same tables; those of tier B (simulated media, downloads, OCR, speech) with the locked tools on Debian 12. What the
build was made with is written to `results/<study>/timings/provenance.json`, beside the compared set, so that two
machines that disagree can be held against each other.
"""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import yaml
from dvc.repo import Repo
from reproduce import build, copy_repository
from stages import stages_file

TIER_B = {"world", "media"}
TOOLS = {
    "tesseract": ["tesseract", "--version"],
    "ffmpeg": ["ffmpeg", "-version"],
    "espeak-ng": ["espeak-ng", "--version"],
    "chromium": ["chromium", "--version"],
    "pdftex": ["pdftex", "--version"],
    "latexmk": ["latexmk", "--version"],
}
FONTS = ["fc-list", "--format=%{family}|%{style}|%{fontversion}\\n"]


def first_line(command: list[str]) -> str | None:
    """What a tool says of its version; None where it is not installed."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return None
    return next((line.strip() for line in said.splitlines() if line.strip()), None)


def describe_machine() -> dict:
    """Versions of packages, tools and fonts, and what the processor can do."""
    fonts = subprocess.run(FONTS, capture_output=True, text=True, check=False).stdout.splitlines()
    processor = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    known = re.search(r"^(?:flags|Features)\s*: (.*)$", processor, re.M)
    return {
        "python": platform.python_version(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME") if Path("/etc/os-release").exists() else None,
        "machine": platform.machine(),
        "cpu_flags": sorted(known[1].split()) if known else [],
        "packages": {d.metadata["Name"].lower(): d.version for d in distributions()},
        "tools": {name: first_line(command) for name, command in TOOLS.items()},
        "fonts": sorted(set(fonts)),
    }


def hash_file(path: Path) -> str:
    """MD5 of a file, by which DVC knows it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def hash_folder(path: Path) -> tuple[str, dict[str, str]]:
    """Hash of a folder as DVC makes it, from the hashes of its files, which are given too."""
    files = {str(f.relative_to(path)): hash_file(f) for f in path.rglob("[!.]*") if f.is_file()}
    listed = [{"md5": files[name], "relpath": name} for name in sorted(files)]
    content = json.dumps(listed, sort_keys=True).encode()
    return hashlib.md5(content, usedforsecurity=False).hexdigest() + ".dir", files


def hash_any(path: Path) -> str | None:
    """Hash of a file or folder as DVC makes it; None where there is none."""
    if not path.exists():
        return None
    return hash_folder(path)[0] if path.is_dir() else hash_file(path)


def differing(out: dict, root: Path, cache: Path) -> Iterator[str]:
    """Say how an output of the lock differs from the one that was built: file by file where the cache has the list."""
    path = root / out["path"]
    if not path.exists():
        yield f"{out['path']}: not made"
    elif path.is_file():
        if hash_file(path) != out["md5"]:
            yield out["path"]
    else:
        found, files = hash_folder(path)
        listed = cache / out["md5"][:2] / out["md5"][2:]
        if found == out["md5"]:
            return
        if not listed.exists():
            yield f"{out['path']}/ (which of its {len(files)} files is not known: the locked ones are not in the cache)"
            return
        locked = {entry["relpath"]: entry["md5"] for entry in json.loads(listed.read_text(encoding="utf-8"))}
        for name in sorted(locked.keys() | files.keys()):
            if locked.get(name) != files.get(name):
                state = "not made" if name not in files else "not in the lock" if name not in locked else "differs"
                yield f"{out['path']}/{name}: {state}"


def outdated(lock: dict, root: Path) -> list[str]:
    """Code among the dependencies of a lock that is no longer what the lock was made from."""
    deps = {dep["path"]: dep["md5"] for stage in lock["stages"].values() for dep in stage.get("deps", [])}
    code = {path: known for path, known in deps.items() if not path.startswith(("data/", "results/"))}
    return sorted(path for path, known in code.items() if hash_any(root / path) != known)


def main(study: str) -> None:
    """Build, compare stage by stage, record what with; end with 1 where anything differs."""
    file = stages_file(study).with_suffix(".lock")
    if not file.exists():
        sys.exit(f"{file}: no lock to compare with; `make paper STUDY={study} && make commit STUDY={study}` makes one")
    lock = yaml.safe_load(file.read_text(encoding="utf-8"))
    with Repo() as repo:
        cache = Path(repo.cache.local.path)
    with tempfile.TemporaryDirectory(prefix="clipstudy-lock-") as folder:
        root = Path(folder) / "copy"
        copy_repository(root)
        old = outdated(lock, root)
        if old:
            print(f"reproduce-lock: {file} was made from other code than this: {', '.join(old)}")
        print(f"reproduce-lock: building {study} from nothing", flush=True)
        build(root, study, {"CORES": str(os.cpu_count())}, [])
        wrong = 0
        for name, stage in lock["stages"].items():
            lines = [line for out in stage.get("outs", []) for line in differing(out, root, cache)]
            wrong += len(lines)
            print(f"{name} (tier {'B' if name in TIER_B else 'A'}): {'equal' if not lines else f'{len(lines)} differ'}")
            for line in lines:
                print(f"  {line}")
    record = Path("results") / study / "timings/provenance.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(describe_machine(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"reproduce-lock: what it was built with is in {record}")
    if wrong or old:
        sys.exit(f"reproduce-lock: {study} is not what {file} says")
    print(f"reproduce-lock: {study} is what {file} says, in every byte")


if __name__ == "__main__":
    main(sys.argv[1])
