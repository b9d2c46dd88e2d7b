// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::config_space {

namespace {

/// PCI_ACS_SV … PCI_ACS_DT, the same bits in both registers.
constexpr std::array<std::string_view, 7> kAcsBits{"source_validation",
                                                   "translation_blocking",
                                                   "request_redirect",
                                                   "completion_redirect",
                                                   "upstream_forwarding",
                                                   "egress_control",
                                                   "direct_translated"};
constexpr std::uint16_t kAcsCapability = 0x04;  // PCI_ACS_CAP
constexpr std::uint16_t kAcsControl = 0x06;     // PCI_ACS_CTRL

void add_bits(Reader& reader, std::uint16_t at, std::string_view what) {
  std::uint8_t bit = 0;
  for (const std::string_view name : kAcsBits) {
    reader.add(std::string(name) + std::string(what),
               {.name = {}, .at = at, .bytes = 2, .low = bit++, .bits = 1, .meaning = as_switch});
  }
}

}  // namespace

void read_acs(Reader& reader) {
  add_bits(reader, kAcsCapability, "_capable");
  reader.add({.name = "egress_vector_bits", .at = kAcsCapability, .bytes = 2, .low = 8, .bits = 8});
  add_bits(reader, kAcsControl, "_enable");
}

}  // namespace vfmgr::config_space
