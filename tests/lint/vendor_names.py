# SPDX-License-Identifier: Apache-2.0
"""A vendor's or its driver's name stands in its backend's folder, in registry.cpp, in the simulator and models."""

import re

from tree import Finding, Tree, without_comments

VENDOR = re.compile(r"nvidia|intel(?!lig)|(?<![a-z])amd(?![a-z])|(?<![a-z])xe(?![a-z])|i915|(?<![a-z])gim(?![a-z])|virtio|mlx5", re.IGNORECASE)
SCOPES = ("libvfmgr/include", "libvfmgr/src", "cli")
ALLOWED = ("libvfmgr/src/sim/",)
REGISTRY = "libvfmgr/src/backends/registry.cpp"
FOLDER = re.compile(r"libvfmgr/src/backends/([a-z0-9_]+)/")
# What users may write as `vendor` in a profile, and the examples that help texts show.
WORDS = ("libvfmgr/src/core/vendor_words.hpp", "libvfmgr/src/core/vendor_words.cpp")


def of_folder(folder: str, name: str) -> bool:
    """Whether the name is that of the folder's own vendor or driver."""
    return name.lower() in folder.split("_")


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in (path for scope in SCOPES if tree.has(scope) for path in tree.cpp(scope)):
        if path.startswith(ALLOWED) or path == REGISTRY or path in WORDS:
            continue
        folder = FOLDER.match(path)
        code = without_comments(tree.text(path))
        for match in VENDOR.finditer(code):
            if folder and of_folder(folder.group(1), match.group(0)):
                continue
            line = code.count("\n", 0, match.start()) + 1
            found.append(Finding(path, line, f"'{match.group(0)}' belongs into its backend's folder"))
    return found


NAME = 'auto name = "intel-xe";\n'
GOOD = {
    "libvfmgr/src/backends/intel_xe/backend.cpp": NAME,
    REGISTRY: NAME,
    "libvfmgr/src/sim/drivers/xe.cpp": NAME,
    "libvfmgr/src/engine/a.cpp": "// as intel-xe does\nint intelligence, maxed, gimbal;\n",
}
BAD = {
    "the engine": {"libvfmgr/src/engine/a.cpp": NAME},
    "the program": {"cli/main.cpp": 'if (driver == "nvidia") {}\n'},
    "another's folder": {"libvfmgr/src/backends/intel_xe/backend.cpp": 'auto other = "nvidia";\n'},
    "an identifier": {"libvfmgr/src/core/plan.cpp": "bool is_amd = false;\n".replace("is_amd", "xe")},
}
