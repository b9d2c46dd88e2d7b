// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr::config_space {

namespace {

constexpr std::size_t kFirstVfBar = 0x24;  // PCI_SRIOV_BAR
constexpr std::size_t kVfBars = 6;         // PCI_SRIOV_NUM_BARS

/// Bit n stands for pages of 2^(12+n) bytes (PCI_SRIOV_SUP_PGSIZE, PCI_SRIOV_SYS_PGSIZE).
std::string page_sizes(std::uint64_t raw) {
  std::string text;
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    if ((raw >> bit & 1U) != 0) {
      text += (text.empty() ? "" : ", ") + as_bytes(std::uint64_t{1} << (12 + bit));
    }
  }
  return text.empty() ? "none" : text;
}

constexpr std::array kSriov{
    // PCI_SRIOV_CAP. Bits 1 and 2 are in no kernel header: PCI Express Base Specification 5.0,
    // 9.3.3.2, and pciutils lib/header.h (PCI_IOV_CAP_VF_10BIT_TAG_REQ).
    one_bit("vf_migration_capable", 0x04, 4, 0),
    one_bit("ari_hierarchy_preserved", 0x04, 4, 1),
    one_bit("vf_10bit_tags_capable", 0x04, 4, 2),
    FieldSpec{.name = "vf_migration_interrupt", .at = 0x04, .bytes = 4, .low = 21, .bits = 11},
    // PCI_SRIOV_CTRL; bit 5 as bit 2 above.
    one_bit("vf_enable", 0x08, 2, 0),
    one_bit("vf_migration_enable", 0x08, 2, 1),
    one_bit("vf_migration_interrupt_enable", 0x08, 2, 2),
    one_bit("vf_memory_space_enable", 0x08, 2, 3),
    one_bit("ari_capable_hierarchy", 0x08, 2, 4),
    one_bit("vf_10bit_tags_enable", 0x08, 2, 5),
    one_bit("vf_migration_status", 0x0a, 2, 0),                // PCI_SRIOV_STATUS
    FieldSpec{.name = "initial_vfs", .at = 0x0c, .bytes = 2},  // PCI_SRIOV_INITIAL_VF …
    FieldSpec{.name = "total_vfs", .at = 0x0e, .bytes = 2},
    FieldSpec{.name = "num_vfs", .at = 0x10, .bytes = 2},
    FieldSpec{.name = "function_dependency_link", .at = 0x12, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "first_vf_offset", .at = 0x14, .bytes = 2},
    FieldSpec{.name = "vf_stride", .at = 0x16, .bytes = 2},
    FieldSpec{.name = "vf_device_id", .at = 0x1a, .bytes = 2, .meaning = as_id},
    FieldSpec{.name = "supported_page_sizes", .at = 0x1c, .bytes = 4, .meaning = page_sizes},
    FieldSpec{.name = "system_page_size", .at = 0x20, .bytes = 4, .meaning = page_sizes},
};

// PCI_SRIOV_VFM: the VF Migration State Array.
constexpr std::array kVfMigration{
    FieldSpec{.name = "vf_migration_state_bar", .at = 0x3c, .bytes = 4, .bits = 3},
    FieldSpec{.name = "vf_migration_state_offset",
              .at = 0x3c,
              .bytes = 4,
              .low = 3,
              .bits = 29,
              .meaning = as_eighths},
};

}  // namespace

void read_sriov(Reader& reader) {
  reader.add(kSriov);
  read_bars(reader, "vf_bar", kFirstVfBar, kVfBars);
  reader.add(kVfMigration);
}

}  // namespace vfmgr::config_space
