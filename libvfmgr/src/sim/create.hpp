// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "sim/machine.hpp"
#include "sim/models.hpp"

#include <span>

namespace vfmgr::sim {

/// A fresh machine with one GPU of each of these models, in this order, behind a bridge each.
/// Errors: invalid (more than the host's bus numbers can hold).
Result<Machine> fresh_machine(std::span<const Model> gpus);

}  // namespace vfmgr::sim
