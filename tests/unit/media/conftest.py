"""Servers on loopback and a certificate authority of their own."""

import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from clipstudy.media.network import Network
from tests.unit.media.server import HOST, MediaServer


@pytest.fixture
def serve() -> Iterator[Callable[..., MediaServer]]:
    servers: list[MediaServer] = []

    def start(contexts: list[ssl.SSLContext] | None = None) -> MediaServer:
        server = MediaServer(contexts)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.closing.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(serve: Callable[..., MediaServer]) -> tuple[MediaServer, Network]:
    server = serve()
    return server, Network({HOST: server.address(), "slow.example": server.address()})


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path
