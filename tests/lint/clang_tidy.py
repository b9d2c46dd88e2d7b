#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy-19 over the project's C++ files, several at a time; every warning fails.

clang_tidy.py --build DIR             all files
clang_tidy.py --build DIR --changed   those that differ from HEAD~1; all where there is no such commit
clang_tidy.py ... --most N            of those, the N that changed most, and says how many it did not look at
clang_tidy.py --self-test             shows that a planted fault is found
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
from tree import Tree, includes  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SCOPES = ("libvfmgr", "cli", "tests")


def git(*arguments: str) -> list[str] | None:
    """Lines of git's answer; None where it has none (no git, no such commit)."""
    try:
        run = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return run.stdout.splitlines() if run.returncode == 0 else None


def changed_files() -> dict[str, int] | None:
    """How many lines changed of the files that differ from the parent commit; None: there is none to compare with."""
    differing = git("diff", "--numstat", "--no-renames", "HEAD~1", "--")
    new = git("ls-files", "--others", "--exclude-standard")
    if differing is None or new is None:
        return None
    changed = {path: 1 for path in new}
    for line in differing:
        added, removed, path = line.split("\t")
        changed[path] = sum(int(count) for count in (added, removed) if count.isdigit())
    return changed


def units_of(tree: Tree, changed: dict[str, int] | None) -> list[str]:
    """The .cpp files to look at: those changed, and one that includes each changed header."""
    sources = [path for scope in SCOPES if tree.has(scope) for path in tree.cpp(scope) if path.endswith(".cpp")]
    if changed is None or ".clang-tidy" in changed:
        return sources
    chosen = {path for path in sources if path in changed}
    included = {path: [name for _, name, quoted in includes(tree.text(path)) if quoted] for path in sources}
    for header in sorted(path for path in changed if path.endswith(".hpp") and tree.has(path)):
        users = [path for path in sources if any(header.endswith("/" + name) for name in included[path])]
        if users and chosen.isdisjoint(users):
            chosen.add(users[0])
    return sorted(chosen, key=lambda path: (-changed.get(path, 0), path))


def tidy(arguments: list[str]) -> tuple[int, str]:
    run = subprocess.run(["clang-tidy-19", "--quiet", *arguments], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr if run.returncode else ""


def check(build: Path, found: list[str], most: int | None) -> int:
    jobs = len(os.sched_getaffinity(0))
    files = found[:most]
    print(f"clang-tidy: {len(files)} files; not looked at, of those that changed: {len(found) - len(files)}")
    failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        for path, (status, text) in zip(
            files, pool.map(lambda path: tidy(["-p", str(build), str(ROOT / path)]), files), strict=True
        ):
            if status:
                failed += 1
                print(f"-- {path}\n{text}", flush=True)
    print(f"clang-tidy: {failed} of {len(files)} files with findings")
    return 1 if failed else 0


def self_test() -> int:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "planted.cpp")
        base = [f"--config-file={ROOT / '.clang-tidy'}", str(source), "--", "-std=c++23"]
        source.write_text("int answer() {\n  return 42;\n}\n", encoding="utf-8")
        good, text = tidy(base)
        source.write_text("int* Answer() {\n  return 0;\n}\n", encoding="utf-8")
        bad, _ = tidy(base)
    if good or not bad:
        print(f"good example: {good}, planted fault: {bad}\n{text}")
        return 1
    print("the planted fault is found, the good example passes")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path)
    parser.add_argument("--changed", action="store_true")
    parser.add_argument("--most", type=int)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.build or not (options.build / "compile_commands.json").exists():
        parser.error("--build must name a build folder with compile_commands.json")
    return check(options.build, units_of(Tree(ROOT), changed_files() if options.changed else None), options.most)


if __name__ == "__main__":
    sys.exit(main())
