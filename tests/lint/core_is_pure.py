# SPDX-License-Identifier: Apache-2.0
"""The core reaches nothing outside: no file, clock, environment, thread or log."""

import re

from tree import Finding, Tree, includes, without_comments

CORE = "libvfmgr/src/core"
STANDARD = set(
    "algorithm array bit bitset cctype cerrno charconv chrono climits cmath compare concepts cstddef cstdint "
    "cstring deque exception expected functional initializer_list istream iterator limits map memory numeric optional "
    "ranges set span sstream stdexcept string string_view system_error tuple type_traits unordered_map "
    "unordered_set utility variant vector".split()
)
OTHERS = ("uuid/", "toml++/", "nlohmann/", "fmt/")
# pci/attrs.hpp and the backends' attrs.hpp are tables of constants.
OURS = re.compile(r"(core|vfmgr)/.+\.hpp|(.+/)?attrs\.hpp")
REACHES = re.compile(
    r"\b(getenv|setenv|secure_getenv|fopen|popen|system_clock|steady_clock|high_resolution_clock|parse_file"
    r"|[io]?fstream|this_thread|jthread|async|cout|cerr|clog|printf|fprintf|puts|random_device|mutex|atomic)\b"
    r"|::(open|openat|read|write|time|clock_gettime|getpid)\s*\(|\bstd::(thread|filesystem|print|println)\b"
    r"|\bthread_local\b"
)


def check(tree: Tree) -> list[Finding]:
    found = []
    for path in tree.cpp(CORE) if tree.has(CORE) else []:
        text = tree.text(path)
        for line, name, quoted in includes(text):
            allowed = OURS.fullmatch(name) if quoted else name in STANDARD or name.startswith(OTHERS)
            if not allowed:
                found.append(Finding(path, line, f"the core may not include {name}"))
        for match in REACHES.finditer(without_comments(text)):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Finding(path, line, f"the core may not use {match.group(0)}"))
    return found


GOOD = {f"{CORE}/a.cpp": '#include <chrono>\n#include "core/b.hpp"\n// std::cout\nstd::chrono::milliseconds m;\n'}
BAD = {
    "a system header": {f"{CORE}/a.cpp": "#include <fcntl.h>\n"},
    "a file stream": {f"{CORE}/a.cpp": "#include <fstream>\n"},
    "the door": {f"{CORE}/a.cpp": '#include "kernel/kernel.hpp"\n'},
    "a clock": {f"{CORE}/a.cpp": "auto t = std::chrono::steady_clock::now();\n"},
    "the environment": {f"{CORE}/a.hpp": 'auto home = std::getenv("HOME");\n'},
}
