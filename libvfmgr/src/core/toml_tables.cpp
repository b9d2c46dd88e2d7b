// SPDX-License-Identifier: Apache-2.0
#include "core/toml_tables.hpp"

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/toml_scan.hpp"
#include "core/try.hpp"

#include <fmt/format.h>

#include <expected>
#include <span>
#include <string>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;
using Made = TreeNode::Made;

TreeNode node_at(At at, Kind kind, Made made) {
  TreeNode node;
  node.kind = kind;
  node.made = made;
  node.at = at;
  return node;
}

TreeNode table_at(At at, Made made) {
  return node_at(at, Kind::table, made);
}

}  // namespace

TomlTables::TomlTables(const TomlScan& scan, const TakeEntry& take)
    : scan_(scan), take_(take), root_(table_at({}, Made::by_header)), here_(&root_) {}

void TomlTables::hand_out() {
  for (TreeEntry& entry : root_.table.take()) {
    take_(entry);
  }
}

Result<void> TomlTables::add(TreeNode& table, std::span<const TomlName> names, TreeNode value) {
  TreeNode* into = &table;
  for (const TomlName& name : names.first(names.size() - 1)) {
    TRY(into, dotted(*into, name));
  }
  const TomlName& last = names.back();
  if (const TreeEntry* const there = into->table.find(last.text)) {
    return twice(last, *there);
  }
  if (into->table.size() == kMostValues) {
    return too_many(last);
  }
  into->table.add({.key = last.text, .at = last.at, .value = std::move(value)});
  return {};
}

std::unexpected<Error> TomlTables::too_many(const TomlName& name) const {
  return scan_.fault(name.at.offset,
                     name.at.offset + name.at.length,
                     "more than 65536 of these in one table",
                     "no profile needs so many");
}

std::unexpected<Error> TomlTables::twice(const TomlName& name, const TreeEntry& there) const {
  const bool list = there.value.kind == Kind::list && there.value.made == Made::by_header;
  return scan_.fault(
      name.at.offset,
      name.at.offset + name.at.length,
      fmt::format("'{}' stands here twice; first in line {}", name.text, scan_.line_of(there.at)),
      list ? fmt::format("it is a list of tables: add one with [[{}]]", name.text)
      : there.value.made == Made::by_header ? "put the keys of both together"
                                            : "keep one of them");
}

/// The table of that name that keys with dots may add to.
Result<TreeNode*> TomlTables::dotted(TreeNode& table, const TomlName& name) {
  TreeEntry* const there = table.table.find(name.text);
  if (there == nullptr) {
    return &table.table
                .add({.key = name.text, .at = name.at, .value = table_at(name.at, Made::by_dots)})
                .value;
  }
  Made& made = there->value.made;
  if (there->value.kind != Kind::table || (made != Made::by_dots && made != Made::above_header)) {
    return closed(name, *there);
  }
  // One that only a header below it has named is named by these keys now, and no header may follow.
  made = Made::by_dots;
  return &there->value;
}

/// A name that stands for something else.
std::unexpected<Error> TomlTables::is_already(const TomlName& name,
                                              const TreeEntry& there,
                                              std::string help) const {
  return scan_.fault(name.at.offset,
                     name.at.offset + name.at.length,
                     fmt::format("'{}' is {} already, in line {}",
                                 name.text,
                                 kind_word(there.value.kind),
                                 scan_.line_of(there.at)),
                     std::move(help));
}

/// A name that stands for something that nothing can be added to.
std::unexpected<Error> TomlTables::closed(const TomlName& name, const TreeEntry& there) const {
  const bool table = there.value.kind == Kind::table;
  return is_already(name, there, table ? "put all its keys there" : "keep one of them");
}

/// The table that a header's name leads through.
Result<TreeNode*> TomlTables::through(TreeNode& table, const TomlName& name) {
  TreeEntry* const there = table.table.find(name.text);
  if (there == nullptr) {
    return &table.table
                .add({.key = name.text,
                      .at = name.at,
                      .value = table_at(name.at, Made::above_header)})
                .value;
  }
  TreeNode& value = there->value;
  if (value.made == Made::whole) {
    return closed(name, *there);
  }
  return value.kind == Kind::list ? &value.list.back() : &value;
}

Result<TreeNode*> TomlTables::parent_of(std::span<const TomlName> names) {
  TreeNode* table = &root_;
  for (const TomlName& name : names.first(names.size() - 1)) {
    TRY(table, through(*table, name));
  }
  return table;
}

Result<void> TomlTables::open_table(std::span<const TomlName> names, At whole) {
  TRY(TreeNode* const parent, parent_of(names));
  const TomlName& last = names.back();
  TreeEntry* const there = parent->table.find(last.text);
  if (there == nullptr && parent->table.size() == kMostValues) {
    return too_many(last);
  }
  if (there == nullptr) {
    here_ = &parent->table
                 .add({.key = last.text, .at = last.at, .value = table_at(whole, Made::by_header)})
                 .value;
    return {};
  }
  if (there->value.kind != Kind::table || there->value.made != Made::above_header) {
    return twice(last, *there);
  }
  there->value.made = Made::by_header;
  there->value.at = whole;
  here_ = &there->value;
  return {};
}

Result<void> TomlTables::open_element(std::span<const TomlName> names, At whole) {
  TRY(TreeNode* const parent, parent_of(names));
  const TomlName& last = names.back();
  TreeEntry* there = parent->table.find(last.text);
  if (there == nullptr) {
    there = &parent->table.add(
        {.key = last.text, .at = last.at, .value = node_at(whole, Kind::list, Made::by_header)});
  } else if (there->value.kind != Kind::list || there->value.made != Made::by_header) {
    return not_a_list(last, *there);
  }
  if (parent == &root_ && !there->value.list.empty()) {
    // Nothing can be added to it any more: so it need not be kept.
    take_(*there);
    there->again = true;
    there->value.list.clear();
  }
  if (there->value.list.size() == kMostValues) {
    return too_many(last);
  }
  there->value.list.push_back(table_at(whole, Made::by_header));
  here_ = &there->value.list.back();
  return {};
}

std::unexpected<Error> TomlTables::not_a_list(const TomlName& name, const TreeEntry& there) const {
  const bool above = there.value.made == Made::above_header;
  return is_already(name,
                    there,
                    above ? fmt::format("put what belongs to one [[{}]] behind it", name.text)
                          : fmt::format("write each as [[{}]], with two brackets", name.text));
}

}  // namespace vfmgr
