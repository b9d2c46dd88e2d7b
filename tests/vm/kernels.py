# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels, unpacked below a build folder, and the test modules built for each."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import roots
from packages import Apt, NotToBeHad, run, sid, stable

HERE = Path(__file__).resolve().parent
# Meta packages: a security update is a new kernel and no change here.
SERIES = {"6.1": "linux-image-amd64", "6.12": "linux-image-6.12-amd64", "sid": "linux-image-amd64"}
# What a guest may load beside the test modules; their dependencies are taken from modules.dep.
WANTED = ("vfio-pci", "vfio_iommu_type1", "pci-pf-stub", "pci-stub", "nvme", "igb", "igbvf", "virtio-pci", "virtio-net",
          "virtio-gpu", "mdev")
# sid's headers want a compiler and a libc that this machine does not have: what make needs beside them.
TOOLS = ["make", "dash", "coreutils", "sed", "grep", "findutils"]


@dataclass(frozen=True)
class Kernel:
    version: str
    folder: Path
    is_root: bool  # the folder has the compiler, too, and is what it runs in

    @property
    def image(self) -> Path:
        return self.folder / f"boot/vmlinuz-{self.version}"

    @property
    def modules(self) -> Path:
        return self.folder / f"lib/modules/{self.version}"

    @property
    def headers(self) -> Path:
        return self.folder / f"usr/src/linux-headers-{self.version}"


def unpacked(series: str, build: Path) -> Kernel:
    """The series' newest kernel with its headers. Raises NotToBeHad."""
    package = SERIES[series]
    apt = (sid if series == "sid" else stable)(package, build / "apt")
    image = next(name for name in apt.depends(package) if name.startswith("linux-image-"))
    version = image.removeprefix("linux-image-")
    kernel = Kernel(version, build / version, series == "sid")
    if not (kernel.folder / "complete").exists():
        # Newer images are a name for two others.
        parts = [image, *(name for name in apt.depends(image) if re.match("linux-(binary|modules)-", name))]
        if kernel.is_root:
            unpack_root(apt, parts, kernel)
        else:
            unpack_plain(apt, parts, kernel)
        run("depmod", "-b", str(kernel.folder), version)
        (kernel.folder / "complete").touch()
    return kernel


def unpack_plain(apt: Apt, parts: list[str], kernel: Kernel) -> None:
    shutil.rmtree(kernel.folder, ignore_errors=True)
    headers = f"linux-headers-{kernel.version}"
    wanted = [name for name in apt.depends(headers) if re.match("linux-(headers|kbuild)-", name)]
    apt.unpack([*parts, headers, *wanted], kernel.folder)
    # Debian's headers name each other by where they are installed.
    makefile = kernel.headers / "Makefile"
    makefile.write_text(makefile.read_text(encoding="utf-8").replace("/usr/src", f"{kernel.folder}/usr/src"), encoding="utf-8")


def unpack_root(apt: Apt, parts: list[str], kernel: Kernel) -> None:
    roots.unpack(apt, [f"linux-headers-{kernel.version}", *TOOLS], parts, kernel.folder)
    if not kernel.image.exists():
        # An image that was split leaves its place in /boot to its scripts.
        kernel.image.symlink_to(kernel.modules / "vmlinuz")


def test_modules(kernel: Kernel) -> list[Path]:
    """All that module/Kbuild makes, built against the kernel's headers."""
    work = kernel.folder / "module"
    work.mkdir(exist_ok=True)
    built = work / "built"
    changed = not built.exists()
    for source in sorted((HERE / "module").iterdir()):
        target = work / source.name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)
            changed = True
    if changed:
        built.unlink(missing_ok=True)
        if kernel.is_root:
            roots.run_inside(kernel.folder, "make", "-s", "-C", f"/usr/src/linux-headers-{kernel.version}", "M=/module", "AWK=mawk",
                             "modules")
        else:
            run("make", "-s", "-C", str(kernel.headers), f"M={work}", "modules")
        built.touch()
    return sorted(work.glob("*.ko"))


def kernel_modules(kernel: Kernel) -> list[Path]:
    """WANTED and what they need, in the order in which they can be loaded."""
    needs = {}
    for line in (kernel.modules / "modules.dep").read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(":")
        needs[name] = rest.split()
    by_name = {Path(path).name.split(".ko")[0].replace("_", "-"): path for path in needs}
    ordered: list[str] = []
    for name in (wanted.replace("_", "-") for wanted in WANTED):
        if name in by_name:
            ordered += [path for path in (*reversed(needs[by_name[name]]), by_name[name]) if path not in ordered]
    return [kernel.modules / path for path in ordered]


__all__ = ["Kernel", "NotToBeHad", "SERIES", "kernel_modules", "test_modules", "unpacked"]
