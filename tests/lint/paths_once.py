# SPDX-License-Identifier: Apache-2.0
"""A path of the kernel's is spelled once: in an attrs.hpp. The simulator, models and tests spell their own."""

import re

from tree import Finding, Tree, string_literals

SCOPES = ("libvfmgr", "cli")
# A literal with a space in it is a sentence for people, which may name a file.
PATH = re.compile(
    r"bus/pci|/sys/|kernel/iommu_groups|class/(drm|vfio|mdev_bus|iommu)|sriov_admin|debugfs|virtfn|mdev_supported_types"
    r"|sriov_(numvfs|totalvfs|drivers_autoprobe|offset|stride|vf_device)|driver_override|drivers_probe"
)


def exempt(path: str) -> bool:
    return path.endswith("/attrs.hpp") or path.startswith("libvfmgr/src/sim/") or "/models/" in path


def check(tree: Tree) -> list[Finding]:
    found = []
    for scope in SCOPES:
        for path in tree.cpp(scope) if tree.has(scope) else []:
            if exempt(path):
                continue
            for line, literal in string_literals(tree.text(path)):
                hit = PATH.search(literal)
                # The program compares what a step is about with attributes' names; this one is also a file's.
                name = scope == "cli" and literal == '"driver_override"'
                if hit and " " not in literal and not name:
                    found.append(Finding(path, line, f"'{hit.group(0)}' belongs into an attrs.hpp"))
    return found


LITERAL = 'auto p = "bus/pci/devices";\n'
GOOD = {
    "libvfmgr/src/pci/attrs.hpp": LITERAL,
    "libvfmgr/src/sim/pci_core.cpp": LITERAL,
    "libvfmgr/src/engine/a.cpp": '// "bus/pci/devices"\nauto h = "write a newline to driver_override";\n',
}
BAD = {
    "a folder": {"libvfmgr/src/engine/a.cpp": LITERAL},
    "a file's name": {"libvfmgr/src/backends/x/backend.cpp": 'auto p = dir + "/sriov_numvfs";\n'},
    "in the program": {"cli/main.cpp": 'auto p = R"(/sys/bus)";\n'},
}
