#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what a process opens below the big host's tree: each file once at the most.

    opens.py MEASURE FOLDER VERB
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

# 4711  openat2(5</t/sys/bus/pci>, "devices", {flags=O_RDONLY|O_CLOEXEC, …}, 24) = 7</t/sys/bus/pci/devices>
CALL = re.compile(r'(?:openat2?|open)\(.*?\{?(?:flags=)?\b(?P<flags>O_[A-Z_|]+).*\) = \d+<(?P<path>.*)>$')


def traced(command: list[str]) -> list[str]:
    with tempfile.NamedTemporaryFile("r") as log:
        watched = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", "trace=openat,openat2", "-o", log.name, *command]
        ended = subprocess.run(watched, stdout=subprocess.DEVNULL, check=False)
        if ended.returncode != 0:
            sys.exit(f"{' '.join(watched)} ended with {ended.returncode}")
        return log.read().splitlines()


def opened(lines: list[str], tree: str) -> Counter:
    """Files by path. Directories are listed, and links followed, through descriptors of their own."""
    files: Counter = Counter()
    for line in lines:
        call = CALL.search(line)
        if not call or {"O_DIRECTORY", "O_PATH"} & set(call["flags"].split("|")):
            continue
        if call["path"].startswith(tree):
            files[call["path"]] += 1
    return files


def main() -> None:
    measure, folder, verb = sys.argv[1:]
    files = opened(traced([measure, verb, folder]), str(Path(folder) / "tree"))
    twice = {path: times for path, times in files.items() if times > 1}
    print(f"{verb}: {sum(files.values())} opens of {len(files)} files")
    for path, times in sorted(twice.items())[:10]:
        print(f"  {times} times: {path}")
    if twice:
        sys.exit(f"{len(twice)} files were opened more than once")
    # 16 GPUs x 64 VFs x 3 attributes: fewer, and this counts the wrong calls.
    if verb != "list" and len(files) < 16 * 64 * 3:
        sys.exit("the VFs' attributes were not seen being opened")


if __name__ == "__main__":
    main()
