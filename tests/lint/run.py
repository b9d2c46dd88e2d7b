#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one lint over the project, or shows that it can fail.

run.py NAME              every finding is printed; exit status 1 if there is one
run.py NAME --self-test  plants the lint's good and bad examples in an empty folder: the good ones must pass,
                         each bad one must be found
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
from tree import Finding, Tree  # noqa: E402


def planted(lint, files: dict[str, str]) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return lint.check(Tree(Path(folder)))


def self_test(lint) -> int:
    wrong = [f"found in the good example: {finding}" for finding in planted(lint, lint.GOOD)]
    wrong += [f"not found: {what}" for what, files in lint.BAD.items() if not planted(lint, files)]
    print("\n".join(wrong) or f"{len(lint.BAD)} planted faults found, the good example passes")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    lint = importlib.import_module(options.name)
    if options.self_test:
        return self_test(lint)
    found = lint.check(Tree(options.root))
    print("\n".join(map(str, found)) or f"{options.name}: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
