# SPDX-License-Identifier: Apache-2.0
"""The machine that a guest runs on: QEMU, this host's or sid's, and what stands on its bus beside the simulated bridges."""

from pathlib import Path

import roots
from packages import NotToBeHad, sid

PACKAGE = "qemu-system-x86"


def port(number: int) -> list[str]:
    return ["-device", f"pcie-root-port,id=rp{number},chassis={number + 1},slot={number + 1}"]


# Two NUMA nodes, a socket and half of the memory each.
NODES = [word for node in (0, 1) for word in ("-object", f"memory-backend-ram,id=ram{node},size=512M",
                                              "-numa", f"node,nodeid={node},cpus={node},memdev=ram{node}")]
# The IOMMU comes before the devices that it is to know.
PLAIN = ["-machine", "q35,kernel-irqchip=split", "-cpu", "max", "-smp", "2,sockets=2", "-m", "1024", *NODES,
         "-display", "none", "-nodefaults", "-no-reboot", "-device", "intel-iommu,intremap=on,caching-mode=on"]
PARALLEL = ["-accel", "tcg,thread=multi"]
# The guest's clock goes by its instructions, 4 ns each: what it measures is the same whatever else this machine does. Its
# processors take turns, so that nothing is faster for being done side by side.
COUNTED = ["-accel", "tcg,thread=single", "-icount", "shift=2,sleep=off"]
# nvme has VFs since QEMU 7.1; igb, an Intel 82576, came with 8; virtio-net takes other functions as its VFs, which come before
# their PF (docs/system/sriov.rst; seen in 11.1, not yet in 10.0). They are no GPUs, and never to be touched as such.
NVME = [*port(0), "-device", "nvme-subsys,id=subsys", "-device",
        "nvme,serial=beside,subsys=subsys,bus=rp0,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=4,"
        "max_ioqpairs=10,msix_qsize=6"]
IGB = [*port(1), "-device", "igb,bus=rp1,romfile="]
VIRTIO_NET = [*port(2), "-device", "virtio-net-pci,bus=rp2,addr=0x0.0x2,sriov-pf=net,romfile=",
              "-device", "virtio-net-pci,bus=rp2,addr=0x0.0x1,sriov-pf=net,romfile=",
              "-device", "virtio-net-pci,bus=rp2,addr=0x0.0x0,id=net,romfile="]


def root_of(build: Path) -> Path:
    return build / "qemu-sid"


def prepare(build: Path) -> str:
    """Fetches sid's QEMU, unless it is there; its version. Raises NotToBeHad."""
    apt, root = sid(PACKAGE, build / "apt"), root_of(build)
    version, complete = apt.version(PACKAGE), root / "complete"
    if not complete.exists() or complete.read_text(encoding="utf-8") != version:
        roots.unpack(apt, [PACKAGE], [], root)
        complete.write_text(version, encoding="utf-8")
    return version


def command(build: Path, of_sid: bool, counted: bool) -> list[str]:
    """QEMU with the devices that it has; a kernel and serial ports are still to be given. Raises NotToBeHad."""
    plain = [*PLAIN, *(COUNTED if counted else PARALLEL)]
    if not of_sid:
        return ["qemu-system-x86_64", *plain, *NVME]
    root = root_of(build)
    if not (root / "complete").exists():
        raise NotToBeHad("sid's QEMU was not to be had")
    data = [option for folder in ("qemu", "seabios") for option in ("-L", str(root / "usr/share" / folder))]
    return [*roots.from_outside(root, "usr/bin/qemu-system-x86_64"), *data, *plain, *NVME, *IGB, *VIRTIO_NET]
