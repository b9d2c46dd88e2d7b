// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_session.hpp"

#include <string>
#include <string_view>

namespace vfmgr::nvml {

/// "off", "on", or the GPU instances in the order of their places: "1g.24gb+gfx@0 2g.48gb+gfx@6";
/// "1g.24gb+gfx@0/bare" has no compute instance. "off, on after a reset" where another mode is
/// pending. Errors: EOPNOTSUPP (a GPU without MIG), the session's.
Result<std::string> read_mig(const Session& session, Device device);

/// "on", "off", "create PROFILE START" (with its compute instance; where that can't be made the GPU
/// instance stays, bare), "destroy START" (its compute instances, then it). Errors: EINVAL (no
/// order, or a profile or a place that the GPU does not have), ENODEV (nothing starts there), what
/// came of a mode that was set and not made so at once, the session's.
Result<void> write_mig(const Session& session, Device device, std::string_view order);

/// A line "ID NAME MAX SIZE:START,START,…" for each profile, in the order of their ids.
Result<std::string> read_mig_profiles(const Session& session, Device device);

/// A line "ID START" for each GPU instance, in the order of their ids.
Result<std::string> read_instance_ids(const Session& session, Device device);

}  // namespace vfmgr::nvml
