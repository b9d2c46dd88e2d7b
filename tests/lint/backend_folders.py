# SPDX-License-Identifier: Apache-2.0
"""Every backend's folder is complete: README with the fixed headings, attrs, code, simulated driver, cases.

What several backends of a vendor share is a folder too: it has no backend.cpp, its name is the first word of theirs,
and its README.md holds the vendor's facts, under headings of its own. So is what is known of a vendor whichever backend
manages its GPUs: registry.cpp then includes it.
"""

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
# Of a backend that makes no VFs there is nothing to enable or to bind.
KINDS_WITHOUT_VFS = ["split", "change", "back"]
CASES = re.compile(r"^Golden cases: `?tests/golden/(?P<prefix>[\w-]+)-\*`?(?P<without> \(makes no VFs\))?", re.MULTILINE)
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
    return [kind for kind in (KINDS_WITHOUT_VFS if cases["without"] else KINDS) if f"{cases['prefix']}-{kind}" not in names]


def is_shared(tree: Tree, name: str, names: list[str]) -> bool:
    """Whether the folder is no backend but what backends named after it share."""
    users = [other for other in names if other.startswith(f"{name}_") and tree.has(f"{BACKENDS}/{other}/backend.cpp")]
    registry = f"{BACKENDS}/registry.cpp"
    listed = tree.has(registry) and f'"backends/{name}/' in tree.text(registry)
    return bool(users or listed) and not tree.has(f"{BACKENDS}/{name}/backend.cpp")


def shared_faults(tree: Tree, place: str) -> list[Finding]:
    if not tree.has(f"{place}/README.md"):
        return [Finding(place, 1, "README.md is missing: the vendor's facts")]
    if not re.search(r"^## .+\n\s*\S", tree.text(f"{place}/README.md"), re.MULTILINE):
        return [Finding(f"{place}/README.md", 1, "it has no heading with facts under it")]
    return []


def check(tree: Tree) -> list[Finding]:
    found = []
    root = tree.root / BACKENDS
    folders = sorted(p for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
    for folder in folders:
        place = f"{BACKENDS}/{folder.name}"
        if is_shared(tree, folder.name, [other.name for other in folders]):
            found += shared_faults(tree, place)
            continue
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
# acme_vfio beside acme, which then has no backend of its own.
SHARING = {path.replace(f"{BACKENDS}/acme/", f"{BACKENDS}/acme_vfio/"): text for path, text in COMPLETE.items()} | {
    f"{BACKENDS}/registry.cpp": "extern const Backend& acme_vfio;\n",
    f"{BACKENDS}/acme/README.md": "# acme\n\n## Names\nSomething.\n",
    f"{BACKENDS}/acme/names.cpp": "",
}


# A backend that only deals something out.
DEALING = {
    path.replace("acme-enable", "acme-split").replace("acme-replace", "acme-change").replace("acme-disable", "acme-back"): text.replace(
        "acme-*", "acme-* (makes no VFs)"
    )
    for path, text in COMPLETE.items()
    if "acme-one-vf" not in path and "acme-rebind" not in path
}


def lacking(path: str, files: dict[str, str] = COMPLETE) -> dict[str, str]:
    return {name: text for name, text in files.items() if name != path}


def elsewhere(files: dict[str, str]) -> dict[str, str]:
    """The same folders of another vendor: one example holds both a backend alone and one that shares."""
    return {path.replace("acme", "else"): text.replace("acme", "else") for path, text in files.items()}


# A vendor without a backend of its own.
VENDOR = {f"{BACKENDS}/lone/README.md": "# lone\n\n## Registers\nSomething.\n", f"{BACKENDS}/lone/regs.hpp": ""}
GOOD = (
    COMPLETE
    | elsewhere(SHARING)
    | {path.replace("acme", "deal"): text.replace("acme", "deal") for path, text in DEALING.items()}
    | VENDOR
    | {
        f"{BACKENDS}/registry.cpp": '#include "backends/lone/registers.hpp"\n'
        "extern const Backend& acme;\nextern const Backend& else_vfio;\nextern const Backend& deal;\n"
    }
)
BAD = {
    "no README": lacking(f"{BACKENDS}/acme/README.md"),
    "no attrs": lacking(f"{BACKENDS}/acme/attrs.hpp"),
    "no simulated driver": lacking("libvfmgr/src/sim/acme.cpp"),
    "no cases": lacking("tests/golden/acme-rebind/plan.txt"),
    "no cases of what it deals out": lacking("tests/golden/acme-back/plan.txt", DEALING),
    "other cases than of one that makes no VFs": DEALING
    | {f"{BACKENDS}/acme/README.md": COMPLETE[f"{BACKENDS}/acme/README.md"]},
    "not registered": COMPLETE | {f"{BACKENDS}/registry.cpp": ""},
    "no heading": COMPLETE
    | {f"{BACKENDS}/acme/README.md": COMPLETE[f"{BACKENDS}/acme/README.md"].replace("## Paths\n", "")},
    "an empty heading": COMPLETE
    | {f"{BACKENDS}/acme/README.md": COMPLETE[f"{BACKENDS}/acme/README.md"].replace("Paths\nSomething.\n", "Paths\n")},
    "silent about the simulator": COMPLETE
    | {f"{BACKENDS}/acme/README.md": README + "Golden cases: tests/golden/acme-*\n"},
    "shared without a README": lacking(f"{BACKENDS}/acme/README.md", SHARING),
    "shared without facts": SHARING | {f"{BACKENDS}/acme/README.md": "# acme\n\n## Names\n"},
    "shared by nobody": lacking(f"{BACKENDS}/acme_vfio/backend.cpp", SHARING),
    "shared by another vendor's": {path.replace("acme_vfio", "acmevfio"): text for path, text in SHARING.items()}
    | {f"{BACKENDS}/registry.cpp": "extern const Backend& acmevfio;\n"},
    "a vendor that registry.cpp does not include": COMPLETE | VENDOR,
    "a vendor without a README": lacking(f"{BACKENDS}/lone/README.md", GOOD),
    "silent about its cases": COMPLETE
    | {f"{BACKENDS}/acme/README.md": README + "Simulated driver: libvfmgr/src/sim/acme.cpp\n"},
}
