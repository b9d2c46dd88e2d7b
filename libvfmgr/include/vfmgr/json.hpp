// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/history.hpp"
#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include <string>
#include <string_view>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

// The documents of `vgpuctl --json`, whole: each has "format_version" and ends with a newline.
// Unknown is null, ids are "0x10de", addresses full, sizes bytes, durations microseconds or
// "infinite". Bytes that are no UTF-8 (attribute values, command lines) come out as U+FFFD. Plans
// have plan_to_json in vfmgr/manager.hpp.

/// `list` and `show`.
std::string inventory_to_json(const Inventory& inventory);

/// `init`: a profile in TOML as one string.
std::string init_to_json(std::string_view toml, bool simulated);

/// `schema --gpu`: the attributes that a profile may give these GPUs.
std::string attributes_to_json(const Inventory& inventory);

/// `schema --resources`.
std::string resources_to_json(const std::vector<NamedResources>& resources, bool simulated);

/// `registers`: numbers of registers are texts, "0x1f", as they have up to 64 bits.
std::string registers_to_json(const Registers& registers);

/// `apply`, `teardown`, `recover`: the plan, and how each unit and step ended. `error` is there
/// when the run ended in one (the first unhappy unit's, or what kept it from ending).
std::string report_to_json(const Report& report);

/// `check`.
std::string check_to_json(const CheckReport& report);

/// `history`: `runs`, oldest first.
std::string history_to_json(const std::vector<PastRun>& runs, bool simulated);

/// A call that failed before it reached a plan. `also` stands in "details", the error first.
std::string error_to_json(const Error& error, bool simulated = false);

}  // namespace vfmgr
#pragma GCC visibility pop
