"""A real browser, driven through Selenium: one window, a stated user agent, a profile that is thrown away."""

import base64
import hashlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.remote.webdriver import WebDriver

from clipstudy.study import StudyError, Visit

WINDOW = (1280, 800)
_NO_IMAGES = 2
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Quiet, without the background traffic of a browser at home, and fit for containers, where it may run as root.
_CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--lang=en-US",
)
# An error in the function reaches the driver as one, instead of a wait without end. Half an emoji, which a page may
# hold where it cuts a text short, would be an error of the driver.
_CALL = """
const given = [...arguments];
const done = given.pop();
const whole = (_, value) => typeof value === "string" ? value.toWellFormed?.() ?? value : value;
return NAME(...given).then((value) => done(JSON.parse(JSON.stringify(value ?? null, whole))));
"""


class Network(Protocol):
    """Where host names lead instead of their usual addresses, and an authority that is trusted there."""

    @property
    def hosts(self) -> Mapping[str, tuple[str, int]]:
        """`host` or `host:port` -> (address, port)."""

    @property
    def ca_file(self) -> Path | None:
        """Certificate of the authority, PEM."""


@contextmanager
def open_browser(
    options: Visit, network: Network | None = None, *, headless: bool = True, images: bool = False
) -> Iterator[WebDriver]:
    """Open a browser window and close it, whatever happens within the block.

    Parameters
    ----------
    options : Visit
        Which browser, its user agent, and how long a script may wait.
    network : Network, optional
        Names that lead elsewhere, such as those of a replica on loopback; then all other names lead nowhere.
    headless : bool
        Without a visible window.
    images : bool
        Whether pictures are loaded; a scrape needs only their addresses.

    Yields
    ------
    selenium.webdriver.remote.webdriver.WebDriver

    Raises
    ------
    StudyError
        Where the browser or its driver is missing or does not start.
    """
    if network is not None and not network.hosts:
        network = None
    start = _start_chromium if options.browser == "chromium" else _start_firefox
    with (
        _ended_by_signal(),
        tempfile.TemporaryDirectory(prefix="clipstudy-browser-", ignore_cleanup_errors=True) as profile,
    ):
        try:
            driver = start(options, network, headless, images, profile)
        except WebDriverException as error:
            raise StudyError(f"{options.browser} does not start: {first_line(error)}") from None
        try:
            driver.set_window_size(*WINDOW)
            # scripts end their waits themselves; this bound is for a page whose scripts are stuck
            driver.set_script_timeout(options.wait_seconds * 10)
            driver.set_page_load_timeout(options.wait_seconds * 3)
            yield driver
        finally:
            driver.quit()


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let a SIGTERM end the block as an error would, so that no browser is left behind."""
    if threading.current_thread() is not threading.main_thread():  # no other may handle signals
        yield
        return

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run_script(driver: WebDriver, name: str, *arguments: object) -> Any:
    """Run `scripts/<name>.js` in the page and return what its function gives, after every wait in it is over.

    Parameters
    ----------
    name : str
        A file with an async function of the same name; the helpers of `scripts/wait.js` are at hand.
    arguments : object
        Passed to the function.
    """
    folder = files("clipstudy.acquire") / "scripts"
    source = "\n".join((folder / f"{part}.js").read_text(encoding="utf-8") for part in ("wait", name))
    return driver.execute_async_script(f"{source}\n{_CALL.replace('NAME', name)}", *arguments)


def first_line(error: WebDriverException) -> str:
    """Tell an error of the browser in one line, without the address that Firefox ends it with."""
    return ((error.msg or "").strip() or type(error).__name__).splitlines()[0].split("&u=")[0]


def _start_chromium(options: Visit, network: Network | None, headless: bool, images: bool, profile: str) -> WebDriver:
    chosen = webdriver.ChromeOptions()
    chosen.binary_location = _program(*_CHROMIUM)
    for flag in (*_CHROMIUM_FLAGS, f"--user-data-dir={profile}", f"--user-agent={options.user_agent}"):
        chosen.add_argument(flag)
    chosen.add_argument(f"--window-size={WINDOW[0]},{WINDOW[1]}")
    if headless:
        chosen.add_argument("--headless=new")
    if not images:
        chosen.add_experimental_option("prefs", {"profile.managed_default_content_settings.images": _NO_IMAGES})
    for flag in network_flags(network) if network else ():
        chosen.add_argument(flag)
    return webdriver.Chrome(options=chosen, service=ChromeService(_program("chromedriver")))


def network_flags(network: Network) -> list[str]:
    """Flags with which Chromium follows a network: names mapped, the authority trusted by its key.

    Raises
    ------
    StudyError
        Where the authority's certificate cannot be read.
    """
    rules = [f"MAP {host} {address}:{port}" for host, (address, port) in sorted(network.hosts.items())]
    flags = [f"--host-resolver-rules={','.join([*rules, 'MAP * ~NOTFOUND'])}", "--no-proxy-server"]
    if network.ca_file:
        try:
            certificate = x509.load_pem_x509_certificate(network.ca_file.read_bytes())
        except (OSError, ValueError) as error:
            raise StudyError(f"{network.ca_file}: not a certificate that can be read: {error}") from None
        key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        pin = base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")
        flags.append(f"--ignore-certificate-errors-spki-list={pin}")
    return flags


def _start_firefox(options: Visit, network: Network | None, headless: bool, images: bool, profile: str) -> WebDriver:
    if network is not None:
        raise StudyError("acquire.browser: firefox cannot map host names to ports; choose chromium for a mapped site")
    chosen = webdriver.FirefoxOptions()
    chosen.binary_location = _program("firefox", "firefox-esr")
    chosen.add_argument("-profile")
    chosen.add_argument(profile)
    if headless:
        chosen.add_argument("-headless")
    chosen.set_preference("general.useragent.override", options.user_agent)
    chosen.set_preference("intl.accept_languages", "en-US")
    chosen.set_preference("media.volume_scale", "0.0")
    if not images:
        chosen.set_preference("permissions.default.image", _NO_IMAGES)
    return webdriver.Firefox(options=chosen, service=FirefoxService(_program("geckodriver")))


def _program(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    raise StudyError(f"{names[0]} is not installed; install it (Debian: chromium chromium-driver) and run again")
