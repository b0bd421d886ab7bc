"""A TCP cable between a client and a server on loopback, which can be cut in the middle of a transfer and mended."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Cable:
    """Forwards every connection to `port` to a server; once cut, it ends all of them and refuses new ones.

    Attributes
    ----------
    port : int
        Where clients connect.
    carried : int
        Bytes carried so far, both ways.
    cut_at : int or None
        The cable is cut as soon as so many bytes were carried.
    """

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.carried = 0
        self.cut_at: int | None = None
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # a listener that is only closed would keep `accept` waiting
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._hang_up()

    @property
    def is_cut(self) -> bool:
        """Whether the bytes it was to carry are used up."""
        return self.cut_at is not None and self.carried >= self.cut_at

    def cut_after(self, count: int) -> None:
        """Be cut when `count` more bytes were carried."""
        self.cut_at = self.carried + count

    def mend(self) -> None:
        """Carry again."""
        self.cut_at = None

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                if self.is_cut:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.server_port))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small answers must not wait
            except OSError:
                return
            with self._lock:
                self._ends |= {client, server}
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(4096):
                with self._lock:
                    self.carried += len(chunk)
                if self.is_cut:
                    self._hang_up()
                    return
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
