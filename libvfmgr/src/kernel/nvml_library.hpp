// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/shared_library.hpp"

namespace vfmgr::nvml {

/// As the driver's packages install it, and as its own tools open it (github NVIDIA/go-nvml
/// 2f9e261, pkg/nvml/lib.go).
inline constexpr LibraryKind kLibrary{.whose = "NVIDIA's", .name = "libnvidia-ml.so.1"};

}  // namespace vfmgr::nvml
