// SPDX-License-Identifier: Apache-2.0
#include "core/shown.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"

#include "core/attr.hpp"
#include "core/numbers.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

namespace vfmgr {

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
  if (attr.spelled != nullptr) {
    return attr.spelled(value->text());
  }
  const auto number = decimal(value->text());
  if (number && *number <= std::numeric_limits<std::uint64_t>::max() / attr.unit) {
    return *number == 0 && attr.zero_is_infinite ? std::numeric_limits<std::uint64_t>::max()
                                                 : *number * attr.unit;
  }
  return value->text();
}

void tell(const Attr& attr, const Value& value, Setting& told) {
  Setting own = setting_of(attr, value);
  const auto* const sum = std::get_if<std::uint64_t>(&told);
  const auto* const part = std::get_if<std::uint64_t>(&own);
  told = attr.is_part && sum != nullptr && part != nullptr ? Setting(*sum + *part) : std::move(own);
}

}  // namespace vfmgr
