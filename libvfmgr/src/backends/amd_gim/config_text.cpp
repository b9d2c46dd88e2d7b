// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/config_text.hpp"

#include "core/numbers.hpp"
#include "core/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

constexpr std::string_view kVfNumKey = "vf_num";
constexpr std::string_view kPartitionsKey = "accelerator_partition_mode";
constexpr std::string_view kDomainsKey = "memory_partition_mode";

bool keep(std::string_view key, std::string_view value, Kept& kept) {
  if (key == kVfNumKey) {
    kept.vf_num = value;
    return true;
  }
  const auto number = decimal(value);
  if (!number || (key != kPartitionsKey && key != kDomainsKey)) {
    return false;
  }
  (key == kPartitionsKey ? kept.partitions : kept.domains) = static_cast<std::uint32_t>(*number);
  return true;
}

}  // namespace

std::string config_text(const Kept& kept) {
  return fmt::format("{}={}\n{}={}\n{}={}\n",
                     kVfNumKey,
                     kept.vf_num,
                     kPartitionsKey,
                     kept.partitions,
                     kDomainsKey,
                     kept.domains);
}

std::optional<Kept> kept_in(std::string_view text) {
  // gim_config.c:gim_conf_parse_conf_file: blanks, tabs, ends of lines and "=" all part its words.
  std::string plain(text);
  std::ranges::replace_if(plain, [](char c) { return c == '=' || c == '\n' || c == '\t'; }, ' ');
  const std::vector<std::string> words = words_of(plain);
  Kept kept;
  for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
    if (!keep(words[at], words[at + 1], kept)) {
      return std::nullopt;
    }
  }
  return words.size() % 2 == 0 ? std::optional(kept) : std::nullopt;
}

std::string vf_num_of(std::span<const std::uint32_t> counts) {
  // The last one is for all that follow.
  std::size_t size = counts.size();
  while (size > 1 && counts[size - 1] == counts[size - 2]) {
    --size;
  }
  return fmt::format("{}", fmt::join(counts.first(size), ","));
}

std::vector<std::uint32_t> counts_in(std::string_view vf_num) {
  constexpr std::uint64_t kMost = 31;  // gim_config.h
  std::vector<std::uint32_t> counts;
  for (const std::string_view word : split(vf_num, ',')) {
    const auto number = decimal(word);
    if (!number || *number == 0 || *number > kMost) {
      return {};
    }
    counts.push_back(static_cast<std::uint32_t>(*number));
  }
  return counts;
}

}  // namespace vfmgr::amd_gim
