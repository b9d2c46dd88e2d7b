// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/state.hpp"

#include "core/numbers.hpp"

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace vfmgr {

std::string Value::text() const {
  const auto* const held = std::get_if<std::string>(&is);
  return held != nullptr ? *held : std::string();
}

bool Value::accepts(const Value& seen) const {
  if (match == Match::any) {
    return true;
  }
  if (match == Match::at_least && !seen.absent() && !seen.unreadable()) {
    const auto least = decimal(text());
    const auto read = decimal(seen.text());
    return least && read && *read >= *least && *read - *least <= slack;
  }
  return is == seen.is;
}

std::string to_string(const Value& value) {
  if (value.absent()) {
    return "absent";
  }
  if (const auto* const unreadable = std::get_if<Unreadable>(&value.is)) {
    const char* const name = strerrorname_np(unreadable->os_error);
    return "unreadable (" +
           (name != nullptr ? std::string(name) : std::to_string(unreadable->os_error)) + ")";
  }
  return "'" + value.text() + "'";
}

Value text_value(std::string text, Origin origin) {
  Value value;
  value.is = std::move(text);
  value.origin = origin;
  return value;
}

Value absent_value() {
  return Value{};
}

}  // namespace vfmgr
