#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""stopped.py COMMAND… -- OTHER…: runs COMMAND until an armed fault stops it, runs OTHER meanwhile, kills COMMAND.

Ends with OTHER's exit status; with 125 where COMMAND ended instead of stopping.
"""

import os
import signal
import subprocess
import sys


def main() -> int:
    words = sys.argv[1:]
    cut = words.index("--")
    first = subprocess.Popen(words[:cut], stdout=subprocess.DEVNULL)
    _, status = os.waitpid(first.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        print("it ended and did not stop", file=sys.stderr)
        return 125
    other = subprocess.run(words[cut + 1 :], check=False)
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    return other.returncode


sys.exit(main())
