// SPDX-License-Identifier: Apache-2.0
#include "engine/user_wait.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>

namespace vfmgr {

namespace {
constexpr Milliseconds kLongestPauseForUsers{1000};
}  // namespace

bool UserWait::has_time_for(const Plan& plan) const {
  const auto blocked = [](const UnitPlan& unit) { return !unit.blocked.empty(); };
  const auto by_users = [](const UnitPlan& unit) {
    return std::ranges::all_of(
        unit.blocked, [](const Blocked& one) { return one.error.kind == ErrorKind::in_use; });
  };
  return kernel_->now() < until_ && std::ranges::any_of(plan.units, blocked) &&
         std::ranges::all_of(plan.units, by_users);
}

void UserWait::wait() {
  const auto watch = kernel_->watch(place_of(pci::kFunctions, {}));
  static_cast<void>(watch->wait(std::min(pause_, until_ - kernel_->now())));
  pause_ = std::min(pause_ * 2, kLongestPauseForUsers);
}

}  // namespace vfmgr
