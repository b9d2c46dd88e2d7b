// SPDX-License-Identifier: Apache-2.0
#include "core/profile_values.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/letters.hpp"
#include "core/nearest.hpp"
#include "core/numbers.hpp"
#include "core/text_tree.hpp"
#include "core/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::string_view kDefault = "default";

void wrong_kind(const Reading& reading,
                std::string_view subject,
                const TreeNode& node,
                std::string_view wanted) {
  reading.fault(
      node, subject, fmt::format("{} where {} belongs", kind_word(node.kind), wanted), {});
}

/// Passes a parser's fault on, at the node's place.
std::nullopt_t refused(const Reading& reading,
                       std::string_view subject,
                       const TreeNode& node,
                       const Error& error) {
  reading.fault(node, subject, error.why, error.help);
  return std::nullopt;
}

std::optional<Setting> read_bytes(const Reading& reading,
                                  const AttributeRow& row,
                                  const TreeNode& node) {
  if (node.kind == Kind::integer) {
    if (const auto number =
            read_number(reading, row.name, node, 0, std::numeric_limits<std::int64_t>::max())) {
      return Setting(*number);
    }
    return std::nullopt;
  }
  if (node.kind != Kind::text) {
    reading.fault(node,
                  row.name,
                  fmt::format("{} where a size belongs", kind_word(node.kind)),
                  R"(write a size like "4GiB", "1.5GiB", "500MB" or 4096)");
    return std::nullopt;
  }
  const auto bytes = parse_bytes(node.text);
  if (!bytes) {
    return refused(reading, row.name, node, bytes.error());
  }
  return Setting(bytes->count);
}

std::optional<Setting> read_duration(const Reading& reading,
                                     const AttributeRow& row,
                                     const TreeNode& node) {
  if (node.kind == Kind::integer) {
    reading.fault(node,
                  row.name,
                  "a duration without a unit",
                  fmt::format(R"(did you mean "{}ms"?)", node.integer));
    return std::nullopt;
  }
  if (node.kind != Kind::text) {
    reading.fault(node,
                  row.name,
                  fmt::format("{} where a duration belongs", kind_word(node.kind)),
                  R"(write a time like "500us", "20ms", "1s" or "infinite")");
    return std::nullopt;
  }
  const auto duration = parse_duration(node.text);
  if (!duration) {
    return refused(reading, row.name, node, duration.error());
  }
  return Setting(std::uint64_t{duration->count()});
}

/// Names of drivers become path components, so nothing else may stand in one.
bool is_driver_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  // MODULE_NAME_LEN of include/linux/moduleparam.h leaves less than 64 bytes.
  return !name.empty() && name.size() < 64 && std::ranges::all_of(name, fits);
}

/// `"auto", "host" or "none"`.
std::string quoted_words(const AttributeRow& row) {
  const std::vector<std::string_view> words = split(row.words, ' ');
  std::string text;
  for (std::size_t at = 0; at < words.size(); ++at) {
    text += at == 0 ? "" : at + 1 == words.size() ? " or " : ", ";
    text += fmt::format("\"{}\"", words[at]);
  }
  return text;
}

std::optional<Setting> read_driver(const Reading& reading,
                                   const AttributeRow& row,
                                   const TreeNode& node) {
  const auto name = read_text(reading, row.name, node);
  if (!name) {
    return std::nullopt;
  }
  if (*name == kDefault) {
    reading.fault(node,
                  row.name,
                  "drivers have no default to go back to",
                  row.key == Key::vf_driver
                      ? R"(write "auto" for what it is when left out, "host" for what the kernel )"
                        "would probe"
                      : R"(write "host" for what the kernel would probe)");
    return std::nullopt;
  }
  if (!is_driver_name(*name)) {
    reading.fault(node,
                  row.name,
                  "not a driver's name",
                  fmt::format(R"(write {} or a name like "vfio-pci")", quoted_words(row)));
    return std::nullopt;
  }
  return Setting(*name);
}

/// One of the row's words; empty where it is none, and that is told.
std::optional<std::string> read_word(const Reading& reading,
                                     const AttributeRow& row,
                                     const TreeNode& node) {
  auto word = read_text(reading, row.name, node);
  if (!word) {
    return std::nullopt;
  }
  const std::vector<std::string_view> words = split(row.words, ' ');
  if (std::ranges::find(words, *word) != words.end()) {
    return word;
  }
  const auto same = std::ranges::find_if(
      words, [&word](std::string_view one) { return fold_case(one) == fold_case(*word); });
  const auto meant = same != words.end() ? std::optional(*same) : nearest(*word, words);
  reading.fault(node,
                row.name,
                "not one of its words",
                meant ? fmt::format("did you mean \"{}\"?", *meant)
                      : fmt::format("write {}", quoted_words(row)));
  return std::nullopt;
}

