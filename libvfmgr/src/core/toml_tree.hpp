// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

namespace vfmgr {

/// Reads TOML. Of a text that can't be read only the first fault is known, since what follows can't
/// be trusted. Texts longer than any profile, and nesting deeper than any, are refused before they
/// cost anything. Errors: syntax, with its spot.
Result<TreeNode> read_toml(const SourceText& source, std::string_view text);

}  // namespace vfmgr
