"""Sources from a folder and from a real HTTPS server, verified by hash."""

import hashlib
import http.server
import socket
import ssl
import stat
import threading

import pytest
import trustme

from clipstudy.acquire.sources import fetch_sources, parse_julia_symbols
from clipstudy.study import Paper, Source, Study, StudyError

VIM = r"""" generated

function! get_dict()
  return {
    \ '\alpha': 'α',
    \ '\:tea:': '🍵',
    \ '\1/4': '¼',
    \ '\neqsim': '≂̸',
    \ '\:': '∶',
    \ }
endfunction
"""
SYMBOLS = (
    "table\tcodepoints\tname\n"
    "latex\tU+03B1\talpha\n"
    "emoji\tU+1F375\t:tea:\n"
    "latex\tU+00BC\t1/4\n"
    "latex\tU+2242 U+0338\tneqsim\n"
    "latex\tU+2236\t:\n"
)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_study(*sources: Source) -> Study:
    return Study(name="tiny", simulated=True, sources=list(sources), paper=Paper(title="Tiny"))


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def offline(name: str, content: bytes) -> Source:
    """Name a source whose address nobody answers."""
    return Source(path=f"raw/{name}", url=f"https://127.0.0.1:{closed_port()}/{name}", sha256=sha256(content))


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr("clipstudy.acquire.sources.BACKOFF_SECONDS", 0.001)


