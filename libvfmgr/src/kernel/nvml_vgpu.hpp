// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_session.hpp"

#include <string>
#include <string_view>

namespace vfmgr::nvml {

/// "0" or "1": whether vGPUs of different sizes may share the GPU. Errors: EOPNOTSUPP (MIG is on,
/// or the GPU does not offer it), the session's.
Result<std::string> read_heterogeneous(const Session& session, Device device);

/// Errors: EINVAL (not "0" or "1"), EBUSY (the GPU has a vGPU), as above.
Result<void> write_heterogeneous(const Session& session, Device device, std::string_view bytes);

/// A line "ID NAME" for each vGPU type that the GPU supports, in the order of their ids.
Result<std::string> read_vgpu_types(const Session& session, Device device);

}  // namespace vfmgr::nvml
