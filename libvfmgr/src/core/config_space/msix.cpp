// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>

namespace vfmgr::config_space {

namespace {

constexpr std::array kMsix{
    // PCI_MSIX_FLAGS: _QSIZE, _MASKALL, _ENABLE
    FieldSpec{.name = "table_size", .at = 0x02, .bytes = 2, .bits = 11, .meaning = one_more},
    one_bit("function_mask", 0x02, 2, 14),
    one_bit("enable", 0x02, 2, 15),
    // PCI_MSIX_TABLE and PCI_MSIX_PBA
    FieldSpec{.name = "table_bar", .at = 0x04, .bytes = 4, .bits = 3},
    FieldSpec{.name = "table_offset",
              .at = 0x04,
              .bytes = 4,
              .low = 3,
              .bits = 29,
              .meaning = as_eighths},
    FieldSpec{.name = "pba_bar", .at = 0x08, .bytes = 4, .bits = 3},
    FieldSpec{
        .name = "pba_offset", .at = 0x08, .bytes = 4, .low = 3, .bits = 29, .meaning = as_eighths},
};

}  // namespace

void read_msix(Reader& reader) {
  reader.add(kMsix);
}

}  // namespace vfmgr::config_space
