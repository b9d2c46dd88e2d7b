# SPDX-License-Identifier: Apache-2.0
"""Debian packages by name, fetched and unpacked without installing them."""

import re
import subprocess
from pathlib import Path


KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class NotToBeHad(Exception):
    """No package source of this machine has it."""


def run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def known(package: str, options: list[str]) -> bool:
    policy = run("apt-cache", *options, "policy", package)
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def with_security(folder: Path) -> list[str]:
    """apt's options to look into the security suite, too: it lies beside the mirror that this machine uses. A debootstrap
    has only the main suite. The lists are kept in `folder`; the machine's own are left alone."""
    lines = run("apt-get", "indextargets", "--format", "$(SITE) $(CODENAME)").splitlines()
    sites = (line.split() for line in lines)
    found = next((entry for entry in sites if entry[0].rstrip("/").endswith("/debian")), None)
    if not found:
        return []
    site, suite = found[0].rstrip("/"), found[1].removesuffix("-updates")
    lists, source = folder / "lists", folder / "sources.list"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYS}] " if KEYS.exists() else ""
    source.write_text(f"deb {signed}{site} {suite} main\ndeb {signed}{site}-security {suite}-security main\n", encoding="utf-8")
    options = ["-o", f"Dir::Etc::sourcelist={source}", "-o", "Dir::Etc::sourceparts=-", "-o", f"Dir::State::lists={lists}",
               "-o", f"Dir::Cache={folder}/cache"]
    (folder / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
    run("apt-get", *options, "-q", "update")
    return options


class Apt:
    """Asks the machine's own lists first, and the security suite where they do not know the package."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def options_for(self, package: str) -> list[str]:
        if known(package, []):
            return []
        options = with_security(self.folder)
        if not options or not known(package, options):
            raise NotToBeHad(package)
        return options

    def depends(self, package: str, options: list[str]) -> list[str]:
        return re.findall(r"^ +Depends: ([^<\s]\S*)", run("apt-cache", *options, "depends", package), re.MULTILINE)

    def unpack(self, packages: list[str], options: list[str], into: Path) -> None:
        into.mkdir(parents=True, exist_ok=True)
        run("apt-get", *options, "-q", "-o", "APT::Sandbox::User=root", "download", *packages, cwd=into)
        for package in into.glob("*.deb"):
            run("dpkg-deb", "-x", str(package), str(into))
            package.unlink()
