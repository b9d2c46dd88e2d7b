// SPDX-License-Identifier: Apache-2.0
#include "core/attributes.hpp"

#include <cstddef>
#include <string_view>

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

}  // namespace vfmgr
