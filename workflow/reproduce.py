"""Build a study twice under conditions that must not matter, and compare every byte: `reproduce.py [study]`.

The two builds lie in folders with names of different length and differ in time zone, locale, umask, hash seed and
number of cores. One has no network but loopback; the other is told to use no newer instruction of the processor than
libraries can be kept from. Measurements (`timings/`) are not compared.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from copies import copy_tracked
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

SHOWN = 16  # bytes of each file, from where they differ
OLD_PROCESSOR = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name]),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-FMA,-FMA4",
    "OPENBLAS_CORETYPE": "Nehalem",
    "CT2_FORCE_CPU_ISA": "GENERIC",
    "CT2_USE_MKL": "0",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    "NUMBA_CPU_NAME": "generic",
    "ARROW_USER_SIMD_LEVEL": "NONE",
}
CONDITIONS = {
    "one": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "UMASK": "022", "CORES": "2"},
    "another-folder": {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "UMASK": "077", "CORES": "1"}
    | OLD_PROCESSOR,
}
# brings up the loopback interface of a network of its own, then becomes the command that follows
ON_LOOPBACK = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, up and running
os.execvp(sys.argv[1], sys.argv[1:])
"""


def without_network() -> list[str]:
    """Prefix that cuts a command off from every network but loopback; empty where that is not permitted."""
    prefix = [
        "unshare",
        "--net",
        *([] if os.geteuid() == 0 else ["--map-root-user"]),
        sys.executable,
        "-c",
        ON_LOOPBACK,
    ]
    try:
        allowed = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return prefix if allowed else []


def copy_repository(target: Path) -> None:
    """Copy the repository, as it is in this working tree, and lend the copy the environment."""
    copy_tracked(Path(), target)
    (target / ".venv").symlink_to(Path(".venv").resolve())


def build(root: Path, study: str, conditions: dict[str, str], prefix: list[str]) -> None:
    """Build a study from nothing in a copy of the repository.

    Raises
    ------
    SystemExit
        With the last words of Snakemake where it fails.
    """
    environment = os.environ | {key: value for key, value in conditions.items() if key.isupper()}
    environment |= {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [".venv/bin/snakemake", "--cores", conditions.get("CORES", "all"), "--config", f"study={study}"]
    ended = subprocess.run(
        [*prefix, *command],
        cwd=root,
        env=environment,
        umask=int(conditions.get("UMASK", "022"), 8),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        sys.exit(f"{study} could not be built in {root}:\n{ended.stdout[-4000:]}")


def list_artefacts(root: Path, study: str) -> set[str]:
    """Files that a build made and that must be the same, relative to the root."""
    folders = [f"data/{study}", f"results/{study}", f"paper/build/{study}"]
    return {
        str(path.relative_to(root))
        for folder in folders
        for path in (root / folder).rglob("[!.]*")
        if path.is_file() and "timings" not in path.parts
    }


def first_difference(one: Path, other: Path) -> int | None:
    """Position of the first byte in which two files differ; None where they are equal."""
    a, b = one.read_bytes(), other.read_bytes()
    if a == b:
        return None
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def compare(one: Path, other: Path, study: str) -> list[str]:
    """Say which artefacts of two builds differ: by their first differing bytes, or by being in one of them alone."""
    here, there = list_artefacts(one, study), list_artefacts(other, study)
    lines = [
        f"{name}: only in {root.name}" for root, names in ((one, here - there), (other, there - here)) for name in names
    ]
    for name in here & there:
        at = first_difference(one / name, other / name)
        if at is not None:
            shown = (root.joinpath(name).read_bytes()[at : at + SHOWN] for root in (one, other))
            lines.append(f"{name}: from byte {at}: " + " | ".join(f"{part.hex(' ')} {part!r}" for part in shown))
    return sorted(lines)


def main(study: str) -> None:
    """Build twice and compare; end with 1 where a byte differs."""
    with tempfile.TemporaryDirectory(prefix="clipstudy-reproduce-") as folder:
        roots = [Path(folder) / name for name in CONDITIONS]
        cut_off = without_network()
        if not cut_off:
            print("reproduce: this user may not cut the network off (unshare --net); both builds have it")
        for root, conditions, prefix in zip(roots, CONDITIONS.values(), (cut_off, []), strict=True):
            copy_repository(root)
            known = ", ".join(f"{key}={conditions[key]}" for key in ("TZ", "LC_ALL", "UMASK", "CORES"))
            print(f"reproduce: building {study} with {known}{', no network' if prefix else ''}", flush=True)
            build(root, study, conditions, prefix)
        different = compare(*roots, study)
        compared = len(list_artefacts(roots[0], study))
    if different:
        sys.exit("\n".join([f"reproduce: {len(different)} of {compared} files differ:", *different]))
    print(f"reproduce: {compared} files of {study}, its paper too, are the same in every byte")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mini")
