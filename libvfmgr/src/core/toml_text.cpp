// SPDX-License-Identifier: Apache-2.0
#include "core/toml_text.hpp"

#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vfmgr {

std::string toml_string(std::string_view bytes) {
  std::string out = "\"";
  for (const char one : to_utf8(bytes)) {
    const auto byte = static_cast<std::uint8_t>(one);
    if (one == '"' || one == '\\') {
      out += '\\';
      out += one;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += one;
    }
  }
  return out + '"';
}

std::string toml_comment(std::string_view bytes) {
  std::string out = to_utf8(bytes);
  std::ranges::replace_if(
      out, [](char one) { return static_cast<std::uint8_t>(one) < 0x20 || one == 0x7F; }, ' ');
  return out;
}

std::string toml_value(Key key, const Setting& value) {
  if (const auto* const number = std::get_if<std::uint64_t>(&value)) {
    switch (row_of(key).type) {
      case Type::bytes:
        return toml_string(spell(Bytes{*number}));
      case Type::duration:
        return toml_string(spell(Microseconds(*number)));
      default:
        return std::to_string(*number);
    }
  }
  if (const auto* const flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  if (const auto* const text = std::get_if<std::string>(&value)) {
    return toml_string(*text);
  }
  if (const auto* const list = std::get_if<std::vector<std::string>>(&value)) {
    std::vector<std::string> names;
    std::ranges::transform(*list, std::back_inserter(names), toml_string);
    return fmt::format("[{}]", fmt::join(names, ", "));
  }
  return toml_string("default");
}

}  // namespace vfmgr