std::optional<Setting> read_words(const Reading& reading,
                                  const AttributeRow& row,
                                  const TreeNode& node) {
  if (node.kind != Kind::list) {
    wrong_kind(reading, row.name, node, "a list");
    return std::nullopt;
  }
  std::vector<std::string> words;
  bool good = true;
  for (const TreeNode& item : node.list) {
    auto word = read_word(reading, row, item);
    good = good && word.has_value();
    if (word && std::ranges::find(words, *word) != words.end()) {
      reading.fault(item, row.name, "it stands there already", "name each once");
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

std::optional<Setting> read_name(const Reading& reading,
                                 const AttributeRow& row,
                                 const TreeNode& node) {
  if (node.kind == Kind::integer) {
    if (const auto id =
            read_number(reading, row.name, node, 0, std::numeric_limits<std::uint32_t>::max())) {
      return Setting(std::to_string(*id));
    }
    return std::nullopt;
  }
  auto text = read_text(reading, row.name, node);
  return text ? std::optional<Setting>(std::move(*text)) : std::nullopt;
}

/// A table of names with how many of each: that many of each, in the order of the text.
std::optional<Setting> read_counts(const Reading& reading,
                                   const AttributeRow& row,
                                   const TreeNode& node) {
  constexpr std::uint64_t kMost = 64;  // more than any GPU can be cut into
  std::vector<std::string> names;
  bool good = true;
  for (const TreeEntry& entry : node.table) {
    const auto count = read_number(reading, row.name, entry.value, 1, kMost);
    good = good && count.has_value();
    names.insert(names.end(), count.value_or(0), entry.key);
  }
  return good ? std::optional<Setting>(std::move(names)) : std::nullopt;
}

std::optional<Setting> read_layout(const Reading& reading,
                                   const AttributeRow& row,
                                   const TreeNode& node) {
  if (node.kind == Kind::table) {
    return read_counts(reading, row, node);
  }
  if (node.kind == Kind::list) {
    std::vector<std::string> names;
    bool good = true;
    for (const TreeNode& item : node.list) {
      auto name = read_text(reading, row.name, item);
      good = good && name.has_value();
      names.push_back(std::move(name).value_or(std::string()));
    }
    return good ? std::optional<Setting>(std::move(names)) : std::nullopt;
  }
  if (node.kind == Kind::text && node.text == "off") {
    return Setting(node.text);
  }
  reading.fault(node,
                row.name,
                "not a layout of instances",
                R"(write "off", a list like ["1g.10gb", "2g.20gb"], or { "1g.10gb" = 7 })");
  return std::nullopt;
}

}  // namespace

void Reading::fault(const TreeNode& node,
                    std::string_view subject,
                    std::string why,
                    std::string help) const {
  faults.push_back(
      {.kind = ErrorKind::invalid,
       .subject = std::string(subject),
       .value = node.kind == Kind::text ? node.text : std::string(source.slice(node.at)),
       .why = std::move(why),
       .help = std::move(help),
       .spot = source.spot(node.at)});
}

std::optional<Setting> read_setting(const Reading& reading,
                                    const AttributeRow& row,
                                    const TreeNode& node) {
  if (row.type == Type::driver) {
    return read_driver(reading, row, node);
  }
  if (node.kind == Kind::text && node.text == kDefault) {
    return Setting(DriverDefault{});
  }
  switch (row.type) {
    case Type::bytes:
      return read_bytes(reading, row, node);
    case Type::duration:
      return read_duration(reading, row, node);
    case Type::count:
      if (const auto number =
              read_number(reading, row.name, node, 0, std::numeric_limits<std::int64_t>::max())) {
        return Setting(*number);
      }
      return std::nullopt;
    case Type::boolean:
      if (const auto flag = read_flag(reading, row.name, node)) {
        return Setting(*flag);
      }
      return std::nullopt;
    case Type::name:
      return read_name(reading, row, node);
    case Type::layout:
      return read_layout(reading, row, node);
    case Type::word:
      if (auto word = read_word(reading, row, node)) {
        return Setting(std::move(*word));
      }
      return std::nullopt;
    case Type::words:
      return read_words(reading, row, node);
    case Type::driver:
    case Type::text:
      break;
  }
  auto text = read_text(reading, row.name, node);
  return text ? std::optional<Setting>(std::move(*text)) : std::nullopt;
}

std::optional<std::uint64_t> read_number(const Reading& reading,
                                         std::string_view subject,
                                         const TreeNode& node,
                                         std::uint64_t least,
                                         std::uint64_t most) {
  if (node.kind != Kind::integer) {
    wrong_kind(reading, subject, node, "an integer");
    return std::nullopt;
  }
  const auto number = static_cast<std::uint64_t>(node.integer);
  if (node.integer < 0 || number < least || number > most) {
    reading.fault(node,
                  subject,
                  "out of range",
                  most == static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                      ? fmt::format("at least {}", least)
                      : fmt::format("{} to {}", least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<std::string> read_text(const Reading& reading,
                                     std::string_view subject,
                                     const TreeNode& node) {
  if (node.kind != Kind::text) {
    wrong_kind(reading, subject, node, "a string");
    return std::nullopt;
  }
  if (node.text.empty()) {
    reading.fault(node, subject, "empty", "leave the key out to leave things as they are");
    return std::nullopt;
  }
  return node.text;
}

std::optional<bool> read_flag(const Reading& reading,
                              std::string_view subject,
                              const TreeNode& node) {
  if (node.kind != Kind::boolean) {
    wrong_kind(reading, subject, node, "true or false");
    return std::nullopt;
  }
  return node.boolean;
}

std::optional<std::uint64_t> hex_number(std::string_view text) {
  if (!text.starts_with("0x") || text.size() < 3 || text.size() > 10) {
    return std::nullopt;
  }
  return hexadecimal(text.substr(2));
}

}  // namespace vfmgr
