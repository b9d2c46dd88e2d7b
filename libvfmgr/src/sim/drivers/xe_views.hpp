// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <string>

// What follows from the numbers in debugfs: the files of sriov_admin/ and the PF's summaries.
namespace vfmgr::sim::xe {

/// Makes every view say what the numbers are. On a host without debugfs nothing is a view.
void show_all(Machine& machine, const Card& card);

/// "7.94 GiB" (lib/string_helpers.c:string_get_size, three digits).
std::string spell_size(std::uint64_t bytes);

}  // namespace vfmgr::sim::xe
