# SPDX-License-Identifier: Apache-2.0
"""Every source file names its licence in its first line (the second, where the first names the interpreter)."""

from pathlib import Path

from tree import Finding, Tree

SUFFIXES = {".cpp", ".hpp", ".c", ".h", ".py", ".sh", ".cmake", ".yml", ".yaml", ".bats", ".dict"}
LINE = "SPDX-License-Identifier: Apache-2.0"


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in tree.files():
        text = tree.text(path)
        script = text.startswith("#!")
        if not script and Path(path).suffix not in SUFFIXES and Path(path).name != "CMakeLists.txt":
            continue
        lines = text.split("\n", 2)
        where = 1 if script else 0
        if len(lines) <= where or LINE not in lines[where]:
            found.append(Finding(path, where + 1, f"no '{LINE}' here"))
    return found


GOOD = {"a.cpp": f"// {LINE}\nint a;\n", "b": f"#!/bin/sh\n# {LINE}\n", "c.toml": "a = 1\n"}
BAD = {
    "none": {"a.cpp": "int a;\n"},
    "too late": {"a.hpp": f"\n// {LINE}\n"},
    "a script": {"tool": "#!/bin/sh\necho\n"},
    "another licence": {"CMakeLists.txt": "# SPDX-License-Identifier: MIT\n"},
}
