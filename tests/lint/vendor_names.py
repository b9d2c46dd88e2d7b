# SPDX-License-Identifier: Apache-2.0
"""A vendor's or its driver's name stands in its backend's folder, in registry.cpp, in the simulator and models."""

import re

from tree import TOKEN, Finding, Tree, without_comments

VENDOR = re.compile(
    r"nvidia|intel(?!lig)|(?<![a-z0-9\\])(amd|xe|gim)(?![a-z])|i915|amdgpu|nouveau|virtio|mlx5", re.IGNORECASE
)
SCOPES = ("libvfmgr/include", "libvfmgr/src", "cli")
# NVML is a namespace of the door and NVIDIA's library at once, and so is AMD's for hosts: their names and paths can be nowhere
# else.
ALLOWED = ("libvfmgr/src/sim/", "libvfmgr/src/kernel/nvml", "libvfmgr/src/kernel/amdsmi")
REGISTRY = "libvfmgr/src/backends/registry.cpp"
FOLDER = re.compile(r"libvfmgr/src/backends/([a-z0-9_]+)/")
# Tables of names, no code that knows a vendor's ways: what users may write as `vendor` and `backend`, names of models that the PCI
# database lacks, drivers of which a source says that the PCI core's way does not work with them.
TABLES = (
    "libvfmgr/src/core/profile_ids.cpp",
    "libvfmgr/src/core/profile_match.cpp",
    "libvfmgr/src/kernel/never_opened.hpp",
    "libvfmgr/src/kernel/pci_names.cpp",
    "libvfmgr/src/pci/drivers.hpp",
)


# What all backends of a vendor share has a folder of the vendor's name alone; it knows the drivers of that vendor's GPUs.
# So does the backend of hosts that have no driver know which one that would be.
DRIVERS = {"intel": ("xe", "i915"), "amd_gpuiov": ("gim",)}


def of_folder(folder: str, name: str) -> bool:
    """Whether the name is that of the folder's own vendor or driver."""
    return name.lower() in folder.split("_") or name.lower() in DRIVERS.get(folder, ())


def without_sentences(code: str) -> str:
    """Code whose literals with a space in them are blanked out: help for people may name an example."""

    def blank(match: re.Match[str]) -> str:
        token = match.group(0)
        return re.sub(r"[^\n]", " ", token) if " " in token else token

    return TOKEN.sub(blank, code)


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in (path for scope in SCOPES if tree.has(scope) for path in tree.cpp(scope)):
        if path.startswith(ALLOWED) or path == REGISTRY or path in TABLES:
            continue
        folder = FOLDER.match(path)
        code = without_sentences(without_comments(tree.text(path)))
        for match in VENDOR.finditer(code):
            if folder and of_folder(folder.group(1), match.group(0)):
                continue
            line = code.count("\n", 0, match.start()) + 1
            found.append(Finding(path, line, f"'{match.group(0)}' belongs into its backend's folder"))
    return found


NAME = 'auto name = "intel-xe";\n'
GOOD = {
    "libvfmgr/src/backends/intel_xe/backend.cpp": NAME,
    "libvfmgr/src/backends/intel/a.cpp": 'auto name = "xe";\n',
    REGISTRY: NAME,
    "libvfmgr/src/sim/drivers/xe.cpp": NAME,
    "libvfmgr/src/engine/a.cpp": "// as intel-xe does\nauto h = \"try intel-b60\";\nint intelligence, maxed, gimbal;\n",
}
BAD = {
    "the engine": {"libvfmgr/src/engine/a.cpp": NAME},
    "the program": {"cli/main.cpp": 'if (driver == "nvidia") {}\n'},
    "another's folder": {"libvfmgr/src/backends/intel_xe/backend.cpp": 'auto other = "nvidia";\n'},
    "another vendor's driver": {"libvfmgr/src/backends/intel/a.cpp": 'auto other = "amdgpu";\n'},
    "an identifier": {"libvfmgr/src/core/plan.cpp": "bool is_amd = false;\n".replace("is_amd", "xe")},
}
