// SPDX-License-Identifier: Apache-2.0
// Which modes there are and go together: pure.
#pragma once

#include "backends/amd_gim/cards.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim {

/// Into how many partitions a word of a profile groups the dies: "SPX" one, "CPX" each alone; 0: no
/// such word.
std::uint32_t partitions_of(std::string_view word, const Card& card);
/// "NPS4": 4; 0: no such word.
std::uint32_t domains_of(std::string_view word);

/// Modes together with a count of VFs.
struct Modes {
  std::uint32_t vfs = 0;
  std::uint32_t domains = 0;     ///< of memory
  std::uint32_t partitions = 0;  ///< of dies
};
/// Whether the driver keeps these; what it would not it replaces without an error.
bool go_together(const Modes& modes, const Card& card);
/// Partitions that the driver chooses for a count and a memory mode; 0: it has none for them.
std::uint32_t default_partitions(std::uint32_t vfs, std::uint32_t domains, const Card& card);
/// All that go with a count, as people write them: "NPS1 with SPX".
std::vector<std::string> all_for(std::uint32_t vfs, const Card& card);

}  // namespace vfmgr::amd_gim
