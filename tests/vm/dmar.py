# SPDX-License-Identifier: Apache-2.0
"""A DMAR table that covers every PCI function of segment 0, in place of QEMU's, which lists its own devices.

The kernel takes it from the first cpio (Documentation/admin-guide/acpi/initrd_table_override.rst), where its ids are those
of the table that is there and its revision is higher. Layout: Intel Virtualization Technology for Directed I/O, 8.1 to 8.3.
"""

import struct

REGISTERS = 0xFED90000  # QEMU, hw/i386/x86-iommu.c and include/hw/i386/intel_iommu.h: Q35_HOST_BRIDGE_IOMMU_ADDR
INCLUDE_PCI_ALL = 1
INTR_REMAP = 1
IOAPIC_SCOPE = 3
# QEMU's own: include/hw/i386/intel_iommu.h, Q35_PSEUDO_BUS_PLATFORM and Q35_PSEUDO_DEVFN_IOAPIC; IOAPIC id 0
IOAPIC = struct.pack("<BBHBBBB", IOAPIC_SCOPE, 8, 0, 0, 0xFF, 0x00, 0)


def table() -> bytes:
    unit = struct.pack("<HHBBHQ", 0, 16 + len(IOAPIC), INCLUDE_PCI_ALL, 0, 0, REGISTERS) + IOAPIC
    length = 36 + 12 + len(unit)
    head = struct.pack("<4sIBB6s8sI4sI", b"DMAR", length, 1, 0, b"BOCHS ", b"BXPC    ", 2, b"BXPC", 1)
    body = head + struct.pack("<BB10x", 38, INTR_REMAP) + unit
    checksum = -sum(body) & 0xFF
    return body[:9] + bytes([checksum]) + body[10:]
