// SPDX-License-Identifier: Apache-2.0
#include "core/profile_words.hpp"

#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"
#include "core/letters.hpp"
#include "core/nearest.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"
#include "core/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

/// Names of drivers become path components, so nothing else may stand in one.
bool is_driver_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  // MODULE_NAME_LEN of include/linux/moduleparam.h leaves less than 64 bytes.
  return !name.empty() && name.size() < 64 && std::ranges::all_of(name, fits);
}

/// The one word that was meant; none: it may be any of several, or is none at all.
std::optional<std::string_view> meant_word(std::string_view word,
                                           std::vector<std::string_view> words) {
  const auto same = std::ranges::find_if(
      words, [word](std::string_view one) { return fold_case(one) == fold_case(word); });
  if (same != words.end()) {
    return *same;
  }
  const auto best = nearest(word, words);
  if (best) {
    std::erase(words, *best);
  }
  return best && !nearest(word, words) ? best : std::nullopt;
}

}  // namespace

std::optional<Setting> read_driver(const Reading& reading,
                                   const AttributeRow& row,
                                   const TreeNode& node) {
  const std::string how = fmt::format("write {}", either(row, R"(a name like "vfio-pci")"));
  const auto name = read_text(reading, row.name, node, how);
  if (!name) {
    return std::nullopt;
  }
  if (*name == kDefaultWord) {
    reading.fault(node,
                  row.name,
                  "drivers have no default to go back to",
                  row.key == Key::vf_driver
                      ? R"(write "auto" for what it is when left out, "host" for what the kernel )"
                        "would probe"
                      : R"(write "host" for what the kernel would probe)");
    return std::nullopt;
  }
  const std::vector<std::string_view> words = split(row.words, ' ');
  const auto same = std::ranges::find_if(
      words, [&name](std::string_view one) { return fold_case(one) == fold_case(*name); });
  const bool another_case = same != words.end() && *same != *name;
  if (another_case || !is_driver_name(*name)) {
    reading.fault(node,
                  row.name,
                  "not a driver's name",
                  another_case ? fmt::format("did you mean \"{}\"?", *same) : how);
    return std::nullopt;
  }
  return Setting(*name);
}

std::optional<std::string> read_word(const Reading& reading,
                                     const AttributeRow& row,
                                     const TreeNode& node) {
  auto word = read_text(reading, row.name, node, fmt::format("write {}", either(row)));
  if (!word) {
    return std::nullopt;
  }
  const std::vector<std::string_view> words = split(row.words, ' ');
  if (std::ranges::find(words, *word) != words.end()) {
    return word;
  }
  const auto meant = meant_word(*word, words);
  reading.fault(
      node,
      row.name,
      "not one of its words",
      meant ? fmt::format("did you mean \"{}\"?", *meant) : fmt::format("write {}", either(row)));
  return std::nullopt;
}

std::optional<Setting> read_words(const Reading& reading,
                                  const AttributeRow& row,
                                  const TreeNode& node) {
  if (node.kind != Kind::list) {
    const std::string_view word =
        node.kind == Kind::text && meant_word(node.text, split(row.words, ' ')) == node.text
            ? std::string_view(node.text)
            : split(row.words, ' ').front();
    reading.wrong_kind(row.name, node, "a list", fmt::format("write a list: [\"{}\"]", word));
    return std::nullopt;
  }
  std::vector<std::string> words;
  bool good = true;
  for (const TreeNode& item : node.list) {
    if (reading.done()) {
      break;
    }
    auto word = read_word(reading, row, item);
    good = good && word.has_value();
    if (word && std::ranges::find(words, *word) != words.end()) {
      reading.fault(item, row.name, "named twice", "name each once");
      good = false;
    }
    words.push_back(std::move(word).value_or(std::string()));
  }
  if (words.empty()) {
    reading.fault(node, row.name, "an empty list: nothing is asked for", "leave the key out");
    return std::nullopt;
  }
  return good ? std::optional<Setting>(std::move(words)) : std::nullopt;
}

}  // namespace vfmgr
