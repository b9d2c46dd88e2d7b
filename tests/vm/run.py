#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs jobs in guests with a real kernel, without KVM.

    run.py prepare --series 6.1 --build build/vm --vgpuctl build/release/cli/vgpuctl
    run.py qemu --build build/vm
    run.py job --series 6.1 --build build/vm tests/vm/jobs/story.sh

`prepare` fetches the kernel and makes what all jobs boot into; it ends with 77 where no package source has that kernel.
`qemu` fetches sid's QEMU, likewise, for jobs with `--qemu sid`: it has devices that this machine's lacks. A job's output is
printed, and its status is the end; the kernel's log stands beside it, in build/vm/SERIES/NAME.console.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import dmar  # noqa: E402
import initramfs  # noqa: E402
import kernels  # noqa: E402
import machine  # noqa: E402
from packages import NotToBeHad  # noqa: E402

STATUS = re.compile(r"^guest: status (\d+)\s*$", re.MULTILINE)
NOT_HERE = 77  # ctest's SKIP_RETURN_CODE in CMakeLists.txt
DID_NOT_END = 125
KERNEL_CHECKS = "slub_debug=FZPU"


def prepare(series: str, build: Path, vgpuctl: Path, extra: list[Path], data: list[Path]) -> int:
    home = build / series
    home.mkdir(parents=True, exist_ok=True)
    try:
        kernel = kernels.unpacked(series, build)
    except NotToBeHad as missing:
        print(f"Linux {series}: not run, {missing}")
        (home / "base.cpio").unlink(missing_ok=True)  # of another day, with its vgpuctl
        return NOT_HERE
    tables = home / "tables"
    (tables / "kernel/firmware/acpi").mkdir(parents=True, exist_ok=True)
    (tables / "kernel/firmware/acpi/dmar.aml").write_bytes(dmar.table())
    initramfs.archive(tables, home / "tables.cpio")
    initramfs.make(kernel, home, vgpuctl, extra, data)
    link = home / "vmlinuz"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(kernel.image, home))
    print(f"Linux {kernel.version} is ready")
    return 0


def prepare_qemu(build: Path) -> int:
    build.mkdir(parents=True, exist_ok=True)
    try:
        print(f"QEMU {machine.prepare(build)} is ready")
    except NotToBeHad as missing:
        print(f"sid's QEMU: not run, {missing}")
        return NOT_HERE
    return 0


def job(series: str, build: Path, script: Path, options: argparse.Namespace) -> int:
    home, name = build / series, script.stem
    try:
        if not (home / "base.cpio").exists():
            raise NotToBeHad(f"Linux {series} was not to be had")
        program = machine.command(build, options.qemu == "sid", options.counted)
    except NotToBeHad as missing:
        print(f"{name} on Linux {series}: not run, {missing}")
        return NOT_HERE
    root = home / f"job-{name}"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    shutil.copyfile(script, root / "job")
    initramfs.archive(root, home / f"{name}.cpio")
    initrd = home / f"{name}.initrd"
    initrd.write_bytes(b"".join((home / part).read_bytes() for part in ("tables.cpio", "base.cpio", f"{name}.cpio")))
    return boot(home, program, initrd, name, options)


def boot(home: Path, program: list[str], initrd: Path, name: str, options: argparse.Namespace) -> int:
    console, output = home / f"{name}.console", home / f"{name}.output"
    output.unlink(missing_ok=True)
    checks = "" if options.as_shipped else KERNEL_CHECKS
    # no_timer_check: io_apic.c:timer_irq_works (6.1) wants four ticks within some 80 ms, which an emulator on a busy machine does
    # not always deliver; the kernel panics then.
    command = [
        *program, "-serial", f"file:{console}", "-serial", f"file:{output}", "-kernel", str(home / "vmlinuz"), "-initrd", str(initrd),
        "-append", f"console=ttyS0 loglevel=7 panic=-1 intel_iommu=on no_timer_check {checks} "
        # What the kernel does not know is its first process' environment.
        + " ".join(options.set),
        *(word for device in options.device for word in ("-device", device)),
    ]
    try:
        subprocess.run(command, timeout=options.seconds, check=True)
        end = "QEMU ended with 0"
    except subprocess.TimeoutExpired:
        end = f"stopped after {options.seconds} s"
    except subprocess.CalledProcessError as error:
        end = f"QEMU ended with {error.returncode}"
    initrd.unlink()
    version = (home / "vmlinuz").readlink().name.removeprefix("vmlinuz-")
    text = output.read_text(encoding="utf-8", errors="replace") if output.exists() else ""
    print(f"{name} on Linux {version}:")
    print(STATUS.sub("", text), end="")
    status = STATUS.search(text)
    if status:
        return int(status[1])
    print(f"{name}: the guest did not end its job ({end}); its console says last:")
    print("\n".join(console.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]))
    return DID_NOT_END


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("prepare", "qemu", "job"):
        command = commands.add_parser(name)
        if name != "qemu":
            command.add_argument("--series", required=True, choices=kernels.SERIES)
        command.add_argument("--build", type=Path, required=True)
    commands.choices["prepare"].add_argument("--vgpuctl", type=Path, required=True)
    commands.choices["prepare"].add_argument("--extra", type=Path, action="append", default=[], help="a program for the guest")
    commands.choices["prepare"].add_argument("--data", type=Path, action="append", default=[], help="a folder, /NAME in the guest")
    commands.choices["job"].add_argument("--seconds", type=int, default=300)
    commands.choices["job"].add_argument("--qemu", choices=("host", "sid"), default="host")
    commands.choices["job"].add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="for the job's environment")
    commands.choices["job"].add_argument("--device", action="append", default=[], help="of QEMU's, beside those of every guest")
    commands.choices["job"].add_argument("--as-shipped", action="store_true", help="without the kernel's checks of its memory")
    commands.choices["job"].add_argument("--counted", action="store_true", help="a clock that counts instructions")
    commands.choices["job"].add_argument("script", type=Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    if arguments.command == "prepare":
        sys.exit(prepare(arguments.series, build, arguments.vgpuctl.resolve(), arguments.extra, arguments.data))
    if arguments.command == "qemu":
        sys.exit(prepare_qemu(build))
    sys.exit(job(arguments.series, build, arguments.script, arguments))


if __name__ == "__main__":
    main()
