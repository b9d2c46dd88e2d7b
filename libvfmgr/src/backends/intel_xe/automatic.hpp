// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"

#include "backends/toolkit.hpp"
#include "kernel/kernel.hpp"

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

/// Where VFs came and the driver was to share out: that it did. In which mode it is, no file tells;
/// in custom mode VFs come, have nothing, and no guest's driver starts on them.
void await_shares(Road& road, const Gpu& pf);
/// What it means that they have not come.
void explain_shares(const Kernel& kernel, const Gpu& pf, Error& error);

}  // namespace vfmgr::intel_xe
