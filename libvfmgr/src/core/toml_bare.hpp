// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/toml_scan.hpp"

namespace vfmgr {

/// A value of TOML that stands in no quotes and no brackets: a number, true or false, a date.
Result<TreeNode> take_bare_value(TomlScan& scan);

}  // namespace vfmgr
