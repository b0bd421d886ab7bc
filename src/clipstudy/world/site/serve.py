"""A running replica: one socket on loopback behind which all hosts of a world are."""

import json
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

import uvicorn

from clipstudy.world.model import World, read_world
from clipstudy.world.site.addresses import START_URL, all_hosts
from clipstudy.world.site.app import make_app
from clipstudy.world.site.certificates import Certificates

_START_SECONDS = 30
_STOP_SECONDS = 1


class Replica(NamedTuple):
    """Where a running replica is.

    `hosts` maps each host name to (address, port), `ca_file` is the authority to trust, and `network_file` holds both
    for the downloader (CLIPSTUDY_NETWORK) and `clipstudy scrape --network`.
    """

    start_url: str
    hosts: dict[str, tuple[str, int]]
    ca_file: Path
    network_file: Path


@contextmanager
def serve_replica(world: World, media: Path, port: int = 0) -> Iterator[Replica]:
    """Run the replica of a world on loopback, in a thread, until the block ends.

    Parameters
    ----------
    world : World
        The truth.
    media : Path
        Folder with the rendered media; files that are not there are answered with 404.
    port : int
        0 takes any free one; no data can tell which.

    Yields
    ------
    Replica
        Once the socket answers.
    """
    certificates = Certificates(world)
    with tempfile.TemporaryDirectory(prefix="replica-") as name, socket.socket() as listener:
        folder = Path(name)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        certificates.write_authority(folder / "ca.pem")
        hosts = dict.fromkeys(all_hosts(world), ("127.0.0.1", int(listener.getsockname()[1])))
        network = json.dumps({"hosts": hosts, "ca": "ca.pem"}, indent=2)
        (folder / "network.json").write_text(network, encoding="utf-8")
        config = uvicorn.Config(
            make_app(world, media),
            log_config=None,  # its own would close the log file of the rule
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
            headers=[("Date", _site_time(world)), ("Cache-Control", "no-store")],
            lifespan="off",
            timeout_graceful_shutdown=_STOP_SECONDS,
            ssl_context_factory=lambda _config, _default: certificates.context,
        )
        with _running(uvicorn.Server(config), listener):
            yield Replica(START_URL, hosts, folder / "ca.pem", folder / "network.json")


@contextmanager
def serve_network(truth: Path | str | None = None, media: Path | str | None = None) -> Iterator[Path | None]:
    """Run the replica of the world whose truth and media these are, and give its `network_file`; without them, none."""
    if truth is None or media is None:
        yield None
        return
    with serve_replica(read_world(truth), Path(media)) as replica:
        yield replica.network_file


@contextmanager
def _running(server: uvicorn.Server, listener: socket.socket) -> Iterator[None]:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    started = threading.Event()
    waited = 0.0
    while not server.started and thread.is_alive() and waited < _START_SECONDS:
        started.wait(0.01)
        waited += 0.01
    try:
        if not server.started:
            raise RuntimeError("the replica did not start")
        yield
    finally:
        server.should_exit = True
        thread.join()


def _site_time(world: World) -> str:
    return format_datetime(datetime.fromtimestamp(world.clock, UTC), usegmt=True)
