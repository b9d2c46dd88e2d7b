// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <string>

namespace vfmgr::test {

/// The fault that keeps both plan and apply from this; neither has written anything.
Error refused(Lab& lab, const std::string& toml);

}  // namespace vfmgr::test
