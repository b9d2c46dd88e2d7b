// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace vfmgr {

/// One unit as the documents of plan and apply have it.
nlohmann::ordered_json shown_unit(const UnitPlan& plan);
/// Tables that found fewer GPUs than expected.
nlohmann::ordered_json shown_missing(const std::vector<Error>& missing);

}  // namespace vfmgr
