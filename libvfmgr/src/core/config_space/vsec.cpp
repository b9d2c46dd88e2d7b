// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <array>

namespace vfmgr::config_space {

namespace {

constexpr std::array kVsec{
    // PCI_VNDR_HEADER: _ID, _REV, _LEN; the length counts the capability's own header, too.
    FieldSpec{.name = "vsec_id", .at = 0x04, .bytes = 4, .bits = 16, .meaning = as_id},
    FieldSpec{.name = "vsec_revision", .at = 0x04, .bytes = 4, .low = 16, .bits = 4},
    FieldSpec{
        .name = "vsec_length", .at = 0x04, .bytes = 4, .low = 20, .bits = 12, .meaning = as_hex},
};

}  // namespace

void read_vsec(Reader& reader) {
  reader.add(kVsec);
}

}  // namespace vfmgr::config_space
