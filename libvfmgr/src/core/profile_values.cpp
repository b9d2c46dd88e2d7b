// SPDX-License-Identifier: Apache-2.0
#include "core/profile_values.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/letters.hpp"
#include "core/numbers.hpp"
#include "core/profile_words.hpp"
#include "core/text_tree.hpp"

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

constexpr std::string_view kLeaveOut = "leave it out where nothing is meant";

/// What stands there, in quotes; nothing where it is more than a word.
std::string in_quotes(const Reading& reading, const TreeNode& node) {
  const bool word = node.kind == Kind::integer || node.kind == Kind::real ||
                    node.kind == Kind::boolean || node.kind == Kind::other;
  return word ? fmt::format("write \"{}\"", reading.source.slice(node.at)) : "write it in quotes";
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
  if (node.kind == Kind::integer && node.integer >= 0) {
    reading.fault(node,
                  row.name,
                  "a duration without a unit",
                  fmt::format(R"(did you mean "{}ms"?)", node.integer));
    return std::nullopt;
  }
  if (node.kind != Kind::text) {
    const bool negative = node.kind == Kind::integer;
    reading.fault(node,
                  row.name,
                  negative ? "a duration below zero"
                           : fmt::format("{} where a duration belongs", kind_word(node.kind)),
                  R"(write a time like "500us", "20ms", "1s" or "infinite")");
    return std::nullopt;
  }
  const auto duration = parse_duration(node.text);
  if (!duration) {
    return refused(reading, row.name, node, duration.error());
  }
  return Setting(std::uint64_t{duration->count()});
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
  auto text = read_text(reading, row.name, node, "write a name in quotes, or a number");
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
    if (reading.done()) {
      break;
    }
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
      if (reading.done()) {
        break;
      }
      auto name = read_text(reading, row.name, item);
      good = good && name.has_value();
      names.push_back(std::move(name).value_or(std::string()));
    }
    return good ? std::optional<Setting>(std::move(names)) : std::nullopt;
  }
  if (node.kind == Kind::text && node.text == "off") {
    return Setting(node.text);
  }
  const bool off = node.kind == Kind::text && fold_case(node.text) == "off";
  reading.fault(
      node,
      row.name,
      "not a layout of instances",
      off ? R"(did you mean "off"?)"
          : reading.how(R"(write "off", a list like ["1g.10gb", "2g.20gb"], or { "1g.10gb" = 7 })",
                        R"(write "off", a list like ["1g.10gb", "2g.20gb"], or { "1g.10gb": 7 })"));
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

void Reading::wrong_kind(std::string_view subject,
                         const TreeNode& node,
                         std::string_view wanted,
                         std::string help) const {
  fault(node,
        subject,
        fmt::format("{} where {} belongs", kind_word(node.kind), wanted),
        node.kind == Kind::null ? std::string(kLeaveOut) : std::move(help));
}

std::optional<Setting> read_setting(const Reading& reading,
                                    const AttributeRow& row,
                                    const TreeNode& node) {
  if (row.type == Type::driver) {
    return read_driver(reading, row, node);
  }
  if (node.kind == Kind::text && node.text == kDefaultWord) {
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
    const bool digits = node.kind == Kind::text && decimal(node.text).has_value();
    reading.wrong_kind(subject,
                       node,
                       "an integer",
                       digits ? fmt::format("write {}, without quotes", node.text)
                              : "write a whole number like 4");
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
                                     const TreeNode& node,
                                     std::string help) {
  if (node.kind != Kind::text) {
    reading.wrong_kind(
        subject, node, "a string", help.empty() ? in_quotes(reading, node) : std::move(help));
    return std::nullopt;
  }
  if (node.text.empty()) {
    reading.fault(node, subject, "empty", std::string(kLeaveOut));
    return std::nullopt;
  }
  return node.text;
}

std::optional<bool> read_flag(const Reading& reading,
                              std::string_view subject,
                              const TreeNode& node) {
  if (node.kind != Kind::boolean) {
    const bool quoted = node.kind == Kind::text && (node.text == "true" || node.text == "false");
    reading.wrong_kind(
        subject,
        node,
        "true or false",
        quoted ? fmt::format("write {}, without quotes", node.text) : "write true or false");
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
