// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

#include <string_view>

namespace vfmgr {

/// Reads JSON that a person or a program wrote as a configuration: each value with its place, a key
/// only once in an object. `text` is what `source` was made of. Of a text that can't be read only
/// the first fault is known. Errors: syntax, with its spot.
Result<TreeNode> read_json(const SourceText& source, std::string_view text);

}  // namespace vfmgr
