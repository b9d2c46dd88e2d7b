// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"

#include "kernel/kernel.hpp"

#include <cstdint>
#include <vector>

namespace vfmgr {

/// What keeps the kernel from making this many VFs of a PF, as far as it can be read: bus numbers,
/// memory windows, the SR-IOV capability itself. Some of it only the kernel sees; then it refuses.
std::vector<Error> room_for_vfs(const Kernel& kernel, const Gpu& pf, std::uint32_t count);

}  // namespace vfmgr
