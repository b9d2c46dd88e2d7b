// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace vfmgr::config_space {

namespace {

/// PCI_ATS_CAP_QDEP: five bits, of which 0 stands for 32 (drivers/pci/ats.c:pci_ats_queue_depth).
std::string depth(std::uint64_t raw) {
  constexpr std::uint64_t kMost = 32;
  return std::to_string(raw == 0 ? kMost : raw);
}

/// PCI_ATS_CTRL_STU: pages of 2^(12+n) bytes (PCI_ATS_MIN_STU).
std::uint64_t translation_unit(std::uint64_t raw) {
  return std::uint64_t{1} << (12 + raw);
}

constexpr std::array kAts{
    FieldSpec{
        .name = "invalidate_queue_depth", .at = 0x04, .bytes = 2, .bits = 5, .meaning = depth},
    one_bit("page_aligned_request", 0x04, 2, 5),
    FieldSpec{.name = "smallest_translation_unit",
              .at = 0x06,
              .bytes = 2,
              .bits = 5,
              .amount = translation_unit},
    one_bit("enable", 0x06, 2, 15),
};

}  // namespace

void read_ats(Reader& reader) {
  reader.add(kAts);
}

}  // namespace vfmgr::config_space
