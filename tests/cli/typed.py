#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Types lines into a real, interactive shell, and prints with which arguments each then ran vgpuctl.

typed.py SHELL < LINES            each line is typed as it is, tabs too (they are the Tab key), and ended by Enter
typed.py zsh --offered < LINES    prints instead what was offered behind each line: the line, a tab, a word

SHELL is bash, zsh or fish; it completes by `vgpuctl completion SHELL`. For each line one JSON list of arguments. The
shell begins in this folder, with HOME there. VGPUCTL names the program.
"""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

READY = b"ready> "
RAN = b"the-line-has-run"
LIMIT = 30  # seconds, for a shell that hangs

# What `vgpuctl` is on the typed line: asked for completions it is the program, else it says what it was given.
STAND_IN = """#!/bin/bash
if [[ "$1" == complete-words ]]; then exec "$VGPUCTL" "$@"; fi
printf '%s\\0' "$@" >"$ARGUMENTS"
printf 'the-%s-run\\n' line-has
"""

ZSH = """
fpath=("$ZDOTDIR/functions" $fpath)
autoload -Uz compinit && compinit -u -D
LISTMAX=10000
PS1='ready> '
[[ -e "$ZDOTDIR/functions/_vgpuctl" ]] || source "$SCRIPT"
compadd() {
  if [[ "${@[1,(i)(-|--)]}" != *-[OAD]\\ * ]]; then
    local -a hits
    builtin compadd -O hits "$@"
    print -rl -- "${hits[@]}" >>"$OFFERED"
  fi
  builtin compadd "$@"
}
"""


def command_of(shell: str, folder: Path) -> list[str]:
    """How a shell is started that reads nothing of the user's."""
    if shell == "bash":
        (folder / "rc").write_text("PS1='ready> '\nsource \"$SCRIPT\"\n", encoding="utf-8")
        return ["bash", "--noprofile", "--rcfile", str(folder / "rc"), "-i"]
    if shell == "zsh":
        (folder / ".zshrc").write_text(ZSH, encoding="utf-8")
        return ["zsh", "-d", "-i"]
    return ["fish", "--no-config", "-C", 'source "$SCRIPT"; function fish_prompt; printf "ready> "; end']


class Typist:
    """A shell behind a terminal."""

    def __init__(self, shell: str, folder: Path, *, found: bool) -> None:
        program = os.environ["VGPUCTL"]
        script = folder / "script"
        script.write_bytes(subprocess.run([program, "completion", shell], capture_output=True, check=True).stdout)
        if found and shell == "zsh":  # as installed: zsh finds it and loads it when it is needed; else it is read
            (folder / "functions").mkdir()
            (folder / "functions" / "_vgpuctl").write_bytes(script.read_bytes())
        stand_in = folder / "bin" / "vgpuctl"
        stand_in.parent.mkdir()
        stand_in.write_text(STAND_IN, encoding="utf-8")
        stand_in.chmod(0o755)
        self.arguments = folder / "arguments"
        self.offered = folder / "offered"
        environment = {
            "PATH": f"{stand_in.parent}:{os.environ['PATH']}", "HOME": os.getcwd(), "TERM": "xterm", "LC_ALL": "C.UTF-8",
            "VGPUCTL": program, "SCRIPT": str(script), "ARGUMENTS": str(self.arguments), "ZDOTDIR": str(folder),
            "OFFERED": str(self.offered), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder),
        }
        command = command_of(shell, folder)
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, environment)
        self.seen = b""

    def wait_for(self, mark: bytes) -> None:
        """Reads what the shell shows until `mark` has come."""
        while mark not in self.seen:
            if not select.select([self.terminal], [], [], LIMIT)[0]:
                sys.exit(f"typed.py: no {mark!r} within {LIMIT} s, but: {self.seen!r}")
            self.seen += os.read(self.terminal, 65536)
        self.seen = self.seen.split(mark, 1)[1]

    def offers(self, line: str) -> list[str]:
        """What the shell offers behind a line; it says so by the way."""
        self.offered.write_bytes(b"")
        self.type(line + "\t")
        return sorted(set(filter(None, self.offered.read_text(encoding="utf-8").splitlines())))

    def type(self, line: str) -> list[str]:
        """The arguments of the vgpuctl that the line ran."""
        self.wait_for(READY)
        os.write(self.terminal, line.encode() + b"\r")
        self.wait_for(RAN)
        return self.arguments.read_bytes().decode().split("\0")[:-1]


def main() -> None:
    shell = sys.argv[1]
    if shutil.which(shell) is None:
        sys.exit(f"typed.py: there is no {shell} here")
    with tempfile.TemporaryDirectory() as folder:
        typist = Typist(shell, Path(folder), found="--offered" in sys.argv)
        for line in sys.stdin.read().splitlines():
            if "--offered" in sys.argv:
                print("\n".join(f"{line}\t{word}" for word in typist.offers(line)))
            else:
                print(json.dumps(typist.type(line)))
        os.close(typist.terminal)
        os.waitpid(typist.process, 0)


if __name__ == "__main__":
    main()
