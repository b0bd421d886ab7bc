"""A small DVC repository with this project's DVC settings, and remotes of three kinds: a folder, ssh:// and s3://."""

import getpass
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
import requests

from tests.remotes.cable import Cable

ROOT = Path(__file__).parents[2]
DVC = [sys.executable, "-m", "dvc"]
FILES, FILE_BYTES = 30, 60_000
OBJECTS = FILES + 1  # DVC keeps the list of a folder as an object, too
SECRET = "a-secret-that-must-stay-here"
READ_AND_WRITE = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
START_SECONDS = 30
SECONDS = 240  # of one command


class Remote(NamedTuple):
    """A place for artefacts.

    `connect` tells a repository of it as docs/remotes.md does, `forge` gives the repository credentials that are wrong,
    `stored` names the objects that have arrived; `cable` leads to its server.
    """

    connect: Callable[[Path], None]
    forge: Callable[[Path], None]
    stored: Callable[[], set[str]]
    cable: Cable | None


def surroundings(folder: Path) -> dict[str, str]:
    """Environment for commands in a folder, away from this user's own settings."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DVC_", "SSH_", "GIT_"))}
    fixed = {
        "HOME": str(home),
        "DVC_SITE_CACHE_DIR": str(home / "site"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "2",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for person in ("AUTHOR", "COMMITTER"):
        fixed |= {f"GIT_{person}_NAME": "test", f"GIT_{person}_EMAIL": "test@example.org"}
    return kept | fixed


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        command, cwd=folder, env=surroundings(folder), capture_output=True, text=True, timeout=SECONDS, check=False
    )


def succeed(folder: Path, *command: str) -> str:
    """Run a command that must not fail; give what it printed."""
    done = run(folder, *command)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def configure(repository: Path, **options: str) -> None:
    """Set options of the remote `store` where Git does not look."""
    for name, value in options.items():
        succeed(repository, *DVC, "remote", "modify", "--local", "store", name, value)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def write_files(folder: Path) -> None:
    """Many objects, none of which can be compressed."""
    folder.mkdir(parents=True)
    chance = random.Random(6)
    for number in range(FILES):
        (folder / f"clip_{number}.bin").write_bytes(chance.randbytes(FILE_BYTES))


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a few megabytes below data/, without any remote."""
    repository = tmp_path_factory.mktemp("original") / "repository"
    (repository / ".dvc").mkdir(parents=True)
    for name in (".dvc/config", ".dvc/.gitignore", ".dvcignore"):
        shutil.copyfile(ROOT / name, repository / name)
    write_files(repository / "data/small/raw")
    succeed(repository, "git", "init", "--quiet")
    succeed(repository, *DVC, "add", "--quiet", "data/small/raw")
    succeed(repository, "git", "add", ".")
    succeed(repository, "git", "commit", "--quiet", "--message", "A small study")
    return repository


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Path:
    """A copy of the repository with its artefacts."""
    return shutil.copytree(original, tmp_path / "repository", symlinks=True)


@pytest.fixture
def clone(original: Path, tmp_path: Path) -> Path:
    """Another machine: a clone, without artefacts."""
    succeed(tmp_path, "git", "clone", "--quiet", str(original), str(tmp_path / "clone"))
    return tmp_path / "clone"


def add_folder(repository: Path, folder: Path) -> None:
    succeed(repository, *DVC, "remote", "add", "--default", "store", str(folder))


@pytest.fixture
def folder_remote(tmp_path: Path) -> Remote:
    folder = tmp_path / "store"

    def forge(repository: Path) -> None:
        """A folder has no credentials: what can be wrong is its place."""
        (tmp_path / "file").write_text("not a folder", encoding="utf-8")
        succeed(repository, *DVC, "remote", "modify", "--local", "store", "url", str(tmp_path / "file" / "store"))

    return Remote(lambda repository: add_folder(repository, folder), forge, lambda: objects_below(folder), None)


