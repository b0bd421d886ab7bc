"""Files of the package that a script runs, in a package made for the test."""

import pytest

from clipstudy.imports import _imports_of, _other_files, list_imported

FILES = {
    "scripts/run.py": "import numpy\nfrom clipstudy.one.alone import start\nfrom clipstudy.steps import run_step\n",
    "src/clipstudy/__init__.py": "",
    "src/clipstudy/steps.py": "",
    "src/clipstudy/one/__init__.py": "",
    "src/clipstudy/one/alone.py": "def start():\n    from clipstudy.two import late, NAME\n",
    "src/clipstudy/one/unused.py": "from clipstudy.one import alone\n",
    "src/clipstudy/one/words.yaml": "",
    "src/clipstudy/one/pages/a/page.html": "",
    "src/clipstudy/one/__pycache__/alone.pyc": "",
    "src/clipstudy/two/__init__.py": "NAME = 1\n",
    "src/clipstudy/two/late.py": "from clipstudy.one.alone import start\n",
    "src/clipstudy/three/__init__.py": "",
    "src/clipstudy/three/other.txt": "",
}


@pytest.fixture(autouse=True)
def _in_a_small_package(tmp_path, monkeypatch):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    _imports_of.cache_clear()
    _other_files.cache_clear()
    yield
    _imports_of.cache_clear()
    _other_files.cache_clear()


def test_imports_of_imports_and_files_beside_them():
    assert list_imported("scripts/run.py") == [
        "src/clipstudy/one/alone.py",
        "src/clipstudy/one/pages/a/page.html",
        "src/clipstudy/one/words.yaml",
        "src/clipstudy/two/__init__.py",
        "src/clipstudy/two/late.py",
    ]
