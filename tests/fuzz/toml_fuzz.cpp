// SPDX-License-Identifier: Apache-2.0
// The reader of TOML against toml++: what the one takes the other takes, and they read the same.
#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/toml_library.hpp"  // IWYU pragma: keep: toml++ as this project sets it
#include "core/toml_tree.hpp"
#include "support/law.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using vfmgr::TreeEntry;
using vfmgr::TreeNode;
using vfmgr::fuzz::law;
using Kind = TreeNode::Kind;

void same(const TreeNode& ours, const toml::node& theirs);

void same_table(const TreeNode& ours, const toml::table& theirs) {
  std::size_t count = 0;
  for (const TreeEntry& entry : ours.table) {
    const toml::node* const other = theirs.get(entry.key);
    law(other != nullptr, "a key is there for both");
    if (other != nullptr) {
      same(entry.value, *other);
    }
    ++count;
  }
  law(count == theirs.size(), "both have the same keys");
}

void same_list(const std::vector<TreeNode>& ours, const toml::array& theirs) {
  law(ours.size() == theirs.size(), "lists have the same length");
  for (std::size_t at = 0; at < ours.size(); ++at) {
    same(ours[at], *theirs.get(at));
  }
}

void same(const TreeNode& ours, const toml::node& theirs) {
  switch (ours.kind) {
    case Kind::table:
      law(theirs.is_table(), "both see a table");
      return same_table(ours, *theirs.as_table());
    case Kind::list:
      law(theirs.is_array(), "both see a list");
      return same_list(ours.list, *theirs.as_array());
    case Kind::text:
      return law(theirs.is_string() && theirs.as_string()->get() == ours.text, "the same text");
    case Kind::integer:
      return law(theirs.is_integer() && theirs.as_integer()->get() == ours.integer, "one number");
    case Kind::boolean:
      return law(theirs.is_boolean() && theirs.as_boolean()->get() == ours.boolean, "one flag");
    case Kind::real:
      return law(theirs.is_floating_point(), "both see a number with a fraction");
    case Kind::other:
      return law(theirs.is_date() || theirs.is_time() || theirs.is_date_time(), "both see a date");
    case Kind::null:
      break;
  }
  law(false, "TOML has no null");
}

/// What toml++ makes of it; none: it refuses it, and why.
std::optional<toml::table> read_by_other(std::string_view text, std::string& why) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& thrown) {
    why = thrown.description();
    return std::nullopt;
  }
}

/// Faults that are toml++'s alone: numbers with a fraction beyond what a double holds (no profile
/// has any, so ours does not look), and more digits than it has room for, zeros in front and parts
/// of a second among them.
bool is_theirs_alone(std::string_view why) {
  return why.find("could not be interpreted as a value") != std::string_view::npos ||
         why.find("exceeds maximum precision") != std::string_view::npos ||
         why.find("exceeds length limit") != std::string_view::npos;
}

/// Faults that are ours alone: bounds, and what toml++ takes though TOML 1.0 has it not.
bool is_ours_alone(const vfmgr::Error& error) {
  return error.why.find("nested too deep") != std::string::npos ||
         error.why.starts_with("a line of more than");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  const vfmgr::SourceText source("p.toml", std::string(text));
  if (vfmgr::no_text(source) || text.starts_with("\xEF\xBB\xBF")) {
    return 0;
  }
  // A list of tables comes in parts, so each part is compared with its place in the other's list.
  std::vector<TreeEntry> entries;
  const auto read = vfmgr::read_toml(source, [&entries](TreeEntry& entry) {
    if (entry.again && !entries.empty()) {
      const auto first = std::ranges::find(entries, entry.key, &TreeEntry::key);
      law(first != entries.end(), "a further part has a first one");
      std::ranges::move(entry.value.list, std::back_inserter(first->value.list));
      return;
    }
    entries.push_back({.key = entry.key, .at = entry.at, .value = std::move(entry.value)});
  });
  const bool ascii =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!read && (!ascii || is_ours_alone(read.error()))) {
    return 0;  // toml++ runs into undefined behaviour at some of what is no ASCII outside of quotes
  }
  std::string why;
  const auto other = read_by_other(text, why);
  if (read && !other && is_theirs_alone(why)) {
    return 0;
  }
  law(read.has_value() == other.has_value(), "both take a text, or both refuse it");
  if (read) {
    TreeNode root;
    root.kind = Kind::table;
    for (TreeEntry& entry : entries) {
      root.table.add(std::move(entry));
    }
    same(root, *other);
  }
  return 0;
}
