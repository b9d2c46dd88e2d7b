#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""on_terminal.py COMMAND…: runs COMMAND with standard error on a terminal, and copies what it says there.

Where an armed fault stops COMMAND, it goes on after 0.7 s: progress is shown of runs longer than half a second, by the
machine's own clock, which no simulated host has. Ends with COMMAND's exit status.
"""

import os
import pty
import signal
import subprocess
import sys
import threading
import time


def copy(terminal: int) -> None:
    while True:
        try:
            said = os.read(terminal, 4096)
        except OSError:  # EIO: nobody has the other end any more
            return
        if not said:
            return
        sys.stderr.buffer.write(said)
        sys.stderr.buffer.flush()


def main() -> int:
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
    child = subprocess.Popen(sys.argv[1:], stderr=theirs, env=environment)
    os.close(theirs)
    copier = threading.Thread(target=copy, args=(ours,))
    copier.start()
    while True:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        time.sleep(0.7)
        os.kill(child.pid, signal.SIGCONT)
    copier.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode


sys.exit(main())
