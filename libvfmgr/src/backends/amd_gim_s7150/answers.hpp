// SPDX-License-Identifier: Apache-2.0
// What the driver answers in its files: an address, OK, or an English sentence. Pure.
#pragma once

#include <string_view>

namespace vfmgr::amd_gim_s7150 {

/// 0: an address, so the VF was given.
int errno_of_getvf(std::string_view answer);
/// 0: OK, or the VF had nothing, which is as good.
int errno_of_relvf(std::string_view answer);

}  // namespace vfmgr::amd_gim_s7150
