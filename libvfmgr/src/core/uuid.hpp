// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vfmgr {

/// "8c1f5a2e-…": 8, 4, 4, 4 and 12 hexadecimal digits (RFC 9562, section 4). The kernel's
/// lib/uuid.c takes no other form.
bool is_uuid(std::string_view text);

/// The UUID of a name: the same for the same name, everywhere and always (RFC 9562, section 5.5),
/// within a name space of this project's own. Lower case.
std::string uuid_of_name(std::string_view name);

}  // namespace vfmgr
