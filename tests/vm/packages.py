# SPDX-License-Identifier: Apache-2.0
"""Debian packages by name, fetched and unpacked without installing them."""

import re
import subprocess
from pathlib import Path


KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class NotToBeHad(Exception):
    """No package source of this machine has it, or none can be reached: its text says which, and why."""


class Unreachable(RuntimeError):
    """A package source did not answer, or not as it should."""


def run(*command: str, cwd: Path | None = None, failure: type[RuntimeError] = RuntimeError) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise failure(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Apt:
    """apt-get and apt-cache over one choice of package lists."""

    def __init__(self, options: list[str]):
        self.options = options

    def cache(self, *question: str) -> str:
        return run("apt-cache", *self.options, *question)

    def version(self, package: str) -> str | None:
        """Of the package that would be taken; none where no list has it."""
        found = re.search(r"^ +Candidate: (?!\(none\))(\S+)", self.cache("policy", package), re.MULTILINE)
        return found[1] if found else None

    def depends(self, package: str) -> list[str]:
        return re.findall(r"^ +Depends: ([^<\s]\S*)", self.cache("depends", package), re.MULTILINE)

    def closure(self, packages: list[str]) -> list[str]:
        """The packages and all that they need, as if nothing were installed: neither recommended nor essential ones."""
        steps = run("apt-get", *self.options, "-o", "Dir::State::status=/dev/null", "-qq", "--simulate", "--no-install-recommends",
                    "install", *packages)
        return re.findall(r"^Inst (\S+)", steps, re.MULTILINE)

    def unpack(self, packages: list[str], into: Path) -> None:
        into.mkdir(parents=True, exist_ok=True)
        run("apt-get", *self.options, "-q", "-o", "APT::Sandbox::User=root", "download", *packages, cwd=into, failure=Unreachable)
        for package in sorted(into.glob("*.deb")):
            run("dpkg-deb", "-x", str(package), str(into))
            package.unlink()


def mirror() -> tuple[str, str] | None:
    """Where this machine has Debian's main archive from, and its suite."""
    for line in run("apt-get", "indextargets", "--format", "$(SITE) $(CODENAME)").splitlines():
        site, suite = line.split()
        if site.rstrip("/").endswith("/debian"):
            return site.rstrip("/"), suite.removesuffix("-updates")
    return None


def lists_in(folder: Path, sources: list[str]) -> Apt:
    """Lists of our own, brought up to date: all is kept in `folder`, and the machine's lists are left alone."""
    lists, source = folder / "lists", folder / "sources.list"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYS}] " if KEYS.exists() else ""
    source.write_text("".join(f"deb {signed}{where} main\n" for where in sources), encoding="utf-8")
    apt = Apt(["-o", f"Dir::Etc::sourcelist={source}", "-o", "Dir::Etc::sourceparts=-", "-o", f"Dir::State::lists={lists}",
               "-o", f"Dir::Cache={folder}/cache"])
    run("apt-get", *apt.options, "-q", "update", failure=Unreachable)
    return apt


def stable(package: str, folder: Path) -> Apt:
    """The machine's own lists where they know it, else the security suite, which lies beside their mirror: a debootstrap has
    only the main suite. Raises NotToBeHad."""
    own = Apt([])
    if own.version(package):
        return own
    found = mirror()
    if found:
        site, suite = found
        apt = lists_in(folder / suite, [f"{site} {suite}", f"{site}-security {suite}-security"])
        if apt.version(package):
            return apt
    raise NotToBeHad(f"no package source has {package}")


def sid(package: str, folder: Path) -> Apt:
    """Debian's unstable suite, from the mirror that this machine uses. Raises NotToBeHad: not every mirror carries it."""
    found = mirror()
    try:
        apt = lists_in(folder / "sid", [f"{found[0]} sid"] if found else [])
    except Unreachable as error:
        raise NotToBeHad(f"sid can't be reached: {error}") from error
    if not apt.version(package):
        raise NotToBeHad(f"no package source has sid's {package}")
    return apt
