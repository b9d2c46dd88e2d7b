// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/state.hpp"

#include "core/attr.hpp"

#include <span>
#include <vector>

namespace vfmgr {

using TableSpan = std::span<const std::span<const Attr>>;

/// A difference in the user's terms: GPU, VF and attribute of the place.
Difference difference_at(TableSpan tables,
                         const Unit& unit,
                         const Place& place,
                         const Value& expected,
                         const Value& actual);

/// Where `now` is not as `want`; places that `now` does not name count as absent. In the order of
/// GPU and VF.
std::vector<Difference> differences(TableSpan tables,
                                    const Unit& unit,
                                    const State& want,
                                    const State& now);

/// The value of a place in a state; a key that is missing is absent.
Value value_at(const State& state, const Place& place);

}  // namespace vfmgr
