"""DVC remotes as docs/remotes.md tells: a folder, a real sshd and a server that speaks S3, all on this machine."""

import re
import shutil
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.remotes.conftest import DVC, FILE_BYTES, FILES, OBJECTS, ROOT, SECRET, Remote, contents, run, succeed

RAW = Path("data/small/raw")


def test_no_remote_is_configured(original):
    config = ConfigParser()
    config.read(ROOT / ".dvc/config")
    assert [section for section in config.sections() if "remote" in section] == []
    assert "remote" not in config["core"]
    refused = run(original, *DVC, "push")
    assert refused.returncode != 0
    assert "no remote specified" in refused.stderr


def test_another_clone_pulls_what_was_pushed(remote: Remote, repository, clone):
    remote.connect(repository)
    assert f"{OBJECTS} files pushed" in succeed(repository, *DVC, "push")
    assert len(remote.stored()) == OBJECTS
    assert "Everything is up to date" in succeed(repository, *DVC, "push")
    remote.connect(clone)
    succeed(clone, *DVC, "pull")
    assert contents(clone / RAW) == contents(repository / RAW)
    assert "up to date" in succeed(clone, *DVC, "status")


def test_a_cut_transfer_goes_on_where_it_was(served: Remote, repository, clone):
    half = FILES * FILE_BYTES // 2
    served.connect(repository)
    served.cable.cut_after(half)
    broken = run(repository, *DVC, "push")
    assert broken.returncode != 0
    assert "failed to push data to the cloud" in broken.stderr
    served.cable.mend()
    arrived = len(served.stored())
    assert 0 < arrived < OBJECTS
    assert f"{OBJECTS - arrived} files pushed" in succeed(repository, *DVC, "push")
    assert len(served.stored()) == OBJECTS

    served.connect(clone)
    served.cable.cut_after(half)
    broken = run(clone, *DVC, "pull")
    assert broken.returncode != 0
    assert "failed to pull data from the cloud" in broken.stderr
    served.cable.mend()
    (fetched,) = re.findall(r"(\d+) files? fetched", succeed(clone, *DVC, "pull"))
    assert 0 < int(fetched) < OBJECTS
    assert contents(clone / RAW) == contents(repository / RAW)


def test_wrong_credentials_are_told_apart_from_missing_data(served: Remote, repository, clone):
    served.connect(repository)
    succeed(repository, *DVC, "push")
    served.connect(clone)
    served.forge(clone)
    refused = run(clone, *DVC, "pull")
    assert refused.returncode != 0
    assert re.search(r"failed to connect to (ssh|s3) .*(Permission denied|Forbidden)", refused.stderr)
    assert "Traceback" not in refused.stderr
    assert SECRET not in refused.stdout + refused.stderr
    assert not (clone / RAW).exists()
    (repository / RAW / "clip_0.bin").write_bytes(b"changed")
    succeed(repository, *DVC, "commit", "--force")
    served.forge(repository)
    refused = run(repository, *DVC, "push")
    assert refused.returncode != 0
    assert re.search(r"Permission denied|Forbidden", refused.stderr)


def test_a_folder_that_cannot_be_is_named(folder_remote: Remote, repository):
    folder_remote.connect(repository)
    folder_remote.forge(repository)
    refused = run(repository, *DVC, "push")
    assert refused.returncode != 0
    assert "Not a directory" in refused.stderr


def test_an_unreachable_server_is_told(served: Remote, repository):
    served.connect(repository)
    served.cable.cut_after(0)
    refused = run(repository, *DVC, "push")
    assert refused.returncode != 0
    assert re.search(r"connect|Connection", refused.stderr)
    assert served.stored() == set()


def test_credentials_never_reach_git(served: Remote, repository):
    served.connect(repository)
    served.forge(repository)
    assert succeed(repository, "git", "status", "--porcelain").split() == ["M", ".dvc/config"]
    assert not re.search("keyfile|access_key|secret", (repository / ".dvc/config").read_text())
    assert re.search("keyfile|secret_access_key", (repository / ".dvc/config.local").read_text())
    succeed(repository, "git", "add", "--all")
    assert "config.local" not in succeed(repository, "git", "ls-files")


@pytest.mark.parametrize("kind", ["missing", "corrupted"])
def test_a_damaged_cache_is_mended_from_the_remote(kind, folder_remote: Remote, repository):
    folder_remote.connect(repository)
    succeed(repository, *DVC, "push")
    before = contents(repository / RAW)
    if kind == "missing":
        shutil.rmtree(repository / ".dvc/cache")
    else:
        path = next(path for path in (repository / ".dvc/cache").rglob("*") if path.stat().st_size == FILE_BYTES)
        path.chmod(0o644)
        path.write_bytes(b"x" * FILE_BYTES)
    shutil.rmtree(repository / RAW)
    succeed(repository, *DVC, "pull")
    assert contents(repository / RAW) == before
