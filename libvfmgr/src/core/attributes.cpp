// SPDX-License-Identifier: Apache-2.0
#include "core/attributes.hpp"

#include "core/words.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

const AttributeRow* find_attribute(std::string_view name) {
  for (const AttributeRow& row : kAttributes) {
    if (row.name == name || (!row.alias.empty() && row.alias == name)) {
      return &row;
    }
  }
  return nullptr;
}

const AttributeRow& row_of(Key key) {
  return kAttributes.at(static_cast<std::size_t>(key));
}

std::string_view type_word(Type type) {
  switch (type) {
    case Type::text:
      return "text";
    case Type::bytes:
      return "size";
    case Type::duration:
      return "duration";
    case Type::count:
      return "number";
    case Type::boolean:
      return "boolean";
    case Type::name:
      return "name";
    case Type::driver:
      return "driver";
    case Type::word:
      return "word";
    case Type::words:
      return "words";
    case Type::layout:
      return "layout";
  }
  return {};
}

std::string either(const AttributeRow& row, std::string_view more) {
  std::vector<std::string> words;
  for (const std::string_view word : split(row.words, ' ')) {
    words.push_back(fmt::format("\"{}\"", word));
  }
  if (!more.empty()) {
    words.emplace_back(more);
  }
  std::string text;
  for (std::size_t at = 0; at < words.size(); ++at) {
    text += (at == 0 ? "" : at + 1 == words.size() ? " or " : ", ") + words[at];
  }
  return text;
}

}  // namespace vfmgr
