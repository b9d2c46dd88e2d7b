// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"
#include "core/faults.hpp"
#include "core/profile_model.hpp"
#include "core/text_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// What reading one text needs: the text, and where its faults go.
struct Reading {
  const SourceText& source;
  std::vector<Error>& faults;
  bool json = false;  ///< else it is TOML

  /// Records a fault at a region. The value is what stands there.
  void fault(const TreeNode& node,
             std::string_view subject,
             std::string why,
             std::string help) const;
  /// The same of a value of another kind than belongs there.
  void wrong_kind(std::string_view subject,
                  const TreeNode& node,
                  std::string_view wanted,
                  std::string help) const;
  /// Whether there are so many faults that nobody needs more.
  [[nodiscard]] bool done() const { return enough(faults); }
  /// What to write, in the language that the text is in.
  [[nodiscard]] std::string how(std::string_view in_toml, std::string_view in_json) const {
    return std::string(json ? in_json : in_toml);
  }
};

// Each reads one value; what is wrong goes to the faults and the result is empty.

/// The value of an attribute, by its type.
std::optional<Setting> read_setting(const Reading& reading,
                                    const AttributeRow& row,
                                    const TreeNode& node);
/// An integer in a range, both ends included.
std::optional<std::uint64_t> read_number(const Reading& reading,
                                         std::string_view subject,
                                         const TreeNode& node,
                                         std::uint64_t least,
                                         std::uint64_t most);
/// A string that is not empty. `help`: what to write; empty: what stands there, in quotes.
std::optional<std::string> read_text(const Reading& reading,
                                     std::string_view subject,
                                     const TreeNode& node,
                                     std::string help = {});
std::optional<bool> read_flag(const Reading& reading,
                              std::string_view subject,
                              const TreeNode& node);
/// 8, "1..", "2..4", or a list of such.
std::optional<Expect> read_expect(const Reading& reading, const TreeNode& node);
/// 3, "0-3", or a list of such.
std::vector<VfRange> read_index(const Reading& reading, const TreeNode& node);

/// A number of one or two hexadecimal bytes and so on: "0x10de", or an integer.
std::optional<std::uint64_t> hex_number(std::string_view text);

}  // namespace vfmgr
