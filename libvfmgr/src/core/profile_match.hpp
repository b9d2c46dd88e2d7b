// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"

namespace vfmgr {

/// Reads a `match` table. Faults go to the reading; the keys that could be read come back.
MatchKeys read_match(const Reading& reading, const TreeEntry& entry);

/// Records an unknown key, with what was most likely meant; one that a later version will know is
/// told from one that none does.
void unknown_key(const Reading& reading,
                 const TreeEntry& entry,
                 std::span<const std::string_view> known,
                 std::span<const std::string_view> later);

}  // namespace vfmgr
