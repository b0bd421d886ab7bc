import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate
from selenium.common.exceptions import WebDriverException

from clipstudy.acquire.browser import first_line, network_flags, open_browser
from clipstudy.study import Acquire, StudyError

OPTIONS = Acquire(start_url="https://www.site.test/")


class Network(NamedTuple):
    hosts: Mapping[str, tuple[str, int]]
    ca_file: Path | None = None


def test_names_lead_where_the_network_says_and_nowhere_else(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    hosts = {"v.site.test": ("127.0.0.1", 8443), "a.site.test:443": ("127.0.0.1", 8444)}
    rules, proxy, pin = network_flags(Network(hosts, tmp_path / "ca.pem"))
    assert rules == (
        "--host-resolver-rules=MAP a.site.test:443 127.0.0.1:8444,MAP v.site.test 127.0.0.1:8443,MAP * ~NOTFOUND"
    )
    assert proxy == "--no-proxy-server"
    key = load_pem_x509_certificate(authority.cert_pem.bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    assert pin == f"--ignore-certificate-errors-spki-list={base64.b64encode(digest).decode()}"


def test_an_error_is_one_line_without_the_address_of_a_page() -> None:
    about = "Reached error page: about:neterror?e=netTimeout"
    assert first_line(WebDriverException(f"{about}&u=https%3A//www.site.test/%40otter.sim\nand more")) == about
    assert first_line(WebDriverException()) == "WebDriverException"


def test_authority_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    with pytest.raises(StudyError, match=r"ca\.pem: not a certificate that can be read"):
        network_flags(Network({}, tmp_path / "ca.pem"))


def test_browser_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudyError, match="chromium is not installed"), open_browser(OPTIONS):
        pass
    firefox = OPTIONS.model_copy(update={"browser": "firefox"})
    with pytest.raises(StudyError, match="firefox is not installed"), open_browser(firefox):
        pass
    mapped = Network({"www.site.test": ("127.0.0.1", 8443)})
    with pytest.raises(StudyError, match="firefox cannot map host names"), open_browser(firefox, mapped):
        pass
