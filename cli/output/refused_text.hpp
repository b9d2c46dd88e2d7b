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

/// A line for each function that is in the way, with who uses it.
std::string blocked_text(std::span<const vfmgr::UnitPlan* const> units, const Style& style);

/// The units of a plan that would be refused.
std::vector<const vfmgr::UnitPlan*> blocked_units(const vfmgr::Plan& plan);

}  // namespace vgpuctl
