#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes into the cases of pci/ what real kernels did.

    tests/vm/run.py job --series 6.1 --build B --seconds 1200 tests/vm/jobs/record.sh > 6.1.heard
    tests/contract/record.py 6.1.heard 6.12.heard ...

Each step's expectation becomes what the kernels came to; where they differ, the newest's stands first and the others' in
brackets. What a kernel that was not asked is expected to do stays as it was. A case gets the status `recorded on RELEASE ...`
where every kernel played it to its end. A value that is new is written as it was met: names ($pf, $vf0) are for a person to
put in, since they are what the case means.
"""

import re
import sys
from pathlib import Path

PCI = Path(__file__).resolve().parent / "pci"
KERNELS = ("5.10", "6.1", "6.12", "7.2")
STEP = re.compile(r"^(?P<left>.*?) +-> (?P<main>.*?)(?: +\[(?P<others>[0-9]+\.[0-9]+: .*)\])?$")


def kernel_of(release: str) -> str:
    """As kernels.cpp: the newest of KERNELS that is no newer."""
    def number(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", text)[:2])
    return [kernel for kernel in KERNELS if number(kernel) <= number(release)][-1]


class Heard:
    """What one kernel did: by file and line of the step; and the cases that it did not end."""

    def __init__(self, path: Path):
        self.met: dict[tuple[str, int], str] = {}
        self.cases: set[tuple[str, int]] = set()
        self.broken: set[tuple[str, int]] = set()
        self.release = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if fields[0] == "release":
                self.release = fields[1]
            elif len(fields) == 4:
                where = (fields[0], int(fields[1]))
                self.cases.add(where)
                if fields[2] == "-":
                    self.broken.add(where)
                else:
                    self.met[(fields[0], int(fields[2]))] = fields[3]
        if not self.release:
            sys.exit(f"{path}: no kernel says who it is")
        self.kernel = kernel_of(self.release)
        self.version = re.match(r"[0-9.]+", self.release)[0].rstrip(".")


def expectations(step: re.Match) -> dict[str, str]:
    """By kernel, what a step's line says."""
    all_of = {kernel: step["main"] for kernel in KERNELS}
    for part in (step["others"] or "").split("; "):
        if part:
            kernel, _, what = part.partition(": ")
            all_of[kernel] = what
    return all_of


def line_with(step: re.Match, wanted: dict[str, str]) -> str:
    main = wanted[KERNELS[-1]]
    others = "; ".join(f"{kernel}: {what}" for kernel, what in wanted.items() if what != main)
    return f"{step['left']} -> {main}" + (f" [{others}]" if others else "")


def recorded(name: str, lines: list[str], kernels: list[Heard]) -> list[str]:
    out = []
    case = 0
    for number, line in enumerate(lines, 1):
        case = number if line.startswith("case ") else case
        if line.startswith("status: "):
            asked = [one for one in kernels if (name, case) in one.cases]
            if asked and not any((name, case) in one.broken for one in asked):
                line = "status: recorded on " + " ".join(one.version for one in asked)
        step = STEP.match(line)
        if step and not line.startswith(("#", "source: ", "case ")):
            wanted = expectations(step)
            before = dict(wanted)
            for one in kernels:
                met = one.met.get((name, number), "=")
                if met != "=":
                    wanted[one.kernel] = met
            # A kernel that nobody asked goes with the newest that was, where the case told them not apart.
            asked = [one.kernel for one in kernels]
            if "7.2" not in asked and before["7.2"] == before[asked[-1]]:
                wanted["7.2"] = wanted[asked[-1]]
            if wanted != before:
                print(f"{name}:{number}: {line}\n    -> {line_with(step, wanted)}")
                line = line_with(step, wanted)
        out.append(line)
    return out


def main() -> None:
    kernels = sorted((Heard(Path(path)) for path in sys.argv[1:]), key=lambda one: KERNELS.index(one.kernel))
    if not kernels:
        sys.exit(__doc__)
    for path in sorted(PCI.glob("*.cases")):
        lines = path.read_text(encoding="utf-8").split("\n")
        path.write_text("\n".join(recorded(path.name, lines, kernels)), encoding="utf-8")


if __name__ == "__main__":
    main()
