// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"

#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

/// Reads a `match` table. Faults go to the reading; the keys that could be read come back.
MatchKeys read_match(const Reading& reading, const TreeEntry& entry);

/// The way to write one, for a help.
std::string how_to_match(const Reading& reading);
/// The words of `backend`.
std::span<const std::string_view> backend_names();

}  // namespace vfmgr
