// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vfmgr::pci {

/// Which mode of lockdown holds, by what the file of kLockdown reads: "integrity". Empty: none.
std::string lockdown_in(std::string_view text);

}  // namespace vfmgr::pci
