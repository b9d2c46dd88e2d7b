# SPDX-License-Identifier: Apache-2.0
"""Programs of another Debian suite with all their libraries, in a folder of their own: a root that they run in, or from."""

import shutil
from pathlib import Path

from packages import Apt, NotToBeHad, Unreachable, run

# Sanitizers' libraries: of what gcc depends on a tenth, and no kernel module is linked with them.
LEFT_OUT = {"libasan8", "liblsan0", "libtsan2", "libubsan1", "libhwasan0"}
LIBRARIES = "usr/lib/x86_64-linux-gnu"


def unpack(apt: Apt, packages: list[str], alone: list[str], root: Path) -> None:
    """Unpacks packages with all they need, and others `alone`, into a new root. No script of theirs runs: what these set up
    is missing (/usr/bin/awk, for one). Raises NotToBeHad."""
    shutil.rmtree(root, ignore_errors=True)
    try:
        # base-files has the links from / into /usr.
        apt.unpack([name for name in apt.closure(["base-files", *packages]) if name not in LEFT_OUT] + alone, root)
    except Unreachable as error:
        raise NotToBeHad(f"its packages can't be fetched: {error}") from error


def run_inside(root: Path, *command: str) -> str:
    """Runs a command with `root` as its /. The rights to do so come from a user namespace, and the mounts end with it."""
    inside = 'mount --rbind /dev "$0/dev" && mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"'
    return run("unshare", "--map-root-user", "--mount", "sh", "-c", inside, str(root), *command)


def from_outside(root: Path, program: str) -> list[str]:
    """A command that runs a root's program, with its own loader and libraries, among this machine's files."""
    return [str(root / "usr/lib64/ld-linux-x86-64.so.2"), "--library-path", str(root / LIBRARIES), str(root / program)]
