"""A remote whose disk fills up half-way."""

from tests.apart import run_apart
from tests.remotes.conftest import DVC, FILE_BYTES, FILES, OBJECTS, succeed, surroundings


def test_a_push_to_a_full_disk_goes_on_when_there_is_room(repository, tmp_path):
    store, dvc = tmp_path / "store", " ".join(DVC)
    store.mkdir()
    succeed(repository, *DVC, "remote", "add", "--default", "store", str(store))
    script = f"""
        mount -t tmpfs -o size={FILES * FILE_BYTES // 2} none {store}
        ! {dvc} push --jobs 1
        find {store} -type f ! -name '*.tmp' | wc -l
        mount -o remount,size=100m {store}
        {dvc} push
        find {store} -type f ! -name '*.tmp' | wc -l
    """
    done = run_apart(repository, script, surroundings(repository))
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stderr
    arrived, *_, stored = (int(line.split()[0]) for line in done.stdout.splitlines() if line.split()[0].isdigit())
    assert 0 < arrived < OBJECTS == stored
    assert f"{OBJECTS - arrived} files pushed" in done.stdout
