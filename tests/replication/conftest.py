"""The replication is tested wherever the published sources are at hand; `make replication` says where they are not."""

import os

from clipstudy.study import CONFIG_FOLDER, load_study

STUDY = load_study(CONFIG_FOLDER / "jimtok.yaml")
# a folder that is named must have the sources: what it lacks is a failure then, never a reason to leave the tests out
at_hand = "CLIPSTUDY_SOURCES" in os.environ or STUDY.paths.raw.exists()
collect_ignore_glob = [] if at_hand else ["test_*.py"]
