// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>

namespace vfmgr::config_space {

namespace {

constexpr std::array kPasid{
    // PCI_PASID_CAP
    one_bit("execute_capable", 0x04, 2, 1),
    one_bit("privileged_capable", 0x04, 2, 2),
    FieldSpec{.name = "width_bits", .at = 0x04, .bytes = 2, .low = 8, .bits = 5},
    // PCI_PASID_CTRL
    one_bit("enable", 0x06, 2, 0),
    one_bit("execute_enable", 0x06, 2, 1),
    one_bit("privileged_enable", 0x06, 2, 2),
};

}  // namespace

void read_pasid(Reader& reader) {
  reader.add(kPasid);
}

}  // namespace vfmgr::config_space
