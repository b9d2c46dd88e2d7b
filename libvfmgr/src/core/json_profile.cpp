// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/json.hpp"
#include "vfmgr/result.hpp"

#include "core/json_shown.hpp"
#include "core/text_tree.hpp"
#include "core/toml_tree.hpp"
#include "core/try.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace vfmgr {

using Json = nlohmann::ordered_json;

namespace {

Json json_of(const TreeNode& node) {
  using Kind = TreeNode::Kind;
  switch (node.kind) {
    case Kind::boolean:
      return node.boolean;
    case Kind::integer:
      return node.integer;
    case Kind::text:
      return shown_text(node.text);
    case Kind::list: {
      Json list = Json::array();
      for (const TreeNode& one : node.list) {
        list.push_back(json_of(one));
      }
      return list;
    }
    case Kind::table: {
      Json table = Json::object();
      for (const TreeEntry& entry : node.table) {
        table[entry.key] = json_of(entry.value);
      }
      return table;
    }
    case Kind::real:
    case Kind::other:
      break;  // no key of a profile takes one
  }
  return nullptr;
}

}  // namespace

Result<std::string> profile_to_json(std::string_view toml) {
  const SourceText source("profile", toml);
  TRY(const TreeNode root, read_toml(source, toml));
  return json_of(root).dump(2) + "\n";
}

}  // namespace vfmgr
