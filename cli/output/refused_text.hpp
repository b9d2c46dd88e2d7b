// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "output/style.hpp"

#include <span>
#include <string>
#include <vector>

namespace vgpuctl {

/// "2 VFs are in use", or the first reason where they are of several kinds.
std::string refusal_of(std::span<const vfmgr::UnitPlan* const> units);

/// What to do about it.
std::string help_of(std::span<const vfmgr::UnitPlan* const> units);

/// A line for each function that is in the way, with who uses it.
std::string blocked_text(std::span<const vfmgr::UnitPlan* const> units, const Style& style);

/// What a plan takes away from users because it was allowed to; empty: nothing.
std::string overridden_text(const vfmgr::Plan& plan, const Style& style);
/// VMs that are off and have in their definitions what a plan takes away or changes; empty: none.
std::string claimed_text(const vfmgr::Plan& plan, const Style& style);

/// The units of a plan that would be refused.
std::vector<const vfmgr::UnitPlan*> blocked_units(const vfmgr::Plan& plan);

}  // namespace vgpuctl
