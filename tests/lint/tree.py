# SPDX-License-Identifier: Apache-2.0
"""What every lint here is written with: the project's files, their code without comments, findings."""

import re
from dataclasses import dataclass
from pathlib import Path

SKIPPED_FOLDERS = {".git", "build", "__pycache__", ".cache"}
CPP_SUFFIXES = {".cpp", ".hpp"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class Tree:
    """The files below a root, as relative paths with forward slashes."""

    def __init__(self, root: Path):
        self.root = root

    def files(self, below: str = "") -> list[str]:
        found: list[str] = []
        for path in (self.root / below).rglob("*"):
            relative = path.relative_to(self.root)
            if SKIPPED_FOLDERS.isdisjoint(relative.parts) and path.is_file():
                found.append(relative.as_posix())
        return sorted(found)

    def cpp(self, below: str = "") -> list[str]:
        return [path for path in self.files(below) if Path(path).suffix in CPP_SUFFIXES]

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def text(self, path: str) -> str:
        """The file's text; "" for one that is no text."""
        data = (self.root / path).read_bytes()
        return "" if b"\0" in data else data.decode("utf-8", errors="replace")


TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\ ]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'""",
    re.DOTALL,
)


def without_comments(text: str) -> str:
    """C++ with its comments blanked out; lines keep their numbers."""

    def blank(match: re.Match[str]) -> str:
        token = match.group(0)
        return re.sub(r"[^\n]", " ", token) if token.startswith(("//", "/*")) else token

    return TOKEN.sub(blank, text)


def string_literals(text: str) -> list[tuple[int, str]]:
    """(line, contents) of each string literal that is no #include."""
    found = []
    for match in TOKEN.finditer(text):
        token = match.group(0)
        if token.startswith(("//", "/*", "'")):
            continue
        start = text.rfind("\n", 0, match.start()) + 1
        if text[start : match.start()].lstrip().startswith("#include"):
            continue
        found.append((text.count("\n", 0, match.start()) + 1, token))
    return found


INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text: str) -> list[tuple[int, str, bool]]:
    """(line, name, whether in quotes) of each #include."""
    return [
        (text.count("\n", 0, match.start(1)) + 1, match.group(2), match.group(1) == '"')
        for match in INCLUDE.finditer(text)
    ]
