// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "contract/support/bench.hpp"
#include "contract/support/case.hpp"

#include <string_view>

namespace vfmgr::contract {

/// Whether what is given is done by writes through the door, once the host stands.
bool is_written(std::string_view given);

/// Does those givens of a case, in their order. Errors: of the writes; invalid (the PF did not get
/// onto its driver).
Result<void> write_givens(Stage& stage, const Case& story);

}  // namespace vfmgr::contract
