// SPDX-License-Identifier: Apache-2.0
// Numbers of GPUs and of VFs: `expect` and `index`.
#include "vfmgr/result.hpp"

#include "core/numbers.hpp"
#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
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

/// A decimal number that fits 32 bits.
std::optional<std::uint32_t> small_decimal(std::string_view text) {
  const auto number = decimal(text);
  return number && *number <= std::numeric_limits<std::uint32_t>::max()
             ? std::optional(static_cast<std::uint32_t>(*number))
             : std::nullopt;
}

/// "2..4", "1..", "..4" or "8" as a range.
std::optional<Expect::Range> expect_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const auto number = small_decimal(text);
    if (!number) {
      return std::nullopt;
    }
    return Expect::Range{.least = *number, .most = number};
  }
  const std::string_view low = text.substr(0, dots);
  const std::string_view high = text.substr(dots + 2);
  if (low.empty() && high.empty()) {
    return std::nullopt;
  }
  Expect::Range range;
  if (!low.empty()) {
    const auto number = small_decimal(low);
    if (!number) {
      return std::nullopt;
    }
    range.least = *number;
  }
  if (!high.empty()) {
    range.most = small_decimal(high);
    if (!range.most || *range.most < range.least) {
      return std::nullopt;
    }
  }
  return range;
}

/// "1-3", ">=2", "3..1" in the way that they are written here; empty: it is none of these.
std::string meant_range(std::string_view text) {
  const std::size_t first = std::min(text.find_first_of("-."), text.size());
  const std::size_t second = std::min(text.find_first_not_of("-.", first), text.size());
  const auto low = small_decimal(text.substr(0, first));
  const auto high = small_decimal(text.substr(second));
  if (low && high) {
    return fmt::format("{}..{}", std::min(*low, *high), std::max(*low, *high));
  }
  const auto least = text.starts_with(">=") ? small_decimal(text.substr(2)) : std::nullopt;
  const auto most = text.starts_with("<=") ? small_decimal(text.substr(2)) : std::nullopt;
  return least ? fmt::format("{}..", *least) : most ? fmt::format("..{}", *most) : std::string();
}

bool read_expect_item(const Reading& reading, const TreeNode& node, Expect& expect) {
  constexpr std::string_view kHow = R"(write 8, "1..", "2..4" or a list like [0, 8])";
  if (node.kind == Kind::integer) {
    const auto number =
        read_number(reading, "expect", node, 0, std::numeric_limits<std::uint32_t>::max());
    if (number) {
      const auto count = static_cast<std::uint32_t>(*number);
      expect.any_of.push_back({.least = count, .most = count});
    }
    return number.has_value();
  }
  if (node.kind == Kind::text) {
    if (const auto range = expect_range(node.text)) {
      expect.any_of.push_back(*range);
      return true;
    }
  }
  const auto meant = node.kind == Kind::text ? meant_range(node.text) : std::string();
  reading.fault(node,
                "expect",
                "not a number of GPUs",
                meant.empty() ? std::string(kHow) : fmt::format("did you mean \"{}\"?", meant));
  return false;
}

std::optional<VfRange> read_index_item(const Reading& reading, const TreeNode& node) {
  VfRange range;
  range.where = reading.source.spot(node.at);
  std::optional<std::uint32_t> first;
  std::optional<std::uint32_t> last;
  if (node.kind == Kind::integer && node.integer >= 0) {
    first = last = static_cast<std::uint32_t>(
        std::min<std::int64_t>(node.integer, std::numeric_limits<std::uint32_t>::max()));
  } else if (node.kind == Kind::text) {
    const std::size_t dash = node.text.find('-');
    first = small_decimal(std::string_view(node.text).substr(0, dash));
    last = dash == std::string::npos ? first
                                     : small_decimal(std::string_view(node.text).substr(dash + 1));
  }
  if (!first || !last) {
    const std::size_t dots = node.text.find("..");
    const auto low = small_decimal(std::string_view(node.text).substr(0, dots));
    const auto high = dots == std::string::npos
                          ? std::nullopt
                          : small_decimal(std::string_view(node.text).substr(dots + 2));
    const bool all = node.kind == Kind::text && (node.text == "all" || node.text == "*");
    reading.fault(node,
                  "index",
                  "not an index of VFs",
                  low && high ? fmt::format(R"(did you mean "{}-{}"?)", *low, *high)
                  : all       ? "what is for all VFs stands beside match"
                              : R"(write 3, "0-3" or a list like [0, "4-7"])");
    return std::nullopt;
  }
  if (*last < *first) {
    reading.fault(node,
                  "index",
                  "a range that ends before it begins",
                  fmt::format(R"(did you mean "{}-{}"?)", *last, *first));
    return std::nullopt;
  }
  if (*last >= kMostVfs) {
    reading.fault(node, "index", "no device has so many VFs", "VFs are counted from 0 to 65534");
    return std::nullopt;
  }
  range.first.index = static_cast<std::uint16_t>(*first);
  range.last.index = static_cast<std::uint16_t>(*last);
  return range;
}

}  // namespace

std::optional<Expect> read_expect(const Reading& reading, const TreeNode& node) {
  Expect expect;
  expect.where = reading.source.spot(node.at);
  bool good = true;
  if (node.kind == Kind::list) {
    for (const TreeNode& item : node.list) {
      if (reading.done()) {
        break;
      }
      good = read_expect_item(reading, item, expect) && good;
    }
    if (node.list.empty()) {
      reading.fault(
          node, "expect", "an empty list: no number would do", "leave it out for any number");
      return std::nullopt;
    }
  } else {
    good = read_expect_item(reading, node, expect);
  }
  return good ? std::optional(std::move(expect)) : std::nullopt;
}

std::vector<VfRange> read_index(const Reading& reading, const TreeNode& node) {
  std::vector<VfRange> ranges;
  if (node.kind == Kind::list) {
    for (const TreeNode& item : node.list) {
      if (reading.done()) {
        break;
      }
      if (auto range = read_index_item(reading, item)) {
        ranges.push_back(std::move(*range));
      }
    }
    if (node.list.empty()) {
      reading.fault(
          node, "index", "an empty list: for no VF at all", "name VFs, or remove the table");
    }
  } else if (auto range = read_index_item(reading, node)) {
    ranges.push_back(std::move(*range));
  }
  return ranges;
}

}  // namespace vfmgr
