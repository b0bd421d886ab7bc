"""A server on loopback that has every fault of a media host."""

import socket
import ssl
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

HOST = "media.example"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
HEALS = 2
NOWHERE = {
    "byte": "http://media.example/\xff",
    "bracket": "http://[::1",
    "label": f"http://{'a' * 64}.example/",
    "dots": "http://a..b/",
}


class Handler(BaseHTTPRequestHandler):
    """Answers by the first part of the path: the name of a fault; everything else in the path is free."""

    protocol_version = "HTTP/1.1"
    server: "MediaServer"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.server.seen.append((self.headers["Host"], path))
        self.server.count[path] += 1
        kind = path.split("/")[1]
        if kind.startswith("heal-"):
            kind = kind.removeprefix("heal-") if self.server.count[path] <= HEALS else "ok"
        getattr(self, f"answer_{kind.replace('-', '_')}", self.answer_status)()

    def reply(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self) -> None:
        self.reply(200, JPEG)
        if sum(path.startswith("/ok/") for _, path in self.server.seen) >= self.server.opens_gate_after:
            self.server.gate.set()

    def answer_status(self) -> None:
        self.reply(int(self.path.split("/")[1].removeprefix("heal-")), b"no")

    def answer_throttled(self) -> None:
        self.reply(429, b"slow down", Retry_After="1")

    def answer_hang(self) -> None:
        self.server.closing.wait(30)
        self.close_connection = True

    def answer_gate(self) -> None:
        self.server.gate.wait(30)
        self.answer_ok()

    def answer_slow(self) -> None:
        self.server.closing.wait(0.3)
        self.answer_ok()

    def answer_truncated(self) -> None:
        self.reply(200, JPEG[:1000], length=len(JPEG))
        self.close_connection = True

    def answer_reset(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def answer_html(self) -> None:
        self.reply(200, b"<!DOCTYPE html><title>Log in</title>", Content_Type="video/mp4")

    def answer_empty(self) -> None:
        self.reply(200, b"")

    def answer_endless(self) -> None:
        self._chunked()
        block = JPEG[:4] + bytes(65532)
        while not self.server.closing.is_set():
            self.wfile.write(b"10000\r\n" + block + b"\r\n")

    def answer_huge(self) -> None:
        self.reply(200, JPEG, length=10**12)
        self.close_connection = True

    def answer_drip_body(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self._drip(JPEG)

    def answer_drip_chunk_size(self) -> None:
        self._chunked()
        self._drip(b"0" * 60)

    def answer_drip_closing(self) -> None:
        self._chunked(Connection="close")
        self._drip(b"0" * 60)

    def answer_drip_trailers(self) -> None:
        self._chunked()
        self.wfile.write(b"%x\r\n" % len(JPEG) + JPEG + b"\r\n0\r\n")
        self._drip(b"X-Filler: y\r\n" * 5)

    def _chunked(self, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"Transfer-Encoding": "chunked", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def answer_drip_header(self) -> None:
        self._drip(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: y\r\n" * 100)

    def _drip(self, data: bytes) -> None:
        for byte in data:
            self.wfile.write(bytes([byte]))
            if self.server.closing.wait(0.05):
                return
        self.close_connection = True

    def answer_moved(self) -> None:
        self.reply(302, b"", Location="/ok/moved")

    def answer_moved_to_ftp(self) -> None:
        self.reply(302, b"", Location="ftp://media.example/file")

    def answer_moved_nowhere(self) -> None:
        self.reply(302, b"", Location=NOWHERE[self.path.rsplit("/", 1)[1]])

    def answer_moved_to_expired(self) -> None:
        self.reply(302, b"", Location="/ok/late?x-expires=1700000000")

    def answer_moved_round(self) -> None:
        self.reply(302, b"", Location=self.path)

    def log_message(self, *_: object) -> None:
        pass


class MediaServer(ThreadingHTTPServer):
    """Counts what it is asked for; with `contexts` it speaks TLS, one context a connection, the last one for ever."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, contexts: list[ssl.SSLContext] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.contexts = contexts or []
        self.seen: list[tuple[str, str]] = []
        self.count: Counter[str] = Counter()
        self.opens_gate_after = 0
        self.closing = threading.Event()
        self.gate = threading.Event()

    def process_request_thread(self, request: socket.socket, client_address: object) -> None:
        if self.contexts:
            context = self.contexts.pop(0) if len(self.contexts) > 1 else self.contexts[0]
            try:
                request = context.wrap_socket(request, server_side=True)
            except OSError:
                request.close()
                return
        super().process_request_thread(request, client_address)  # type: ignore[arg-type]

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what the tests are about."""

    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.server_address[1]


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context
