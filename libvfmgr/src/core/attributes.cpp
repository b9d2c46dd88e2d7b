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

}  // namespace vfmgr
