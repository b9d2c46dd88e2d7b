// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::config_space {

std::optional<std::uint64_t> number(std::string_view config, std::size_t at, std::size_t bytes) {
  if (at > config.size() || config.size() - at < bytes) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i > 0; --i) {
    value = (value << 8U) | static_cast<unsigned char>(config[at + i - 1]);
  }
  return value;
}

bool is_unanswered(std::string_view config, std::size_t at, std::size_t bytes) {
  constexpr std::size_t kOneRead = 4;
  const std::size_t from = bytes == 1 ? at / kOneRead * kOneRead : at;
  const std::string_view looked_at =
      from < config.size() ? config.substr(from, bytes == 1 ? kOneRead : bytes) : "";
  return !looked_at.empty() && std::ranges::all_of(looked_at, [](char c) { return c == '\xff'; });
}

}  // namespace vfmgr::config_space
