"""Measure from raw lines to all derived tables, beside a pandas port of the published notebook.

`python benchmarks/bench_virality.py results/bench/virality.json [observations ...]`; by default at the published size,
26,000, and at ten million, which needs 6 GB of disk for a while. Feeds are generated in place. Each measurement is a
process of its own that first goes through a tiny feed, so that neither imports nor the loading of compiled code count.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from clipstudy.study import Feed, Virality
from clipstudy.tables import write_json, write_sorted, write_table
from clipstudy.virality.derived import Sightings, derive_audios, derive_creators, derive_ratios, derive_uploads
from clipstudy.virality.episodes import tabulate_episodes
from clipstudy.virality.panel import clean, read_blocks
from clipstudy.virality.rates import fit_paths, measure_rates
from clipstudy.world.feed.build import simulate_feed, write_runs
from clipstudy.world.feed.many import generate_lines
from pandas_port import derive, read_runs

SIZES = [26_000, 10_000_000]
PORTED = 26_000
BEGIN = datetime(2022, 7, 30, 12, tzinfo=UTC)
FEED = Feed(start=BEGIN, faults={"killed_run": 9, "torn_line": 3, "duplicated_line": 40})
TINY = {"runs": 24, "clips": 60, "creators": 40, "audios": 40, "bursts": 2, "giants": 0, "ambiguous_giants": 0}


def derive_all(raw: Path, folder: Path) -> int:
    """Go from run files to all derived tables on disk; returns the number of observations."""
    observations, *_ = clean(read_blocks(sorted(raw.glob("*.jsonl"))), BEGIN)
    write_sorted(observations, folder / "observations.parquet")
    sightings = Sightings(observations)
    paths = fit_paths(sightings)
    write_table("episodes", tabulate_episodes(sightings, paths, Virality(begin=BEGIN)), folder / "episodes.parquet")
    makers = {
        "rates": partial(measure_rates, paths=paths),
        "ratios": derive_ratios,
        "uploads": derive_uploads,
        "creators": derive_creators,
        "audios": derive_audios,
    }
    for name, make in makers.items():
        write_sorted(make(sightings), folder / f"{name}.parquet")
    return observations.num_rows


def measure_child(kind: str, raw: Path, tiny: Path) -> dict[str, float]:
    """Measure in this process: seconds of wall and processor time, and the peak of resident memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        run = partial(derive_all, folder=Path(folder)) if kind == "clipstudy" else port
        run(tiny)
        began, used = time.perf_counter(), time.process_time()
        rows = run(raw)
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"observations": rows, "seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "peak_mb": round(peak)}


def port(raw: Path) -> int:
    """Run the pandas port; returns the number of observations."""
    frame, _ = derive(read_runs(raw), BEGIN.isoformat())
    return len(frame)


def generate(raw: Path, size: int) -> None:
    """Write a feed of the published size as it is, a larger one from copies."""
    if size <= PORTED:
        write_runs(simulate_feed(FEED, 1), raw)
    else:
        generate_lines(raw, size, 1, FEED)


def main(output: Path, sizes: list[int]) -> None:
    """Generate feeds, measure each in a new process, write the results."""
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch:
        tiny = Path(scratch) / "tiny"
        generate_lines(tiny, 1, 1, FEED.model_copy(update={**TINY, "clips_per_run": 10, "faults": {}}))
        for size in sizes:
            raw = Path(scratch) / str(size)
            generate(raw, size)
            for kind in ["clipstudy", "pandas_port"] if size <= PORTED else ["clipstudy"]:
                command = [sys.executable, __file__, "--child", kind, raw, tiny]
                found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                results[f"{kind}_{size}"] = found
                print(kind, found)
            for path in raw.glob("*"):
                path.unlink()
    if f"pandas_port_{PORTED}" in results:
        ours, theirs = results[f"clipstudy_{PORTED}"], results[f"pandas_port_{PORTED}"]
        results["times_faster_than_pandas"] = round(theirs["seconds"] / ours["seconds"], 1)
    write_json(results, output)


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        print(json.dumps(measure_child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
    else:
        main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or SIZES)
