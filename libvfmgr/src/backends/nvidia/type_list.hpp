// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

/// A vGPU type as the driver lists it.
struct Listed {
  std::uint32_t id = 0;
  std::string name;
};

/// What stands in creatable_vgpu_types; the file of any driver version, or anything else: a line
/// that is no type is passed over. Empty where the driver lists nothing.
std::vector<Listed> parse_type_list(std::string_view text);

}  // namespace vfmgr::nvidia
