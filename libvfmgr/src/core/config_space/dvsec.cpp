// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>

namespace vfmgr::config_space {

namespace {

constexpr std::array kDvsec{
    // PCI_DVSEC_HEADER1: _VID, _REV, _LEN; then PCI_DVSEC_HEADER2
    FieldSpec{.name = "dvsec_vendor_id", .at = 0x04, .bytes = 4, .bits = 16, .meaning = as_id},
    FieldSpec{.name = "dvsec_revision", .at = 0x04, .bytes = 4, .low = 16, .bits = 4},
    FieldSpec{
        .name = "dvsec_length", .at = 0x04, .bytes = 4, .low = 20, .bits = 12, .meaning = as_hex},
    FieldSpec{.name = "dvsec_id", .at = 0x08, .bytes = 2, .meaning = as_id},
};

}  // namespace

void read_dvsec(Reader& reader) {
  reader.add(kDvsec);
}

}  // namespace vfmgr::config_space
