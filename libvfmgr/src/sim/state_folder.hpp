// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace vfmgr::sim {

/// What runs keep of a simulated host, beside its file: `FILE.state/`.
struct StateFolder {
  std::filesystem::path run;     ///< as /run/vgpuctl: until it reboots
  std::filesystem::path lib;     ///< as /var/lib/vgpuctl
  std::filesystem::path groups;  ///< which IOMMU groups somebody has taken
};

StateFolder state_folder_of(const std::filesystem::path& file);

/// Takes away what runs on an earlier host of this name kept, and nothing that none of them made.
/// What can't be taken away stays.
void forget_state(const std::filesystem::path& file);

}  // namespace vfmgr::sim
