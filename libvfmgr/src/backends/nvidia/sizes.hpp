// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

/// How vGPUs of one size lie on a card of one memory size; all in GiB.
struct SizeRow {
  std::uint32_t card = 0;
  std::uint32_t size = 0;
  std::uint32_t most_equal = 0;  ///< where all are of this size
  std::string_view starts;       ///< where one may begin among mixed sizes; empty: not public
};

/// nullptr where no source tells this size on such a card.
const SizeRow* size_row(std::uint32_t card_gib, std::uint32_t size_gib, bool ada);

/// "0 24 47": the numbers in a row of these tables.
std::vector<std::uint32_t> starts_of(std::string_view text);

}  // namespace vfmgr::nvidia
