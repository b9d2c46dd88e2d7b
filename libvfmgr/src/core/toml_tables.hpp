// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/toml_scan.hpp"

#include <expected>
#include <span>

namespace vfmgr {

/// The tables of a text in TOML: which a header or a key with dots means, and whether it may add to
/// it (TOML 1.0, sections Keys, Table, Array of Tables).
class TomlTables {
 public:
  /// Keeps references to both, which must outlive it; `scan` is asked for faults.
  TomlTables(const TomlScan& scan, const TakeEntry& take);
  TomlTables(const TomlTables&) = delete;
  TomlTables& operator=(const TomlTables&) = delete;
  TomlTables(TomlTables&&) = delete;
  TomlTables& operator=(TomlTables&&) = delete;
  ~TomlTables() = default;

  /// `[a.b]`, which stands at `whole`.
  Result<void> open_table(std::span<const TomlName> names, At whole);
  /// `[[a.b]]`.
  Result<void> open_element(std::span<const TomlName> names, At whole);
  /// The table that was opened last: keys are its.
  TreeNode& here() { return *here_; }
  /// `a.b = VALUE` in a table.
  Result<void> add(TreeNode& table, std::span<const TomlName> names, TreeNode value);
  /// Hands out what has not been yet: the text is at its end.
  void hand_out();

 private:
  Result<TreeNode*> parent_of(std::span<const TomlName> names);
  /// The table that a header's name leads through.
  Result<TreeNode*> through(TreeNode& table, const TomlName& name);
  /// The table of that name that keys with dots may add to.
  Result<TreeNode*> dotted(TreeNode& table, const TomlName& name);

  [[nodiscard]] std::unexpected<Error> too_many(const TomlName& name) const;
  [[nodiscard]] std::unexpected<Error> twice(const TomlName& name, const TreeEntry& there) const;
  /// A name that stands for something that nothing can be added to.
  [[nodiscard]] std::unexpected<Error> is_already(const TomlName& name,
                                                  const TreeEntry& there,
                                                  std::string help) const;
  [[nodiscard]] std::unexpected<Error> closed(const TomlName& name, const TreeEntry& there) const;
  [[nodiscard]] std::unexpected<Error> not_a_list(const TomlName& name,
                                                  const TreeEntry& there) const;

  const TomlScan& scan_;
  const TakeEntry& take_;
  TreeNode root_;
  TreeNode* here_;
};

}  // namespace vfmgr
