"""Files of the package that a script runs: its imports and theirs, and what lies beside them and is no code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path("src")
STEPS = SOURCE / "clipstudy/steps.py"  # logs and words of errors: nothing of it reaches an artefact


def list_imported(script: Path | str) -> list[str]:
    """List the files of the package that a script runs.

    Parameters
    ----------
    script : Path or str
        Relative to the root of the repository, which is the current folder.

    Returns
    -------
    list of str
        Relative to the root, sorted. Files that are no code (vocabularies, pages, scripts of pages) count where they
        lie beside a module that is run, or in a folder beside it that is no package.
    """
    found: set[Path] = set()
    todo = [Path(script)]
    while todo:
        new = _imports_of(todo.pop()) - found
        found |= new
        todo += new
    found |= {file for folder in {module.parent for module in found} for file in _other_files(folder)}
    return sorted(str(file) for file in found - {STEPS})


@cache
def _imports_of(file: Path) -> frozenset[Path]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "clipstudy"
        for name in node.names
    }
    return frozenset(module for name in names if (module := _file_of(name)))


def _file_of(name: str) -> Path | None:
    """File of a module, or of the module that has this name; None for a package without code."""
    parts = name.split(".")
    for path in (SOURCE.joinpath(*parts), SOURCE.joinpath(*parts[:-1])):
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file if file.stat().st_size else None
    return None


@cache
def _other_files(folder: Path) -> frozenset[Path]:
    def walk(here: Path) -> Iterator[Path]:
        for path in here.iterdir():
            if path.is_file():
                yield path
            elif path.name != "__pycache__" and not (path / "__init__.py").exists():
                yield from walk(path)

    return frozenset(path for path in walk(folder) if path.suffix != ".py")
