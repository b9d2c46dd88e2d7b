// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

namespace vfmgr {

/// Reads TOML and hands out its outermost entries, each [[element]] of a list of tables by itself.
/// Of a text that can't be read only the first fault is known, since what follows can't be trusted;
/// nor can what was handed out. Nesting deeper than any profile's is refused before it costs
/// anything. Errors: syntax, with its spot.
Result<void> read_toml(const SourceText& source, const TakeEntry& take);

}  // namespace vfmgr
