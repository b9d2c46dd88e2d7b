// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/modes.hpp"

#include "backends/amd_gim/cards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

struct Word {
  std::string_view name;
  std::uint32_t partitions;
};
// gim_monitor.c:gim_mon_get_profile_type_desc; mi300_gpumon.c
constexpr std::array kWords{Word{.name = "SPX", .partitions = 1},
                            Word{.name = "DPX", .partitions = 2},
                            Word{.name = "QPX", .partitions = 4},
                            Word{.name = "CPX", .partitions = 8}};
constexpr std::array<std::uint32_t, 2> kDomains{1, 4};
// mi300_nbio.c:mi300_nbio_is_partition_mode_combination_supported
constexpr std::array<std::uint32_t, 4> kCounts{1, 2, 4, 8};

}  // namespace

std::uint32_t partitions_of(std::string_view word, const Card& card) {
  if (word == "CPX") {
    return card.dies;
  }
  const auto* const found = std::ranges::find(kWords, word, &Word::name);
  return found == kWords.end() ? 0 : found->partitions;
}

std::uint32_t domains_of(std::string_view word) {
  constexpr std::string_view kBefore = "NPS";
  const bool known = word.size() == kBefore.size() + 1 && word.starts_with(kBefore);
  return known && word.back() >= '1' && word.back() <= '8'
             ? static_cast<std::uint32_t>(word.back() - '0')
             : 0;
}

// mi300_nbio.c:mi300_nbio_is_accelerator_partition_mode_supported
bool go_together(const Modes& modes, const Card& card) {
  const bool counted = std::ranges::find(kCounts, modes.vfs) != kCounts.end();
  const bool domains = modes.domains == 1 || (modes.domains == 4 && modes.vfs != 2);
  const bool one_each = modes.partitions == modes.vfs && modes.partitions >= modes.domains;
  return counted && domains && (one_each || modes.partitions == card.dies);
}

// mi300_nbio.c:mi300_nbio_get_accelerator_partition_mode_default_setting
std::uint32_t default_partitions(std::uint32_t vfs, std::uint32_t domains, const Card& card) {
  if (vfs == 1 && domains == 4) {
    return card.dies;
  }
  const bool counted = std::ranges::find(kCounts, vfs) != kCounts.end();
  return counted && (domains == 1 || (domains == 4 && vfs != 2)) ? vfs : 0;
}

std::vector<std::string> all_for(std::uint32_t vfs, const Card& card) {
  std::vector<std::string> all;
  for (const std::uint32_t domains : kDomains) {
    for (const Word& word : kWords) {
      const std::uint32_t partitions = partitions_of(word.name, card);
      if (go_together({.vfs = vfs, .domains = domains, .partitions = partitions}, card)) {
        all.push_back(fmt::format("NPS{} with {}", domains, word.name));
      }
    }
  }
  return all;
}

}  // namespace vfmgr::amd_gim
