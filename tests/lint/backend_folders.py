# SPDX-License-Identifier: Apache-2.0
"""Every backend's folder is complete: README with the fixed headings, attrs, code, simulated driver, cases."""

import re

from tree import Finding, Tree

BACKENDS = "libvfmgr/src/backends"
HEADINGS = [
    "Hardware",
    "Kernel and versions",
    "Paths",
    "Registers and their sources",
    "Limits and rounding",
    "Cannot be undone",
    "Captured on",
]
KINDS = ["enable", "one-vf", "replace", "disable", "rebind"]
CASES = re.compile(r"^Golden cases: `?tests/golden/(?P<prefix>[\w-]+)-\*`?", re.MULTILINE)
SIMULATED = re.compile(r"^Simulated driver: (?:`?(?P<path>[\w/.-]+\.cpp)`?|none, because \S.*)", re.MULTILINE)


def readme_faults(tree: Tree, path: str) -> list[Finding]:
    text = tree.text(path)
    found = []
    headings = re.findall(r"^## (.+?)\s*$", text, re.MULTILINE)
    if headings != HEADINGS:
        found.append(Finding(path, 1, f"its '##' headings must be, in this order: {' · '.join(HEADINGS)}"))
    for heading in HEADINGS:
        if re.search(rf"^## {re.escape(heading)}\s*\n\s*(?=^## |\Z)", text, re.MULTILINE):
            found.append(Finding(path, 1, f"nothing stands under '{heading}'"))
    simulated = SIMULATED.search(text)
    if not simulated:
        found.append(Finding(path, 1, "no line 'Simulated driver: FILE.cpp' or 'Simulated driver: none, because …'"))
    elif simulated["path"] and not tree.has(simulated["path"]):
        found.append(Finding(path, 1, f"its simulated driver {simulated['path']} does not exist"))
    return found


def lacks_cases(tree: Tree, text: str) -> list[str]:
    """Which of the kinds of golden cases the README's pattern does not find."""
    cases = CASES.search(text)
    if not cases:
        return KINDS
    names = {path.split("/")[2] for path in tree.files("tests/golden")} if tree.has("tests/golden") else set()
    return [kind for kind in KINDS if f"{cases['prefix']}-{kind}" not in names]


def check(tree: Tree) -> list[Finding]:
    found = []
    root = tree.root / BACKENDS
    for folder in sorted(p for p in root.iterdir() if p.is_dir()) if root.is_dir() else []:
        place = f"{BACKENDS}/{folder.name}"
        for name in ("README.md", "backend.cpp", "attrs.hpp"):
            if not tree.has(f"{place}/{name}"):
                found.append(Finding(place, 1, f"{name} is missing"))
        if tree.has(f"{place}/README.md"):
            found += readme_faults(tree, f"{place}/README.md")
        registry = f"{BACKENDS}/registry.cpp"
        if not tree.has(registry) or folder.name not in tree.text(registry):
            found.append(Finding(place, 1, "registry.cpp does not name it"))
        text = tree.text(f"{place}/README.md") if tree.has(f"{place}/README.md") else ""
        for kind in lacks_cases(tree, text):
            found.append(Finding(place, 1, f"its line 'Golden cases: tests/golden/PREFIX-*' leads to no case '{kind}'"))
    return found


README = "".join(f"## {heading}\nSomething.\n" for heading in HEADINGS)
COMPLETE = {
    f"{BACKENDS}/acme/README.md": README
    + "Simulated driver: libvfmgr/src/sim/acme.cpp\nGolden cases: tests/golden/acme-*\n",
    f"{BACKENDS}/acme/backend.cpp": "",
    f"{BACKENDS}/acme/attrs.hpp": "",
    f"{BACKENDS}/registry.cpp": "extern const Backend& acme;\n",
    "libvfmgr/src/sim/acme.cpp": "",
} | {f"tests/golden/acme-{kind}/plan.txt": "" for kind in KINDS}


def lacking(path: str) -> dict[str, str]:
    return {name: text for name, text in COMPLETE.items() if name != path}


GOOD = COMPLETE
BAD = {
    "no README": lacking(f"{BACKENDS}/acme/README.md"),
    "no attrs": lacking(f"{BACKENDS}/acme/attrs.hpp"),
    "no simulated driver": lacking("libvfmgr/src/sim/acme.cpp"),
    "no cases": lacking("tests/golden/acme-rebind/plan.txt"),
    "not registered": COMPLETE | {f"{BACKENDS}/registry.cpp": ""},
    "no heading": COMPLETE
    | {f"{BACKENDS}/acme/README.md": COMPLETE[f"{BACKENDS}/acme/README.md"].replace("## Paths\n", "")},
    "an empty heading": COMPLETE
    | {f"{BACKENDS}/acme/README.md": COMPLETE[f"{BACKENDS}/acme/README.md"].replace("Paths\nSomething.\n", "Paths\n")},
    "silent about the simulator": COMPLETE
    | {f"{BACKENDS}/acme/README.md": README + "Golden cases: tests/golden/acme-*\n"},
    "silent about its cases": COMPLETE
    | {f"{BACKENDS}/acme/README.md": README + "Simulated driver: libvfmgr/src/sim/acme.cpp\n"},
}
