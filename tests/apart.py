"""Commands run where something is missing: room on a disk, the right to write, the network, a tool."""

import os
import subprocess
from pathlib import Path

# an ordinary user is root in a namespace of their own, and there alone
NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
SECONDS = 240


def run_apart(
    root: Path, script: str, environment: dict[str, str], *, network: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a bash script in `root`, where it may mount file systems that nothing else on this machine sees.

    Parameters
    ----------
    network : bool
        Without it, the script reaches this machine alone.
    """
    command = [*NAMESPACE, *([] if network else ["--net"]), "bash", "-euc"]
    loopback = "" if network else "ip link set lo up\n"
    return subprocess.run(
        [*command, loopback + script],
        cwd=root,
        env=environment | {"PATH": f"{environment['PATH']}:/usr/sbin:/sbin"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def link_tools(folder: Path, *without: str) -> str:
    """Make a folder that has every tool on the path except those that begin with a name; give the path that it is."""
    folder.mkdir()
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for tool in place.iterdir() if place.is_dir() else ():
            link = folder / tool.name
            if not tool.name.startswith(without) and not link.is_symlink():
                link.symlink_to(tool)
    return str(folder)
