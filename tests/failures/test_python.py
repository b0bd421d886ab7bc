"""A Python that the project does not work with."""

from tests.apart import link_tools, run_apart

OLD = """#!/bin/sh
[ "$1" = --version ] && echo "Python 3.9.2"
[ "$1" = --version ]
"""


def test_a_wrong_python_is_named_with_the_way_on(root, environment, tmp_path):
    tools = link_tools(tmp_path / "tools", "python", "apt-get")
    (tmp_path / "tools/python3").write_text(OLD, encoding="utf-8")
    (tmp_path / "tools/python3").chmod(0o755)
    done = run_apart(root, "make paper STUDY=tiny", environment | {"PATH": tools})
    assert done.returncode != 0
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("setup: ")]
    assert told.startswith("setup: Python 3.11 or 3.12 with venv is needed, found: Python 3.9.2.")
    assert "conda env create -f environment.yml, or set PYTHON=" in told
    assert not (root / ".venv").exists()