class Site:
    """An HTTPS server on loopback: what it serves, and the paths it was asked for."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.pages: dict[str, bytes] = {}
        self.busy: dict[str, int] = {}
        self.cut: set[str] = set()
        self.asked: list[str] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def answer(self, request) -> None:
        self.asked.append(request.path)
        request.close_connection = True
        if self.busy.get(request.path, 0) > 0:
            self.busy[request.path] -= 1
            request.send_error(503)
        elif request.path in self.pages:
            content = self.pages[request.path]
            request.send_response(200)
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content[:3] if request.path in self.cut else content)
        else:
            request.send_error(404)

    def source(self, name: str, content: bytes, **changes) -> Source:
        self.pages[f"/{name}"] = content
        url = f"https://127.0.0.1:{self.server.server_port}/{name}"
        return Source(**({"path": f"raw/{name}", "url": url, "sha256": sha256(content)} | changes))

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(tmp_path_factory, monkeypatch):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusted = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Site(context)
    yield server
    server.close()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "at_hand"
    path.mkdir()
    return path


def landed(tmp_path, name: str):
    return tmp_path / "data/tiny/raw" / name


def test_a_file_is_found_by_name_and_hash_anywhere_in_the_folder(tmp_path, folder):
    for place, content in (("a", b"older"), ("b/info", b"right"), ("c", b"newer")):
        (folder / place).mkdir(parents=True)
        (folder / place / "batch_1.json").write_bytes(content)
    (path,) = fetch_sources(make_study(offline("batch_1.json", b"right")), tmp_path, folder)
    assert path == landed(tmp_path, "batch_1.json")
    assert path.read_bytes() == b"right"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert [p.name for p in path.parent.iterdir()] == ["batch_1.json"]


def test_what_is_there_is_kept_and_what_is_wrong_is_replaced(tmp_path, folder):
    kept, replaced = landed(tmp_path, "kept.json"), landed(tmp_path, "replaced.json")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"kept")
    replaced.write_bytes(b"wrong")
    (folder / "replaced.json").write_bytes(b"right")
    before = kept.stat().st_mtime_ns
    fetch_sources(make_study(offline("kept.json", b"kept"), offline("replaced.json", b"right")), tmp_path, folder)
    assert kept.stat().st_mtime_ns == before
    assert replaced.read_bytes() == b"right"
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IMODE(replaced.stat().st_mode) == 0o444


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, folder):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.json").write_bytes(b"a")
    (outside / "b.json").write_bytes(b"b")
    (folder / "a.json").symlink_to(outside / "a.json")
    (folder / "deeper").symlink_to(outside)
    with pytest.raises(StudyError) as caught:
        fetch_sources(make_study(offline("a.json", b"a"), offline("b.json", b"b")), tmp_path, folder)
    assert [line.split(": ")[0][-6:] for line in str(caught.value).splitlines()[:2]] == ["a.json", "b.json"]


def test_a_link_inside_the_folder_is_a_file_like_any_other(tmp_path, folder):
    (folder / "store").mkdir()
    (folder / "store" / "0001").write_bytes(b"a")
    (folder / "a.json").symlink_to(folder / "store" / "0001")
    fetch_sources(make_study(offline("a.json", b"a")), tmp_path, folder)
    assert landed(tmp_path, "a.json").read_bytes() == b"a"
    assert not landed(tmp_path, "a.json").is_symlink()


def test_every_missing_file_has_a_line_and_the_rest_is_kept(tmp_path, folder):
    (folder / "here.json").write_bytes(b"here")
    (folder / "other.json").write_bytes(b"changed")
    study = make_study(offline("here.json", b"here"), offline("gone.json", b"gone"), offline("other.json", b"other"))
    with pytest.raises(StudyError) as caught:
        fetch_sources(study, tmp_path, folder)
    gone, other, way_on = str(caught.value).splitlines()
    url = study.sources[1].url
    unanswered = f"{url}: {url.split('/')[2]} cannot be reached (ConnectionError)"
    assert gone == f"{landed(tmp_path, 'gone.json')}: not in {folder}; {unanswered}"
    assert other.startswith(
        f"{landed(tmp_path, 'other.json')}: {folder / 'other.json'} has another SHA-256 than {sha256(b'other')}; "
    )
    assert way_on.startswith("set CLIPSTUDY_SOURCES to a folder that holds these files")
    assert way_on.endswith("or go online, and run again")
    assert [path.name for path in landed(tmp_path, "").iterdir()] == ["here.json"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StudyError, match=r"CLIPSTUDY_SOURCES=.*nowhere: no such folder"):
        fetch_sources(make_study(offline("a.json", b"a")), tmp_path, tmp_path / "nowhere")


def test_download_over_verified_tls(tmp_path, site):
    (path,) = fetch_sources(make_study(site.source("a.json", b"abc" * 1_000_000)), tmp_path)
    assert sha256(path.read_bytes()) == sha256(b"abc" * 1_000_000)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    fetch_sources(make_study(site.source("a.json", b"abc" * 1_000_000)), tmp_path)
    assert site.asked == ["/a.json"]


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, site, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    with pytest.raises(StudyError, match="cannot be reached \\(SSLError\\)"):
        fetch_sources(make_study(site.source("a.json", b"abc")), tmp_path)
    assert site.asked == []


def test_a_busy_server_is_asked_again(tmp_path, site):
    source = site.source("a.json", b"abc")
    site.busy["/a.json"] = 2
    fetch_sources(make_study(source), tmp_path)
    assert site.asked == ["/a.json"] * 3
    assert landed(tmp_path, "a.json").read_bytes() == b"abc"


def test_wrong_content_a_missing_page_and_a_cut_transfer_land_nowhere(tmp_path, site):
    wrong = site.source("wrong.json", b"changed", sha256=sha256(b"right"))
    gone = site.source("gone.json", b"gone")
    del site.pages["/gone.json"]
    cut = site.source("cut.json", b"abcdef")
    site.cut.add("/cut.json")
    with pytest.raises(StudyError) as caught:
        fetch_sources(make_study(wrong, gone, cut), tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[0].endswith(
        f"{wrong.url}: what is published there now has SHA-256 {sha256(b'changed')} "
        f"instead of {sha256(b'right')}; it was left out"
    )
    assert lines[1].endswith(f"{gone.url}: answered 404 Not Found")
    assert lines[2].startswith(f"{landed(tmp_path, 'cut.json')}: ")
    assert len(lines) == 4
    assert list(landed(tmp_path, "").iterdir()) == []


def test_symbols_are_parsed_from_the_published_script(tmp_path, site):
    source = site.source(
        "symbols.vim",
        VIM.encode(),
        path="raw/julia-symbols.tsv",
        sha256=sha256(SYMBOLS.encode()),
        parser="julia_symbols",
    )
    (path,) = fetch_sources(make_study(source), tmp_path)
    assert path.read_text(encoding="utf-8") == SYMBOLS


def test_symbols_are_taken_as_they_are_from_the_folder(tmp_path, folder):
    (folder / "julia-symbols.tsv").write_text(SYMBOLS, encoding="utf-8")
    source = offline("julia-symbols.tsv", SYMBOLS.encode()).model_copy(update={"parser": "julia_symbols"})
    (path,) = fetch_sources(make_study(source), tmp_path, folder)
    assert path.read_text(encoding="utf-8") == SYMBOLS


def test_rows_of_the_symbol_table_keep_their_order():
    assert parse_julia_symbols(VIM) == SYMBOLS


@pytest.mark.parametrize("page", [b"<html>moved</html>", b"\xff\xfe"])
def test_a_page_that_is_no_symbol_table_is_told(tmp_path, site, page):
    source = site.source("symbols.vim", page, parser="julia_symbols")
    with pytest.raises(StudyError, match=r"symbols\.vim: "):
        fetch_sources(make_study(source), tmp_path)
