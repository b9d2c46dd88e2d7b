// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/shared_library.hpp"

namespace vfmgr::amdsmi {

/// The one of AMD's driver for hosts, which has its name without a version
/// (amd/MxGPU-Virtualization 695afe2, smi-lib/Makefile: -soname). ROCm's for the GPUs of a machine
/// itself has the same name and other functions behind the same names (ROCm/amdsmi 0ceca28), so
/// that nothing of it may be called: only the host's can set a count of VFs.
inline constexpr LibraryKind kLibrary{
    .whose = "AMD's",
    .name = "libamdsmi.so",
    .mark = "amdsmi_set_num_vf",
    .without_mark = "ROCm's, for GPUs that are not shared, and not that of AMD's driver for hosts"};

/// Below a root: through what it talks to the driver (gim-coms-lib/src/gim_ioctl.c).
inline constexpr const char* kNode = "dev/gim-smi0";

}  // namespace vfmgr::amdsmi
