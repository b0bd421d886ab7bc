"""A machine without a network, which it needs for published sources and for packages alone."""

from tests.apart import run_apart
from tests.failures.conftest import SNAKEMAKE, last_words

WAY_ON = (
    "set CLIPSTUDY_SOURCES to a folder that holds these files (searched by name, accepted by hash), "
    "or go online, and run again"
)


def test_sources_name_what_could_not_be_had_and_the_way_on(root, environment):
    environment.pop("CLIPSTUDY_SOURCES")
    done = run_apart(root, f"{SNAKEMAKE} fetch_sources --config study=jimtok", environment, network=False)
    told = last_words(done).splitlines()
    assert told[0].startswith("fetch_sources: data/jimtok/raw/batch_1.json: ")
    assert len(told) == 12 + 1  # one line a source, then the way on
    assert all("raw.githubusercontent.com cannot be reached" in line for line in told[:-1])
    assert told[-1] == WAY_ON
    assert not list((root / "data/jimtok/raw").glob("*"))


def test_setup_says_that_packages_need_the_network(root, environment):
    environment |= {"PIP_RETRIES": "0", "PIP_NO_INDEX": "false", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null"}
    done = run_apart(root, "workflow/setup.sh", environment, network=False)
    assert done.returncode != 0
    assert "\nsetup: the Python packages cannot be installed (see above). Go online" in done.stderr
    assert not (root / ".venv/made-from").exists()
