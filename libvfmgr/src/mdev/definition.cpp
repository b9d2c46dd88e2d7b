// SPDX-License-Identifier: Apache-2.0
#include "mdev/definition.hpp"

#include "vfmgr/result.hpp"

#include "core/json_reader.hpp"
#include "core/try.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace vfmgr::mdev {

Result<Definition> parse_definition(std::string_view text) {
  TRY(const nlohmann::ordered_json json, parse_json(text, "mdevctl's definition"));
  const JsonAt root(json, "definition");
  Definition definition;
  TRY(definition.type, root.text_at("mdev_type"));
  TRY(const std::string start, root.text_at("start"));
  definition.automatic = start == "auto";
  return definition;
}

}  // namespace vfmgr::mdev
