// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>

namespace vfmgr::config_space {

namespace {

constexpr std::array kAri{
    // PCI_ARI_CAP
    one_bit("mfvc_groups_capable", 0x04, 2, 0),
    one_bit("acs_groups_capable", 0x04, 2, 1),
    FieldSpec{.name = "next_function", .at = 0x04, .bytes = 2, .low = 8, .bits = 8},
    // PCI_ARI_CTRL
    one_bit("mfvc_groups_enable", 0x06, 2, 0),
    one_bit("acs_groups_enable", 0x06, 2, 1),
    FieldSpec{.name = "function_group", .at = 0x06, .bytes = 2, .low = 4, .bits = 3},
};

}  // namespace

void read_ari(Reader& reader) {
  reader.add(kAri);
}

}  // namespace vfmgr::config_space
