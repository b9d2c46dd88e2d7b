// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_values.hpp"
#include "core/settings.hpp"
#include "core/text_tree.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vfmgr {

// The keys that a profile's tables have, each list in the order in which people are told of them.
// Attributes, which most of them have besides, are in core/attributes.hpp.

std::span<const std::string_view> top_keys();
std::span<const std::string_view> gpu_keys();
std::span<const std::string_view> vf_keys();
std::span<const std::string_view> match_keys();

/// Records an unknown key, with what was most likely meant.
void unknown_key(const Reading& reading,
                 const TreeEntry& entry,
                 std::span<const std::string_view> known);

/// The same in a table that has attributes of that scope besides.
void unknown_beside_attributes(const Reading& reading,
                               const TreeEntry& entry,
                               std::span<const std::string_view> own,
                               std::uint8_t scope);

/// Takes an entry that is an attribute; false: it is none.
bool take_setting(const Reading& reading, const TreeEntry& entry, Layer layer, Settings& settings);

/// A table of attributes and nothing else.
void read_settings(const Reading& reading, const TreeNode& table, Layer layer, Settings& settings);

/// Whether it is a table; a fault where not. `how`: the way to write one in TOML.
bool is_table(const Reading& reading,
              std::string_view subject,
              const TreeNode& node,
              std::string_view how);

/// The tables of an [[array of tables]]; those that are none are faults.
std::vector<const TreeNode*> tables_of(const Reading& reading,
                                       const TreeEntry& entry,
                                       std::string_view how);

}  // namespace vfmgr
