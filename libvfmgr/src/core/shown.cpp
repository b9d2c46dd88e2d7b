// SPDX-License-Identifier: Apache-2.0
#include "core/shown.hpp"

#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"

#include "core/attr.hpp"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

Setting setting_of(const Attr& attr, const std::optional<Value>& value) {
  if (!value || value->unreadable()) {
    return std::monostate{};
  }
  if (value->match == Match::any) {
    return DriverDefault{};
  }
  if (value->absent()) {
    return attr.as == As::link ? Setting("none") : Setting(std::monostate{});
  }
  const auto number = decimal(value->text());
  if (number && *number <= std::numeric_limits<std::uint64_t>::max() / attr.unit) {
    return *number == 0 && attr.zero_is_infinite ? std::numeric_limits<std::uint64_t>::max()
                                                 : *number * attr.unit;
  }
  return value->text();
}

}  // namespace vfmgr
