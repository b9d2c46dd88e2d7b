# SPDX-License-Identifier: Apache-2.0
"""What a guest boots into: this machine's programs with their libraries, modules, and a script as its init."""

import re
import shutil
import subprocess
from pathlib import Path

from kernels import Kernel, kernel_modules, test_modules
from packages import run

HERE = Path(__file__).resolve().parent
PCI_NAMES = Path("/usr/share/misc/pci.ids")  # libpci3 of Debian depends on it: a host has it
PROGRAMS = ("bash basename cat chmod cmp cp cut date diff dmesg echo env false find grep head id ln ls mkdir mknod mount mv printf readlink "
            "rm sed seq sleep sort stat strace tail tee test timeout touch tr true uname wc setpriv lspci setpci kmod flock "
            "sync umount od stty kill udevadm mkfifo unshare ip mdevctl").split()
LINKS = {"modprobe": "kmod", "insmod": "kmod", "rmmod": "kmod", "lsmod": "kmod", "depmod": "kmod", "sh": "bash",
         # Debian's udevd is udevadm under another name.
         "systemd-udevd": "udevadm"}
# mdevctl ends where its package's folders are missing.
MDEVCTL = [f"etc/mdevctl.d/scripts.d/{name}" for name in ("callouts", "notifiers")]
UDEV_RULES = Path("/usr/lib/udev/rules.d")


def libraries(program: Path) -> set[Path]:
    found = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    return {Path(path) for path in re.findall(r"(/\S+) \(0x", found)}


def put_program(root: Path, program: Path, name: str | None = None) -> None:
    target = root / "usr/bin" / (name or program.name)
    shutil.copy2(program, target)
    for library in libraries(program):
        copy = root / str(library).lstrip("/")
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library, copy)


def archive(root: Path, target: Path) -> None:
    names = "\0".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    packed = subprocess.run(["cpio", "--null", "-o", "-H", "newc", "--quiet", "-R", "0:0"], cwd=root, input=names.encode(),
                            stdout=subprocess.PIPE, check=True)
    target.write_bytes(packed.stdout)


def make(kernel: Kernel, home: Path, vgpuctl: Path, extra: list[Path], data: list[Path]) -> None:
    """Makes home/base.cpio: everything that does not change from job to job."""
    root = home / "root"
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("usr/bin", "usr/lib", "usr/lib64", "proc", "sys", "dev", "tmp", "run", "etc", "var/lib", "modules",
                   "usr/share/misc", *MDEVCTL):
        (root / folder).mkdir(parents=True)
    for link, target in {"bin": "usr/bin", "sbin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64",
                         "usr/sbin": "bin"}.items():
        (root / link).symlink_to(target)
    if PCI_NAMES.exists():
        shutil.copyfile(PCI_NAMES, root / str(PCI_NAMES).lstrip("/"))
    for name in PROGRAMS:
        path = shutil.which(name)
        if path:
            put_program(root, Path(path).resolve(), name)
    for link, target in LINKS.items():
        (root / "usr/bin" / link).symlink_to(target)
    put_program(root, vgpuctl, "vgpuctl")
    for program in extra:
        put_program(root, program)
    for folder in data:
        shutil.copytree(folder, root / folder.name)
    shutil.copytree(UDEV_RULES, root / str(UDEV_RULES).lstrip("/"))
    # Names that udev's rules give nodes to.
    for name in ("passwd", "group"):
        shutil.copyfile(Path("/etc") / name, root / "etc" / name)
    modules = root / "lib/modules" / kernel.version
    modules.mkdir(parents=True)
    for path in kernel_modules(kernel):
        copy = modules / path.relative_to(kernel.modules)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        if copy.suffix == ".xz":
            run("xz", "-d", "-f", str(copy))
    for name in ("modules.builtin", "modules.order", "modules.builtin.modinfo"):
        if (kernel.modules / name).exists():
            shutil.copyfile(kernel.modules / name, modules / name)
    # Bridges and drivers are loaded by their files, with a layout; the contract's drivers as any module is, by name.
    extra_modules = modules / "extra"
    extra_modules.mkdir()
    for path in test_modules(kernel):
        shutil.copyfile(path, (root / "modules" if path.name.startswith("vf") else extra_modules) / path.name)
    run("depmod", "-b", str(root), kernel.version)
    shutil.copyfile(HERE / "guest/init", root / "init")
    (root / "init").chmod(0o755)
    shutil.copyfile(HERE / "guest/lib.sh", root / "lib.sh")
    archive(root, home / "base.cpio")
