// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attributes.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

namespace vfmgr {

/// A table of a profile that has attributes.
enum class AttributeTable : std::uint8_t {
  every_vf,  ///< [defaults], [resources.NAME], [[gpu]]
  some_vfs,  ///< [[gpu.vf]]
  pf         ///< [gpu.pf]
};

/// Whether a table may have an attribute.
bool may_stand_in(const AttributeRow& row, AttributeTable table);

/// The schema of what an attribute may be there, with its description.
nlohmann::ordered_json schema_of_attribute(const AttributeRow& row, AttributeTable table);

/// What several attributes have in common, by the names under which the above refers to it.
nlohmann::ordered_json shared_value_schemas();

// Parts of schemas.
nlohmann::ordered_json schema_of_integer(std::uint64_t least, std::uint64_t most);
nlohmann::ordered_json schema_of_pattern(std::string_view pattern);
nlohmann::ordered_json schema_of_text();  ///< any that is not empty
nlohmann::ordered_json schema_of_any(nlohmann::ordered_json::initializer_list_t parts);

}  // namespace vfmgr
