// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace vfmgr {

/// Why a profile does not fit the host; none: it does.
using Trial = std::function<std::optional<Error>(const std::string& toml)>;

/// A commented profile that was tried, and fits. `asked`: GPUs that were named; empty: all that can
/// make VFs. Errors: unsupported (a GPU can't, or lacks what is wished); no_match (none can);
/// what the trial of the best start says.
Result<std::string> propose(const Inventory& host,
                            std::span<const PciAddress> asked,
                            const InitWish& wish,
                            const Trial& trial);

}  // namespace vfmgr
