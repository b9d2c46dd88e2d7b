# SPDX-License-Identifier: Apache-2.0
"""What is installed shows standard types only, has no virtual class, and is visible outside the shared library."""

import re

from tree import Finding, Tree, includes, without_comments

PUBLIC = "libvfmgr/include/vfmgr"
PUSH = "#pragma GCC visibility push(default)\nnamespace vfmgr {\n"
POP = "}  // namespace vfmgr\n#pragma GCC visibility pop\n"


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in tree.cpp(PUBLIC) if tree.has(PUBLIC) else []:
        text = tree.text(path)
        for line, name, quoted in includes(text):
            standard = not quoted and re.fullmatch(r"[a-z_]+", name)
            own = quoted and re.fullmatch(r"vfmgr/[a-z_]+\.hpp", name)
            if not standard and not own:
                found.append(Finding(path, line, f"a public header may not include {name}"))
        if text.count(PUSH) != 1 or not text.endswith(POP):
            found.append(Finding(path, 1, "its namespace is not between visibility push(default) and pop"))
        for match in re.finditer(r"\bvirtual\b", without_comments(text)):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Finding(path, line, "a public class may not be virtual"))
    return found


HEADER = f'#include <string>\n#include "vfmgr/b.hpp"\n\n{PUSH}int a();\n{POP}'
GOOD = {f"{PUBLIC}/a.hpp": HEADER}
BAD = {
    "somebody else's types": {f"{PUBLIC}/a.hpp": "#include <nlohmann/json.hpp>\n" + HEADER},
    "an inner header": {f"{PUBLIC}/a.hpp": '#include "core/attr.hpp"\n' + HEADER},
    "hidden": {f"{PUBLIC}/a.hpp": HEADER.replace("#pragma GCC visibility push(default)\n", "")},
    "visible for ever": {f"{PUBLIC}/a.hpp": HEADER.replace("#pragma GCC visibility pop\n", "")},
    "a virtual class": {f"{PUBLIC}/a.hpp": HEADER.replace("int a()", "struct A { virtual ~A(); }")},
}
