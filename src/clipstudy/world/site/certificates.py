"""Certificates of the replica: an authority made at each start, and hosts that show a wrong certificate."""

import ssl
import threading
from collections import Counter
from pathlib import Path

import trustme

from clipstudy.world.model import World
from clipstudy.world.site.addresses import DOMAIN, WRONG_CERTIFICATES, media_host

_OTHER = "other-network.test"


class Certificates:
    """TLS contexts of the replica by host name.

    Both certificates come from the same authority; the wrong one is for another name, as on networks that serve many
    customers from one address.
    """

    def __init__(self, world: World) -> None:
        self._authority = trustme.CA()
        wrong = self._authority.issue_cert(f"*.{_OTHER}", _OTHER)
        self._wrong = _context(wrong.private_key_and_cert_chain_pem.bytes())
        self._handshakes: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._wrong_for = {
            media_host(clip, asset): asset.heals_after
            for clip in world.clips
            for asset in clip.assets
            if asset.fault in WRONG_CERTIFICATES
        }
        right = self._authority.issue_cert(f"*.{DOMAIN}", DOMAIN)
        # the authority is sent along, for a browser is told to trust it by its key in the chain
        self.context = _context(right.private_key_and_cert_chain_pem.bytes() + self._authority.cert_pem.bytes())
        self.context.sni_callback = self._choose

    def write_authority(self, path: Path) -> None:
        """Write the authority's certificate, which clients must trust, as PEM."""
        self._authority.cert_pem.write_to_path(str(path))

    def _choose(self, connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
        if host in self._wrong_for:
            with self._lock:
                self._handshakes[host] += 1
                heals_after = self._wrong_for[host]
                if heals_after is None or self._handshakes[host] <= heals_after:
                    connection.context = self._wrong


def _context(pem: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(pem).tempfile() as path:
        context.load_cert_chain(path)
    return context
