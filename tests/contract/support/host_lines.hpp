// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "contract/support/case.hpp"

#include <string>

namespace vfmgr::contract {

/// The host file of what a case is given: two plain GPUs under that kernel, changed as the givens
/// say that are no writes. Errors: invalid (a given that makes no sense).
Result<std::string> host_lines_of(const Case& story, const std::string& kernel);

}  // namespace vfmgr::contract
