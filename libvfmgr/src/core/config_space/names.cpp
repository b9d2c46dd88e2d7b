// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/names.hpp"

#include "core/config_space/capabilities.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace vfmgr::config_space {

namespace {

// include/uapi/linux/pci_regs.h: PCI_CAP_ID_*
constexpr std::array kClassic{
    Known{.id = 0x01, .name = "Power Management"},
    Known{.id = 0x02, .name = "Accelerated Graphics Port"},
    Known{.id = 0x03, .name = "Vital Product Data"},
    Known{.id = 0x04, .name = "Slot Identification"},
    Known{.id = 0x05, .name = "Message Signaled Interrupts"},
    Known{.id = 0x06, .name = "CompactPCI HotSwap"},
    Known{.id = 0x07, .name = "PCI-X"},
    Known{.id = 0x08, .name = "HyperTransport"},
    Known{.id = 0x09, .name = "Vendor-Specific"},
    Known{.id = 0x0a, .name = "Debug port"},
    Known{.id = 0x0b, .name = "CompactPCI Central Resource Control"},
    Known{.id = 0x0c, .name = "PCI Standard Hot-Plug Controller"},
    Known{.id = 0x0d, .name = "Bridge subsystem ids"},
    Known{.id = 0x0e, .name = "AGP target"},
    Known{.id = 0x0f, .name = "Secure Device"},
    Known{.id = 0x10, .name = "PCI Express", .read = read_express},
    Known{.id = 0x11, .name = "MSI-X", .read = read_msix},
    Known{.id = 0x12, .name = "SATA Data/Index Configuration"},
    Known{.id = 0x13, .name = "PCI Advanced Features"},
    Known{.id = 0x14, .name = "Enhanced Allocation"},
};

// … and PCI_EXT_CAP_ID_*
constexpr std::array kExtended{
    Known{.id = 0x01, .name = "Advanced Error Reporting"},
    Known{.id = 0x02, .name = "Virtual Channel"},
    Known{.id = 0x03, .name = "Device Serial Number", .read = read_serial_number},
    Known{.id = 0x04, .name = "Power Budgeting"},
    Known{.id = 0x05, .name = "Root Complex Link Declaration"},
    Known{.id = 0x06, .name = "Root Complex Internal Link Control"},
    Known{.id = 0x07, .name = "Root Complex Event Collector"},
    Known{.id = 0x08, .name = "Multi-Function Virtual Channel"},
    Known{.id = 0x09, .name = "Virtual Channel (with MFVC)"},
    Known{.id = 0x0a, .name = "Root Complex Register Block"},
    Known{.id = 0x0b, .name = "Vendor-Specific (extended)", .read = read_vsec},
    Known{.id = 0x0c, .name = "Configuration Access Correlation"},
    Known{.id = 0x0d, .name = "Access Control Services", .read = read_acs},
    Known{.id = 0x0e, .name = "Alternative Routing-ID Interpretation", .read = read_ari},
    Known{.id = 0x0f, .name = "Address Translation Services", .read = read_ats},
    Known{.id = 0x10, .name = "Single Root I/O Virtualization", .read = read_sriov},
    Known{.id = 0x11, .name = "Multi Root I/O Virtualization"},
    Known{.id = 0x12, .name = "Multicast"},
    Known{.id = 0x13, .name = "Page Request Interface", .read = read_pri},
    Known{.id = 0x15, .name = "Resizable BAR", .read = read_resizable},
    Known{.id = 0x16, .name = "Dynamic Power Allocation"},
    Known{.id = 0x17, .name = "TPH Requester"},
    Known{.id = 0x18, .name = "Latency Tolerance Reporting"},
    Known{.id = 0x19, .name = "Secondary PCI Express"},
    Known{.id = 0x1a, .name = "Protocol Multiplexing"},
    Known{.id = 0x1b, .name = "Process Address Space ID", .read = read_pasid},
    Known{.id = 0x1d, .name = "Downstream Port Containment"},
    Known{.id = 0x1e, .name = "L1 PM Substates"},
    Known{.id = 0x1f, .name = "Precision Time Measurement"},
    Known{.id = 0x23, .name = "Designated Vendor-Specific", .read = read_dvsec},
    Known{.id = 0x24, .name = "VF Resizable BAR", .read = read_resizable},
    Known{.id = 0x25, .name = "Data Link Feature"},
    Known{.id = 0x26, .name = "Physical Layer 16.0 GT/s"},
    Known{.id = 0x27, .name = "Lane Margining at the Receiver"},
    Known{.id = 0x2a, .name = "Physical Layer 32.0 GT/s"},
    Known{.id = 0x2b, .name = "Alternate Protocol"},
    Known{.id = 0x2e, .name = "Data Object Exchange"},
    Known{.id = 0x2f, .name = "Device 3"},
    Known{.id = 0x30, .name = "Integrity and Data Encryption"},
    Known{.id = 0x31, .name = "Physical Layer 64.0 GT/s"},
};

const Known* known(std::span<const Known> table, std::uint16_t id) {
  const auto found = std::ranges::find(table, id, &Known::id);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

const Known* known_classic(std::uint16_t id) {
  return known(kClassic, id);
}

const Known* known_extended(std::uint16_t id) {
  return known(kExtended, id);
}

}  // namespace vfmgr::config_space
