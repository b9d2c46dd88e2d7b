# SPDX-License-Identifier: Apache-2.0
"""Every source file names its licence in its first line (the second, where the first names the interpreter).

Modules of the Linux kernel are under the kernel's licence, everything else is under ours.
"""

from pathlib import Path

from tree import Finding, Tree

NAMES = {"CMakeLists.txt", "Kbuild"}
SUFFIXES = {".cpp", ".hpp", ".c", ".h", ".py", ".sh", ".cmake", ".yml", ".yaml", ".bats", ".dict"}
LINE = "SPDX-License-Identifier: Apache-2.0"
KERNEL_MODULES = "tests/vm/module/"
KERNEL_LINE = "SPDX-License-Identifier: GPL-2.0"


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in tree.files():
        text = tree.text(path)
        script = text.startswith("#!")
        if not script and Path(path).suffix not in SUFFIXES and Path(path).name not in NAMES:
            continue
        lines = text.split("\n", 2)
        where = 1 if script else 0
        wanted = KERNEL_LINE if path.startswith(KERNEL_MODULES) else LINE
        if len(lines) <= where or wanted not in lines[where]:
            found.append(Finding(path, where + 1, f"no '{wanted}' here"))
    return found


GOOD = {"tests/vm/module/a.c": f"// {KERNEL_LINE}\n", "a.cpp": f"// {LINE}\nint a;\n", "b": f"#!/bin/sh\n# {LINE}\n", "c.toml": "a = 1\n"}
BAD = {
    "ours in the kernel": {"tests/vm/module/a.c": f"// {LINE}\n"},
    "none": {"a.cpp": "int a;\n"},
    "too late": {"a.hpp": f"\n// {LINE}\n"},
    "a script": {"tool": "#!/bin/sh\necho\n"},
    "another licence": {"CMakeLists.txt": "# SPDX-License-Identifier: MIT\n"},
}
