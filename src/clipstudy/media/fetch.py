"""One attempt to fetch one file: what may be asked for at all, what came, and whether it is what it should be."""

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from clipstudy.media.network import cut_after
from clipstudy.study import Download

MAX_REDIRECTS = 5
CHUNK = 1 << 16
HEAD = 64
EXPIRY_KEYS = {"expire", "expires", "x-expires"}
TRANSIENT = {"timeout", "tls", "connection", "truncated", "http_408", "http_425", "http_429"}


class Outcome(NamedTuple):
    """What became of an attempt: a state of the ledger, and the file where the state is ok."""

    state: str
    path: Path | None = None
    bytes: int | None = None
    sha256: str | None = None
    wait: float = 0.0  # seconds that the server asked for

    @property
    def is_transient(self) -> bool:
        """Whether another attempt may end better."""
        return self.state in TRANSIENT or self.state.startswith("http_5")


def refuse_url(url: str | None, clock: float | None) -> str | None:
    """State of an address that must not be asked for, None where it may.

    Parameters
    ----------
    url : str or None
        As scraped.
    clock : float or None
        Unix seconds of the study's clock; None where it is not known, so that nothing counts as expired.

    Returns
    -------
    str or None
        absent (no address), blob, bad_url (neither http nor https, or malformed), expired, or None.
    """
    if not url:
        return "absent"
    if url.lower().startswith("blob:"):
        return "blob"
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
        url.encode()
    except ValueError:  # half of a surrogate pair, for one
        known = False
    if not known:
        return "bad_url"
    expiries = [int(v) for k, v in parse_qsl(parts.query) if k.lower() in EXPIRY_KEYS and re.fullmatch(r"\d{9,11}", v)]
    return "expired" if clock is not None and expiries and min(expiries) <= clock else None


def media_type(asset: str, head: bytes) -> str | None:
    """Extension of a file by its first bytes, None where it is not what the asset must be.

    Parameters
    ----------
    asset : str
        cover, video, captions or photo_1, photo_2, ...
    head : bytes
        The first `HEAD` bytes.
    """
    if asset == "video":
        if head[4:8] == b"ftyp":
            return "mp4"
        return "webm" if head.startswith(b"\x1a\x45\xdf\xa3") else None
    if asset == "captions":
        return "vtt" if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT") else None
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return "avif" if head[4:12] in {b"ftypavif", b"ftypheic"} else None


def fetch(
    session: requests.Session, url: str, folder: Path, asset: str, clock: float | None, options: Download
) -> Outcome:
    """Fetch one file into `folder/<asset>.<extension>`; nothing is left there unless it is whole and of its kind.

    Raises
    ------
    OSError
        Where the file cannot be written; whatever the network does is an outcome.
    """
    partial = folder / f".{asset}.part"
    deadline = time.monotonic() + options.total_seconds
    try:
        with cut_after(options.total_seconds):
            response = _open(session, url, clock, options)
            if isinstance(response, Outcome):
                return response
            with response:
                if time.monotonic() >= deadline:  # a header that was cut short passes for a whole one
                    return Outcome("timeout")
                if response.status_code != 200:
                    return Outcome(f"http_{response.status_code}", wait=_retry_after(response))
                return _save(response, partial, folder, asset, deadline, options.max_megabytes * 1_000_000)
    except requests.exceptions.RequestException as error:
        return Outcome(_fault_state(error, time.monotonic() >= deadline))
    except (HTTPError, ValueError):  # requests lets pass what trips over a host label or the bytes of a Location
        return Outcome("bad_url")
    finally:
        partial.unlink(missing_ok=True)


def _open(session: requests.Session, url: str, clock: float | None, options: Download) -> requests.Response | Outcome:
    """Response after redirects, each held against the same rules as the first address."""
    for _ in range(MAX_REDIRECTS + 1):
        response = session.get(
            url, stream=True, allow_redirects=False, timeout=(options.connect_seconds, options.read_seconds)
        )
        target = session.get_redirect_target(response)
        if target is None:
            return response
        response.close()
        url = urljoin(url, target)
        if state := refuse_url(url, clock):
            return Outcome(state)
    return Outcome(f"http_{response.status_code}")


def _save(response: requests.Response, partial: Path, folder: Path, asset: str, deadline: float, limit: int) -> Outcome:
    declared = response.headers.get("Content-Length", "")
    expected = int(declared) if declared.isascii() and declared.isdigit() else None
    if expected is not None and expected > limit:
        return Outcome("too_large")
    digest, size, head = hashlib.sha256(), 0, b""
    folder.mkdir(parents=True, exist_ok=True)
    with partial.open("wb") as file:
        for chunk in _chunks(response, deadline):
            if isinstance(chunk, Outcome):
                return chunk
            size += len(chunk)
            if size > limit:
                return Outcome("too_large")
            head = head if len(head) >= HEAD else head + chunk[:HEAD]
            digest.update(chunk)
            file.write(chunk)
    if size != expected and (expected is not None or size == 0):
        return Outcome("truncated")
    extension = media_type(asset, head)
    if extension is None:
        return Outcome("not_media")
    path = folder / f"{asset}.{extension}"
    partial.replace(path)
    return Outcome("ok", path, size, digest.hexdigest())


def _chunks(response: requests.Response, deadline: float) -> Iterator[bytes | Outcome]:
    """Parts of the body as they come; an outcome in place of what did not."""
    try:
        # read1 returns what is there: a full read would wait for a dripping server past any deadline
        while chunk := response.raw.read1(CHUNK):
            yield chunk
            if time.monotonic() >= deadline:
                yield Outcome("timeout")
        if time.monotonic() >= deadline:  # a body that was cut short can pass for a whole one
            yield Outcome("timeout")
    except (TimeoutError, ReadTimeoutError):
        yield Outcome("timeout")
    except (HTTPError, OSError):
        yield Outcome("timeout" if time.monotonic() >= deadline else "truncated")


def _fault_state(error: requests.exceptions.RequestException, late: bool) -> str:
    if late or isinstance(error, requests.exceptions.Timeout):
        return "timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "tls"
    if isinstance(error, requests.exceptions.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "connection"
    return "bad_url"


def _retry_after(response: requests.Response) -> float:
    seconds = response.headers.get("Retry-After", "")
    return min(float(seconds), 60.0) if seconds.isascii() and seconds.isdigit() else 0.0
