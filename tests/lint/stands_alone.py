# SPDX-License-Identifier: Apache-2.0
"""The project names nothing that is not part of it: no folder beside it, no machine's path, no package registry."""

import re

from tree import Finding, Tree

# Put together here from halves, so that this file does not name them either.
NAMES = [
    r"\.\./" + "shared",
    "(?<![\\w.])/" + r"work/",
    "(?<![\\w.])/" + r"(root|home)/\w",
    r"(deb|security|snapshot|archive)\." + r"(debian|ubuntu)\.",
    "https?://[a-z.]*/" + "(debian|ubuntu)",
    r"registry\.[a-z]+" + "js",
    r"(pypi|pythonhosted)\." + "org",
    r"crates\." + "io",
    r"proxy\.golang\." + "org",
    "api" + "_key|auth" + "_token",
]
FORBIDDEN = re.compile("|".join(f"(?:{name})" for name in NAMES))


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in tree.files():
        for number, line in enumerate(tree.text(path).split("\n"), start=1):
            match = FORBIDDEN.search(line)
            if match:
                found.append(Finding(path, number, f"names '{match.group(0)}', which is no part of the project"))
    return found


GOOD = {"README.md": "Framework/working, tests/work.txt, homes\n"}
BAD = {
    "the folder beside": {"README.md": "see ../" + "shared/design.md\n"},
    "a machine's path": {"a.cpp": 'auto p = "/' + 'work/x";\n'},
    "somebody's home": {"a.sh": "cd /" + "home/me\n"},
    "a registry": {"scripts/x": "curl https://deb." + "debian.org/\n"},
}
