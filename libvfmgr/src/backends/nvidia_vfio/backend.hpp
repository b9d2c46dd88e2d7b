// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// NVIDIA's vGPU host driver where it offers types in files of each VF (README.md).
const Backend& nvidia_vfio_backend();

}  // namespace vfmgr
