// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>

namespace vfmgr::config_space {

namespace {

constexpr std::array kPri{
    // PCI_PRI_CTRL
    one_bit("enable", 0x04, 2, 0),
    one_bit("reset", 0x04, 2, 1),
    // PCI_PRI_STATUS
    one_bit("response_failure", 0x06, 2, 0),
    one_bit("unexpected_group_index", 0x06, 2, 1),
    one_bit("stopped", 0x06, 2, 8),
    one_bit("response_needs_pasid", 0x06, 2, 15),
    FieldSpec{.name = "most_requests", .at = 0x08, .bytes = 4},     // PCI_PRI_MAX_REQ
    FieldSpec{.name = "requests_allowed", .at = 0x0c, .bytes = 4},  // PCI_PRI_ALLOC_REQ
};

}  // namespace

void read_pri(Reader& reader) {
  reader.add(kPri);
}

}  // namespace vfmgr::config_space
