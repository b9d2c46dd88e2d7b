// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "kernel/files.hpp"
#include "kernel/kernel.hpp"

#include <span>

namespace vfmgr {

/// The processes that have one of these nodes open, by the device numbers behind their descriptors:
/// a container may call a node as it likes. Not seen, and told as such: processes that may not be
/// looked into, those of other PID namespaces than ours, a vfio device whose group's descriptor was
/// given away. Not seen and not told: a descriptor in a thread's own table (CLONE_FILES unset), a
/// mapping whose descriptor was closed.
Openers find_openers(const Files& files, std::span<const Place> nodes);

}  // namespace vfmgr
