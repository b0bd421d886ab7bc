"""HTTP sessions of the downloader: TLS always verified, host names optionally mapped to other addresses.

A replica site answers under the real host names on loopback. Only the socket goes elsewhere: URL, Host header, server
name and certificate check stay those of the URL, so that no port or address can reach the data.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection
from urllib3.util.ssl_ import create_urllib3_context

from clipstudy.study import StudyError

ENVIRONMENT = "CLIPSTUDY_NETWORK"
_current = threading.local()


class Network(NamedTuple):
    """Where host names lead, and which certificate authority is trusted beside the public ones.

    `hosts` maps `host` or `host:port` to (address, port); names that are not in it are looked up as usual.
    """

    hosts: Mapping[str, tuple[str, int]] = MappingProxyType({})
    ca_file: Path | None = None


def load_network(path: Path | str | None = None) -> Network:
    """Read a network file, `{"hosts": {"a.example:443": ["127.0.0.1", 8443]}, "ca": "ca.pem"}`.

    Parameters
    ----------
    path : Path or str, optional
        The file; the environment variable CLIPSTUDY_NETWORK names it where it is not given. Without either the
        network is the machine's own. `ca` is relative to the file.

    Raises
    ------
    StudyError
        Where the file or the certificate authority cannot be read.
    """
    path = path or os.environ.get(ENVIRONMENT)
    if not path:
        return Network()
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        hosts = {str(name).lower(): (str(address), int(port)) for name, (address, port) in content["hosts"].items()}
        ca_file = path.parent / content["ca"] if content.get("ca") else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(f"{path}: not a network file ({ENVIRONMENT}): {type(error).__name__} {error}") from None
    if ca_file and not ca_file.is_file():
        raise StudyError(f"{path}: key `ca`: no such file: {ca_file}")
    return Network(hosts, ca_file)


def open_session(network: Network, user_agent: str, connections: int = 32) -> requests.Session:
    """Session that follows the network's map, verifies every certificate and never decompresses.

    Proxies of the environment are used only without a map: mapped names exist nowhere else.
    """
    context = create_urllib3_context()
    context.load_verify_locations(certifi.where())
    if network.ca_file:
        context.load_verify_locations(network.ca_file)
    adapter = _MappedAdapter(network.hosts, pool_connections=connections, pool_maxsize=connections, ssl_context=context)
    session = requests.Session()
    session.trust_env = not network.hosts
    session.headers.update({"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity"})
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


@contextmanager
def cut_after(seconds: float) -> Iterator[None]:
    """Shut the connection that this thread uses down after so many seconds.

    Socket timeouts bound the wait for one byte; a server that drips needs a bound on the whole.
    """
    holder: dict[str, Any] = {}
    _current.holder = holder

    def cut() -> None:
        # a connection that closes after its answer gives its socket to the answer
        sock = getattr(holder.get("connection"), "sock", None) or holder.get("sock")
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _current.holder = {}


class _Mapped:
    """A connection that goes where the map says and tells `cut_after` that it is in use."""

    hosts: Mapping[str, tuple[str, int]]

    def _new_conn(self: Any) -> socket.socket:
        host = self.host.lower()
        target = self.hosts.get(f"{host}:{self.port}") or self.hosts.get(host)
        if target is None:
            return super()._new_conn()  # type: ignore[misc]
        try:
            return create_connection(target, self.timeout, socket_options=self.socket_options)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection to {host} in time") from error
        except OSError as error:
            raise NewConnectionError(self, f"no connection to {host}: {error.strerror}") from error

    def connect(self: Any) -> None:
        holder = getattr(_current, "holder", {})
        holder.update(connection=self, sock=None)
        super().connect()  # type: ignore[misc]
        holder["sock"] = self.sock

    def request(self: Any, *args: Any, **kwargs: Any) -> None:
        getattr(_current, "holder", {}).update(connection=self, sock=self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


class _MappedHTTP(_Mapped, HTTPConnection):
    pass


class _MappedHTTPS(_Mapped, HTTPSConnection):
    pass


class _MappedAdapter(HTTPAdapter):
    def __init__(self, hosts: Mapping[str, tuple[str, int]], **options: Any) -> None:
        self._hosts = hosts
        self._context = options.pop("ssl_context")
        super().__init__(max_retries=0, **options)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool_class(HTTPConnectionPool, _MappedHTTP, self._hosts),
            "https": _pool_class(HTTPSConnectionPool, _MappedHTTPS, self._hosts),
        }


def _pool_class(pool: type, connection: type, hosts: Mapping[str, tuple[str, int]]) -> Any:
    mapped = type(connection.__name__, (connection,), {"hosts": hosts})
    return type(pool.__name__, (pool,), {"ConnectionCls": mapped})
