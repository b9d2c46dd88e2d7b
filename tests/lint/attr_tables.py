# SPDX-License-Identifier: Apache-2.0
"""Every attribute says where its facts come from; one that is written says how its writes fail."""

import re

from tree import Finding, Tree, without_comments

ATTR = re.compile(r"constexpr\s+Attr\s+(k\w+)\s*\{(.*?)\};", re.DOTALL)
ERRNOS = re.compile(r"constexpr\s+std::array(?:<[^>]*>)?\s+(k\w*Errnos)\s*=?\s*\{(.*?)\};", re.DOTALL)
TABLE = re.compile(r"constexpr\s+std::array(?:<[^>]*>)?\s+kAttrs\s*=?\s*\{(.*?)\};", re.DOTALL)
# In code, an attribute is written where a step is built to it: Road::set and settle, and Change::to.
WRITTEN = re.compile(
    r"(?:\.to\s*=\s*[\w:]*?\b(?:of|named|place_of)\s*\(\s*|(?<!\w)(?:set|settle)\s*\(\s*)([\w:]*\bk[A-Z]\w*)"
)
# A kernel function ("iov.c:sriov_numvfs_store"), a driver's file, a manual page or an ABI document.
CITATION = re.compile(r"\w+\.[ch]\b|\w\(\d\)|Documentation/|ABI/")


def paragraph_above(text: str, at: int) -> str:
    """The comments between the last blank line and here: neighbouring sets may share a source."""
    start = text.rfind("\n\n", 0, at) + 1
    return "\n".join(line for line in text[start:at].split("\n") if line.lstrip().startswith("//"))


def table_faults(tree: Tree, path: str) -> list[Finding]:
    text = tree.text(path)
    found = []

    def fault(at: int, what: str) -> None:
        found.append(Finding(path, text.count("\n", 0, at) + 1, what))

    for match in ERRNOS.finditer(text):
        if not match[2].strip():
            fault(match.start(), f"{match[1]} is empty")
        if not CITATION.search(paragraph_above(text, match.start())):
            fault(match.start(), f"{match[1]}: the comment above does not say which kernel function gives these")
    listed = TABLE.search(without_comments(text))
    for match in ATTR.finditer(without_comments(text)):
        name, body = match[1], match[2]
        for field in ("pattern", "name", "source"):
            if not re.search(rf'\.{field}\s*=\s*(?!"")\S', body):
                fault(match.start(), f"{name} has no .{field}")
        if not listed or not re.search(rf"\b{name}\b", listed[1]):
            fault(match.start(), f"{name} is not in kAttrs, so the door would refuse it")
    return found


def attributes_with_errnos(tree: Tree) -> dict[str, bool]:
    known: dict[str, bool] = {}
    for path in tree.cpp("libvfmgr/src"):
        if path.endswith("/attrs.hpp"):
            for match in ATTR.finditer(without_comments(tree.text(path))):
                known[match[1]] = bool(re.search(r"\.errnos\s*=\s*\w", match[2]))
    return known


def check(tree: Tree) -> list[Finding]:
    found = []
    if not tree.has("libvfmgr/src"):
        return found
    known = attributes_with_errnos(tree)
    for path in tree.cpp("libvfmgr/src"):
        if path.endswith(("/attrs.hpp", "/errnos.hpp")):
            found += table_faults(tree, path)
            continue
        text = without_comments(tree.text(path))
        for match in WRITTEN.finditer(text):
            name = match[1].split("::")[-1]
            if known.get(name) is False:
                line = text.count("\n", 0, match.start()) + 1
                found.append(Finding(path, line, f"{name} is written, and its entry has no errnos"))
    return found


ATTRS = "libvfmgr/src/pci/attrs.hpp"
OWN = """// iov.c:sriov_numvfs_store
inline constexpr std::array kCountErrnos{EBUSY};
inline constexpr Attr kCount{.pattern = "x", .name = "vfs", .errnos = kCountErrnos, .source = kSource};
inline constexpr Attr kTotal{.pattern = "y", .name = "total", .source = kSource};
inline constexpr std::array kAttrs{kCount, kTotal};
"""
GOOD = {ATTRS: OWN, "libvfmgr/src/backends/a.cpp": "change.to = pci::of(pci::kCount, gpu);\n"}
BAD = {
    "no source": {ATTRS: OWN.replace(', .source = kSource};\ninline constexpr std::array kA', '};\ninline constexpr std::array kA')},
    "an empty source": {ATTRS: OWN.replace(".source = kSource", '.source = ""')},
    "errnos from nowhere": {ATTRS: OWN.replace("// iov.c:sriov_numvfs_store", "// these")},
    "errnos from nowhere, in a file of their own": {
        ATTRS.replace("attrs", "errnos"): "inline constexpr std::array kCountErrnos{EBUSY};\n"
    },
    "no errnos": {ATTRS: OWN.replace("{EBUSY}", "{}")},
    "not in the table": {ATTRS: OWN.replace("kCount, kTotal", "kTotal")},
    "written without errnos": {ATTRS: OWN, "libvfmgr/src/backends/a.cpp": "c.to = pci::of(pci::kTotal, gpu);\n"},
    "set without errnos": {ATTRS: OWN, "libvfmgr/src/backends/a.cpp": "road.set(pci::kTotal, holes, value);\n"},
}
