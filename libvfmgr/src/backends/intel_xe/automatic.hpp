// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/toolkit.hpp"

#include <string_view>

namespace vfmgr::intel_xe {

/// What a plan says of a write that ends automatic provisioning; where there are no modes that of
/// any other quota.
std::string_view end_of_automatic(const Road& road, const Gpu& pf);

/// Whether the driver takes back what VFs that go have: in custom mode it does not, and it is in
/// that where somebody has given one a quota in debugfs.
bool releases(const Road& road, const Gpu& pf);

/// Where nothing that debugfs has is to stay, one write takes it from all VFs, and the driver
/// shares out again when VFs come. For a PF without VFs.
void restore_automatic(Road& road, const Gpu& pf);

}  // namespace vfmgr::intel_xe
