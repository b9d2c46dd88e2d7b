// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"

#include <span>
#include <vector>

namespace vfmgr {

class Backend;

/// Every attribute that is named: the PCI core's, the backends' and the vendors'. The door opens
/// these and nothing else.
using AttrTables = std::vector<std::span<const Attr>>;
AttrTables attr_tables(std::span<const Backend* const> backends);

}  // namespace vfmgr
