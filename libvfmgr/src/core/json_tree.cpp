// SPDX-License-Identifier: Apache-2.0
#include "core/json_tree.hpp"

#include "vfmgr/result.hpp"

#include "core/json_scan.hpp"
#include "core/text_tree.hpp"
#include "core/try.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::size_t kDeepestJson = 16;  // a profile's values are 6 deep

class JsonReader {
 public:
  JsonReader(const SourceText& source, const TakeEntry& take) : scan_(source), take_(take) {}

  Result<void> read() {
    scan_.skip_space();
    TRY(TreeNode root, object(0));
    scan_.skip_space();
    if (!scan_.at_end()) {
      return scan_.unexpected("the end of the text", "a profile is one object: { … }");
    }
    for (TreeEntry& entry : root.table.take()) {
      if (!entry.again || !entry.value.list.empty()) {
        take_(entry);
      }
    }
    return {};
  }

 private:
  Result<TreeNode> value(std::size_t depth) {
    const std::size_t begin = scan_.at();
    if (depth == kDeepestJson) {
      return scan_.fault(begin, begin + 1, "values nested too deep", {});
    }
    if (scan_.starts_with("{")) {
      return object(depth);
    }
    if (scan_.starts_with("[")) {
      TreeNode list;
      list.kind = Kind::list;
      TRY_VOID(items(depth, [&list](TreeNode item) {
        list.list.push_back(std::move(item));
        return list.list.size();
      }));
      list.at = SourceText::at(begin, begin + 1);
      return list;
    }
    if (!scan_.starts_with("\"")) {
      return scan_.take_word();
    }
    TreeNode node;
    node.kind = Kind::text;
    TRY(node.text, scan_.take_string());
    node.at = SourceText::at(begin, scan_.at());
    return node;
  }

  /// The values between two brackets, one after the other; who takes one tells how many he keeps.
  template <class Take>
  Result<void> items(std::size_t depth, const Take& take) {
    const std::size_t begin = scan_.at();
    std::size_t kept = 0;
    scan_.take("[");
    scan_.skip_space();
    for (bool more = !scan_.take("]"); more;) {
      scan_.skip_space();
      if (scan_.at_end()) {
        return scan_.fault(begin, begin + 1, "an array without its ']'", "close it with ]");
      }
      if (scan_.starts_with("]")) {
        return scan_.unexpected("a value", "remove the ',' before it");
      }
      if (kept == kMostValues) {
        return scan_.fault(scan_.at(), scan_.at() + 1, "an array of more than 65536 values", {});
      }
      TRY(TreeNode item, value(depth + 1));
      kept = take(std::move(item));
      scan_.skip_space();
      more = !scan_.take("]");
      if (more && !scan_.at_end() && !scan_.take(",")) {
        return scan_.unexpected("',' or ']'", "values stand with ',' between them");
      }
    }
    return {};
  }

  Result<TreeNode> object(std::size_t depth) {
    const std::size_t begin = scan_.at();
    TreeNode node;
    node.kind = Kind::table;
    node.at = SourceText::at(begin, begin + 1);
    scan_.take("{");
    scan_.skip_space();
    for (bool more = !scan_.take("}"); more;) {
      scan_.skip_space();
      if (scan_.at_end()) {
        return scan_.fault(begin, begin + 1, "an object without its '}'", "close it with }");
      }
      if (scan_.starts_with("}")) {
        return scan_.unexpected("a key", "remove the ',' before it");
      }
      TRY_VOID(entry(node, depth));
      scan_.skip_space();
      more = !scan_.take("}");
      if (more && !scan_.at_end() && !scan_.take(",")) {
        return scan_.unexpected("',' or '}'", "keys stand with ',' between them");
      }
    }
    return node;
  }

  /// `"key": value` of an object.
  Result<void> entry(TreeNode& object, std::size_t depth) {
    const std::size_t begin = scan_.at();
    TreeEntry entry;
    TRY(entry.key, scan_.take_key());
    entry.at = SourceText::at(begin, scan_.at());
    if (object.table.size() == kMostValues) {
      return scan_.fault(begin, scan_.at(), "an object of more than 65536 keys", {});
    }
    if (const TreeEntry* const there = object.table.find(entry.key)) {
      return scan_.fault(
          begin,
          scan_.at(),
          fmt::format(
              "'{}' stands here twice; first in line {}", entry.key, scan_.line_of(there->at)),
          "keep one of them");
    }
    scan_.skip_space();
    if (!scan_.take(":")) {
      return scan_.unexpected("':'", R"(write "KEY": VALUE)");
    }
    scan_.skip_space();
    if (depth == 0 && scan_.starts_with("[")) {
      TRY_VOID(outermost_list(entry));
    } else {
      TRY(entry.value, value(depth + 1));
    }
    object.table.add(std::move(entry));
    return {};
  }

  /// Hands out a list of objects part by part; another stays in the entry as a whole.
  Result<void> outermost_list(TreeEntry& entry) {
    TreeNode& list = entry.value;
    list.kind = Kind::list;
    list.at = SourceText::at(scan_.at(), scan_.at() + 1);
    return items(1, [this, &entry, &list](TreeNode item) {
      const bool part = item.kind == Kind::table && list.list.empty();
      list.list.push_back(std::move(item));
      if (part) {
        take_(entry);
        entry.again = true;
        list.list.clear();
      }
      return list.list.size();
    });
  }

  JsonScan scan_;
  const TakeEntry& take_;
};

}  // namespace

Result<void> read_json(const SourceText& source, const TakeEntry& take) {
  return JsonReader(source, take).read();
}

}  // namespace vfmgr