def objects_below(folder: Path) -> set[str]:
    """Names of the whole objects in a folder: temporary files do not count."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".tmp")]
    return {str(path.relative_to(folder)) for path in files}


@contextmanager
def serve(command: list[str], port: int, log: Path, **environment: str) -> Iterator[None]:
    """Run a server until the end of the block; it must listen on `port` of loopback."""
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | environment)
        try:
            wait_for(port, server, log)
            yield
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)


def wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server did not start: {log.read_text()}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


def find_sshd() -> str:
    """Where sshd is: on Debian not on the path of an ordinary user."""
    found = shutil.which("sshd", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"]))
    assert found, "sshd is not installed: workflow/setup.sh tests"
    return found


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A real sshd for this user, with keys of its own: its port, and the key that it accepts."""
    folder = tmp_path_factory.mktemp("sshd")
    key, port = make_key(folder / "accepted"), free_port()
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it when it is started by root
    config = [
        "ListenAddress 127.0.0.1",
        f"Port {port}",
        f"HostKey {make_key(folder / 'host')}",
        f"AuthorizedKeysFile {key}.pub",
        f"PidFile {folder / 'pid'}",
        "AuthenticationMethods publickey",
        "StrictModes no",  # the folder for temporary files may be anyone's
        "UsePAM no",
        "Subsystem sftp internal-sftp",
    ]
    (folder / "config").write_text("\n".join(config) + "\n", encoding="utf-8")
    with serve([find_sshd(), "-D", "-e", "-f", str(folder / "config")], port, folder / "log"):
        yield port, key


@pytest.fixture
def ssh_remote(sshd: tuple[int, Path], tmp_path: Path) -> Iterator[Remote]:
    port, key = sshd
    folder = tmp_path / "store"
    with Cable(port) as cable:

        def connect(repository: Path) -> None:
            address = f"ssh://{getpass.getuser()}@127.0.0.1:{cable.port}{folder}"
            succeed(repository, *DVC, "remote", "add", "--default", "store", address)
            configure(repository, keyfile=str(key))

        def forge(repository: Path) -> None:
            configure(repository, keyfile=str(make_key(repository.parent / f"refused-{repository.name}")))

        yield Remote(connect, forge, lambda: objects_below(folder), cable)


def boto_client(service: str, port: int, credentials: dict[str, str]) -> Any:
    options = {f"aws_{name}": value for name, value in credentials.items()}
    return boto3.client(service, endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **options)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, dict[str, str]]]:
    """A server that speaks S3 and checks signatures: its port, and the access key that it accepts."""
    folder, port = tmp_path_factory.mktemp("s3"), free_port()
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    with serve(command, port, folder / "log"):
        iam = boto_client("iam", port, {"access_key_id": "anyone", "secret_access_key": "anything"})
        iam.create_user(UserName="researcher")
        iam.put_user_policy(UserName="researcher", PolicyName="store", PolicyDocument=READ_AND_WRITE)
        made = iam.create_access_key(UserName="researcher")["AccessKey"]
        # from now on, every request must be signed with a key that exists
        requests.post(f"http://127.0.0.1:{port}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
        yield port, {"access_key_id": made["AccessKeyId"], "secret_access_key": made["SecretAccessKey"]}


@pytest.fixture
def s3_remote(s3_server: tuple[int, dict[str, str]], tmp_path: Path) -> Iterator[Remote]:
    port, credentials = s3_server
    bucket = tmp_path.name.replace("_", "-")
    client = boto_client("s3", port, credentials)
    client.create_bucket(Bucket=bucket)
    with Cable(port) as cable:

        def connect(repository: Path) -> None:
            succeed(repository, *DVC, "remote", "add", "--default", "store", f"s3://{bucket}/clipstudy")
            succeed(repository, *DVC, "remote", "modify", "store", "endpointurl", f"http://127.0.0.1:{cable.port}")
            configure(repository, **credentials)

        def forge(repository: Path) -> None:
            configure(repository, secret_access_key=SECRET)

        def stored() -> set[str]:
            return {entry["Key"] for entry in client.list_objects_v2(Bucket=bucket).get("Contents", [])}

        yield Remote(connect, forge, stored, cable)


@pytest.fixture(params=["folder", "ssh", "s3"])
def remote(request: pytest.FixtureRequest) -> Remote:
    """Each kind of remote."""
    return request.getfixturevalue(f"{request.param}_remote")


@pytest.fixture(params=["ssh", "s3"])
def served(request: pytest.FixtureRequest) -> Remote:
    """Each kind of remote that is behind a server."""
    return request.getfixturevalue(f"{request.param}_remote")
