# SPDX-License-Identifier: Apache-2.0
"""No header includes itself, however long the way."""

from tree import Finding, Tree, includes

ROOTS = ("libvfmgr/include/", "libvfmgr/src/", "cli/", "tests/")


def graph_of(tree: Tree) -> dict[str, list[str]]:
    files = {path for root in ROOTS if tree.has(root) for path in tree.cpp(root)}
    graph = {}
    for path in sorted(files):
        own = path.rsplit("/", 1)[0] + "/"
        edges = []
        for _, name, quoted in includes(tree.text(path)):
            if quoted:
                edges += [root + name for root in (own, *ROOTS) if root + name in files][:1]
        graph[path] = edges
    return graph


def check(tree: Tree) -> list[Finding]:
    graph = graph_of(tree)
    found: list[Finding] = []
    state: dict[str, str] = {}

    def visit(path: str, way: list[str]) -> None:
        state[path] = "open"
        for follower in graph[path]:
            if state.get(follower) == "open":
                circle = [*way[way.index(follower) :], follower]
                found.append(Finding(path, 1, "include cycle: " + " -> ".join(circle)))
            elif follower not in state:
                visit(follower, [*way, follower])
        state[path] = "done"

    for path in graph:
        if path not in state:
            visit(path, [path])
    return found


GOOD = {"libvfmgr/src/core/a.hpp": '#include "core/b.hpp"\n', "libvfmgr/src/core/b.hpp": ""}
BAD = {
    "two headers": {
        "libvfmgr/src/core/a.hpp": '#include "core/b.hpp"\n',
        "libvfmgr/src/core/b.hpp": '#include "core/a.hpp"\n',
    },
    "across the roots": {
        "libvfmgr/include/vfmgr/a.hpp": '#include "core/b.hpp"\n',
        "libvfmgr/src/core/b.hpp": '#include "core/c.hpp"\n',
        "libvfmgr/src/core/c.hpp": '#include "vfmgr/a.hpp"\n',
    },
}
