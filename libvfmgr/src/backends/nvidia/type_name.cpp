// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/type_name.hpp"

#include "core/numbers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::nvidia {

namespace {

constexpr std::uint64_t kHalfGib = std::uint64_t{512} << 20U;
constexpr std::string_view kSeries = "ABCQ";
constexpr std::array<std::string_view, 5> kSuffixes{"", "ME", "NOME", "MEALL", "GFX"};
constexpr std::size_t kMostDigits = 4;  // the largest card has 269 GB

std::optional<std::uint32_t> short_number(std::string_view text) {
  const auto number = text.size() <= kMostDigits ? decimal(text) : std::nullopt;
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

/// "24", "24Q", "5CME": what stands behind the last dash.
bool read_size(std::string_view text, TypeName& into) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto gib = short_number(text.substr(0, digits));
  if (!gib) {
    return false;
  }
  into.bytes = *gib == 0 ? kHalfGib : 2 * kHalfGib * *gib;
  text.remove_prefix(digits);
  if (!text.empty() && kSeries.find(text.front()) != std::string_view::npos) {
    into.series = text.front();
    text.remove_prefix(1);
  }
  into.suffix = text;
  return std::ranges::find(kSuffixes, text) != kSuffixes.end();
}

}  // namespace

std::string_view short_name(std::string_view name) {
  const std::size_t space = name.rfind(' ');
  return space == std::string_view::npos ? name : name.substr(space + 1);
}

std::optional<TypeName> parse_type_name(std::string_view name) {
  std::string_view rest = short_name(name);
  const std::size_t last = rest.rfind('-');
  TypeName parsed;
  if (last == std::string_view::npos || !read_size(rest.substr(last + 1), parsed)) {
    return std::nullopt;
  }
  rest = rest.substr(0, last);
  const std::size_t before = rest.rfind('-');
  if (before != std::string_view::npos) {
    if (const auto slices = short_number(rest.substr(before + 1)); slices && *slices > 0) {
      parsed.slices = *slices;
      rest = rest.substr(0, before);
    }
  }
  if (rest.empty() || (parsed.slices == 0 && !parsed.suffix.empty()) ||
      (parsed.series == 0 && !parsed.suffix.empty())) {
    return std::nullopt;
  }
  parsed.card = rest;
  return parsed;
}

}  // namespace vfmgr::nvidia
