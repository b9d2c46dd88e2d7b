// SPDX-License-Identifier: Apache-2.0
// How a profile writes the ids of PCI vendors and devices.
#pragma once

#include "core/profile_values.hpp"
#include "core/text_tree.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vfmgr {

/// The words for vendors, in small letters.
std::span<const std::string_view> vendor_names();

/// A vendor's id, or one of those words. Nothing where it is neither, and that is told.
std::optional<std::uint16_t> read_vendor_id(const Reading& reading, const TreeNode& node);

/// A pair of ids or the second of it alone; nothing where it is neither, and that is told.
struct Ids {
  std::optional<std::uint16_t> vendor;
  std::uint16_t device = 0;
};
std::optional<Ids> read_ids(const Reading& reading, std::string_view subject, const TreeNode& node);

/// The number that stands there as hexadecimal digits without their prefix, or with "0X".
std::optional<std::uint64_t> hex_meant(std::string_view text, std::uint64_t most);

}  // namespace vfmgr
