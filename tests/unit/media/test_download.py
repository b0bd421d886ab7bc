import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import trustme

from clipstudy.media.download import clip_folder, download_job, find_asset
from clipstudy.media.network import Network, load_network
from clipstudy.study import Download, StudyError
from tests.unit.media.made import wait_until
from tests.unit.media.server import HEALS, HOST, JPEG, NOWHERE, MediaServer, server_context

CLOCK = 1_800_000_000.0
QUICK = Download(attempts=3, backoff_seconds=0.01, connect_seconds=2, read_seconds=0.4, total_seconds=1.5, per_host=8)


def clip(url: str | None, clip_id: str = "1", asset: str = "cover") -> dict[str, Any]:
    return {"clip_id": clip_id, "clock": CLOCK, "assets": {asset: url}}


def states(table: pa.Table) -> list[str]:
    return table["state"].to_pylist()


def test_a_file_lands_with_its_row(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    server, network = site
    url = f"http://{HOST}/ok/a?x-expires=1800000001"
    table, attempts = download_job([clip(url)], tmp_path, QUICK, network)
    assert table.to_pylist() == [
        {
            "clip_id": "1",
            "asset": "cover",
            "url": url,
            "state": "ok",
            "bytes": len(JPEG),
            "sha256": hashlib.sha256(JPEG).hexdigest(),
            "path": "media/1/cover.jpg",
        }
    ]
    assert (tmp_path / "media/1/cover.jpg").read_bytes() == JPEG
    assert [(a.host, a.number, a.state) for a in attempts] == [(HOST, 1, "ok")]
    assert server.seen == [(HOST, "/ok/a")], "the Host header is that of the URL, without a port"
    assert find_asset(tmp_path, "1", "cover") == (tmp_path / "media/1/cover.jpg", hashlib.sha256(JPEG).hexdigest())
    assert find_asset(tmp_path, "1", "video") == (None, "no_video")


@pytest.mark.parametrize(
    ("fault", "state", "requests"),
    [
        ("403", "http_403", 1),
        ("404", "http_404", 1),
        ("500", "http_500", 3),
        ("heal-503", "ok", HEALS + 1),
        ("heal-reset", "ok", HEALS + 1),
        ("heal-truncated", "ok", HEALS + 1),
        ("heal-hang", "ok", HEALS + 1),
        ("hang", "timeout", 3),
        ("drip-body", "timeout", 3),
        ("drip-header", "timeout", 3),
        ("drip-chunk-size", "timeout", 3),
        ("drip-closing", "timeout", 3),
        ("drip-trailers", "timeout", 3),
        ("truncated", "truncated", 3),
        ("html", "not_media", 1),
        ("empty", "not_media", 1),
        ("endless", "too_large", 1),
        ("huge", "too_large", 1),
        ("moved", "ok", 1),
        ("moved-to-ftp", "bad_url", 1),
        ("moved-to-expired", "expired", 1),
        ("moved-round", "http_302", 6),
    ],
)
def test_faults_of_a_host(
    fault: str, state: str, requests: int, site: tuple[MediaServer, Network], tmp_path: Path
) -> None:
    server, network = site
    options = QUICK.model_copy(update={"max_megabytes": 1, "total_seconds": 0.3 if "drip" in fault else 10})
    table, attempts = download_job([clip(f"http://{HOST}/{fault}/x")], tmp_path, options, network)
    assert states(table) == [state]
    assert server.count[f"/{fault}/x"] == requests
    assert all(attempt.seconds < 1.5 for attempt in attempts if "drip" in fault), "a drip takes 3 seconds and more"
    left = sorted(p.name for p in (tmp_path / "media/1").iterdir())
    assert left == (["cover.jpg", "ledger.json"] if state == "ok" else ["ledger.json"])


@pytest.mark.parametrize(
    ("url", "state"),
    [
        (f"http://{HOST}/ok/x?expire=1800000000&l=1", "expired"),
        (f"http://{HOST}/ok/x?X-Expires=1799999999", "expired"),
        ("blob:https://www.example/3f1d", "blob"),
        ("file:///etc/hostname", "bad_url"),
        ("//media.example/x", "bad_url"),
        ("http://[::1/x", "bad_url"),
        (f"http://{HOST}/ok/\ud800", "bad_url"),
        (None, "absent"),
        ("", "absent"),
    ],
)
def test_addresses_that_are_never_asked(
    url: str | None, state: str, site: tuple[MediaServer, Network], tmp_path: Path
) -> None:
    server, network = site
    table, attempts = download_job([clip(url)], tmp_path, QUICK, network)
    assert states(table) == [state]
    assert not attempts
    assert not server.seen


@pytest.mark.parametrize("kind", NOWHERE)
def test_a_redirect_to_nowhere_costs_no_other_file(
    kind: str, site: tuple[MediaServer, Network], tmp_path: Path
) -> None:
    server, network = site
    clips = [clip(f"http://{HOST}/moved-nowhere/{kind}", "1"), clip(f"http://{HOST}/ok/x", "2")]
    assert states(download_job(clips, tmp_path, QUICK, network)[0]) == ["bad_url", "ok"]
    assert server.count[f"/moved-nowhere/{kind}"] == 1


@pytest.mark.parametrize("url", [NOWHERE["label"], NOWHERE["dots"]])
def test_a_host_that_cannot_be_is_a_bad_address(url: str, tmp_path: Path) -> None:
    assert states(download_job([clip(url)], tmp_path, QUICK, Network())[0]) == ["bad_url"]


def test_expiry_is_held_against_the_clock_of_the_study(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    _, network = site
    late = clip(f"http://{HOST}/ok/x?expires=1800000500")
    assert states(download_job([late], tmp_path / "a", QUICK, network)[0]) == ["ok"]
    assert states(download_job([late], tmp_path / "b", QUICK, network, now=1_800_000_500)[0]) == ["expired"]
    unknown = {**late, "clock": None}
    assert states(download_job([unknown], tmp_path / "c", QUICK, network)[0]) == ["ok"]


def test_retry_after_is_kept(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    server, network = site
    options = QUICK.model_copy(update={"attempts": 2})
    start = time.monotonic()
    table, _ = download_job([clip(f"http://{HOST}/throttled/x")], tmp_path, options, network)
    assert states(table) == ["http_429"]
    assert server.count["/throttled/x"] == 2
    assert time.monotonic() - start >= 1.0


@pytest.mark.parametrize(
    ("certificates", "state"),
    [
        ([HOST], "ok"),
        (["other.example"], "tls"),
        (["other.example", "other.example", HOST], "ok"),
    ],
)
def test_certificates_are_verified_by_the_name_in_the_url(
    certificates: list[str],
    state: str,
    serve: Any,
    authority: trustme.CA,
    ca_file: Path,
    tmp_path: Path,
) -> None:
    server = serve([server_context(authority, name) for name in certificates])
    network = Network({f"{HOST}:443": server.address()}, ca_file)
    table, attempts = download_job([clip(f"https://{HOST}/ok/x")], tmp_path, QUICK, network)
    assert states(table) == [state]
    assert [a.state for a in attempts] == ["tls"] * (3 if state == "tls" else len(certificates) - 1) + ["ok"] * (
        state == "ok"
    )
    assert len(server.seen) == (state == "ok"), "nothing is sent before the certificate is verified"


def test_an_unknown_authority_is_never_trusted(serve: Any, authority: trustme.CA, tmp_path: Path) -> None:
    server = serve([server_context(authority, HOST)])
    table, _ = download_job([clip(f"https://{HOST}/ok/x")], tmp_path, QUICK, Network({HOST: server.address()}))
    assert states(table) == ["tls"]


def test_a_second_run_asks_only_for_what_is_not_there(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    server, network = site
    kinds = ["ok", "404", "ok", "ok"]
    clips = [clip(f"http://{HOST}/{kind}/{number}", str(number)) for number, kind in enumerate(kinds)]
    first, _ = download_job(clips, tmp_path, QUICK, network)
    (tmp_path / "media/2/cover.jpg").unlink()
    damaged = tmp_path / "media/3/cover.jpg"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    server.seen.clear()
    second, _ = download_job(clips, tmp_path, QUICK, network)
    assert sorted(path for _, path in server.seen) == ["/404/1", "/ok/2", "/ok/3"]
    assert second.equals(first)
    assert damaged.read_bytes() == JPEG


def test_a_slow_host_holds_nobody_up(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    server, network = site
    options = Download(workers=4, per_host=2, attempts=1, read_seconds=10)
    slow = [clip(f"http://slow.example/gate/{n}", f"s{n}") for n in range(6)]
    fast = [clip(f"http://{HOST}/ok/{n}", f"f{n}") for n in range(40)]
    server.opens_gate_after = 40
    table, _ = download_job(slow + fast, tmp_path, options, network)
    assert states(table) == ["ok"] * 46, "the slow host answers only when the fast one was asked for all"


def test_the_limit_of_a_host_is_kept(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    _, network = site
    clips = [clip(f"http://{HOST}/slow/{n}", str(n)) for n in range(6)]
    start = time.monotonic()
    download_job(clips, tmp_path, QUICK.model_copy(update={"per_host": 2}), network)
    assert time.monotonic() - start >= 3 * 0.3


def test_a_dead_network_is_an_error_not_a_ledger_of_losses(tmp_path: Path) -> None:
    with MediaServer() as server:
        address = server.address()
    with pytest.raises(StudyError, match="no host could be reached for 2 files; check the network"):
        download_job(
            [clip(f"http://{HOST}/ok/{n}", str(n)) for n in range(2)], tmp_path, QUICK, Network({HOST: address})
        )


def test_a_dead_host_stops_no_second_run(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    _, network = site
    with MediaServer() as server:
        network = Network({**network.hosts, "dead.example": server.address()})
    clips = [clip(f"http://{HOST}/ok/1", "1"), clip("http://dead.example/ok/2", "2")]
    first, _ = download_job(clips, tmp_path, QUICK, network)
    assert states(first) == ["ok", "connection"]
    second, attempts = download_job(clips, tmp_path, QUICK, network)
    assert second.equals(first)
    assert [attempt.state for attempt in attempts] == ["connection"] * 3


def test_ids_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    for clip_id in ("../2", "a/b", "..", ".", "", "a\n", "/etc"):
        with pytest.raises(StudyError, match="clip id"):
            clip_folder(tmp_path, clip_id)
    assert clip_folder(tmp_path, "7170000000000000001") == tmp_path / "media/7170000000000000001"


def test_network_files(tmp_path: Path, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "network.json"
    path.write_text(json.dumps({"hosts": {"A.example:443": ["127.0.0.1", 8443]}, "ca": "ca.pem"}))
    monkeypatch.setenv("CLIPSTUDY_NETWORK", str(path))
    assert load_network() == Network({"a.example:443": ("127.0.0.1", 8443)}, ca_file)
    path.write_text(json.dumps({"hosts": {}, "ca": "none.pem"}))
    with pytest.raises(StudyError, match="key `ca`: no such file"):
        load_network(path)
    path.write_text("[]")
    with pytest.raises(StudyError, match="not a network file"):
        load_network(path)
    monkeypatch.delenv("CLIPSTUDY_NETWORK")
    assert load_network() == Network()


def test_a_killed_download_resumes(site: tuple[MediaServer, Network], tmp_path: Path) -> None:
    server, network = site
    clips = [clip(f"http://{HOST}/slow/{n}", f"{n:02d}") for n in range(20)] + [clip(f"http://{HOST}/404/x", "99")]
    (tmp_path / "clips.json").write_text(json.dumps(clips))
    (tmp_path / "network.json").write_text(json.dumps({"hosts": dict(network.hosts)}))
    program = (
        "import json, sys\nfrom pathlib import Path\n"
        "from clipstudy.media.download import download_job\nfrom clipstudy.media.network import load_network\n"
        "from clipstudy.study import Download\nroot = Path(sys.argv[1])\n"
        "download_job(json.loads((root / 'clips.json').read_text()), root / 'killed',"
        " Download(per_host=2), load_network(root / 'network.json'))"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: len(list((tmp_path / "killed").rglob("*.jpg"))) >= 5)
        os.kill(process.pid, signal.SIGKILL)
    there = {path.parent.name for path in (tmp_path / "killed").rglob("*.jpg")}
    assert 5 <= len(there) < 20
    recorded = {p.parent.name for p in (tmp_path / "killed").rglob("ledger.json") if '"ok"' in p.read_text()}
    server.seen.clear()
    resumed, _ = download_job(clips, tmp_path / "killed", QUICK, network)
    asked = {path.rsplit("/", 1)[-1].zfill(2) for _, path in server.seen} - {"0x"}
    assert asked == {f"{n:02d}" for n in range(20)} - recorded
    undisturbed, _ = download_job(clips, tmp_path / "whole", QUICK, network)
    assert resumed.equals(undisturbed)
    assert not list((tmp_path / "killed").rglob("*.part"))
