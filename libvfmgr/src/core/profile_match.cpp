// SPDX-License-Identifier: Apache-2.0
#include "core/profile_match.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/letters.hpp"
#include "core/nearest.hpp"
#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::array<std::string_view, 8> kKeys{
    "address", "vendor", "device", "class", "model", "driver", "numa_node", "nth"};
constexpr std::array<std::string_view, 5> kLater{"subsystem", "backend", "slot", "serial", "uuid"};

struct Vendor {
  std::string_view name;
  std::uint16_t id = 0;
};
// The PCI-SIG's assignments, as the PCI ID database lists them.
constexpr std::array kVendors{Vendor{"nvidia", 0x10de},
                              Vendor{"amd", 0x1002},
                              Vendor{"intel", 0x8086},
                              Vendor{"virtio", 0x1af4}};
constexpr std::uint64_t kMostId = std::numeric_limits<std::uint16_t>::max();

void read_address(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  const auto text = read_text(reading, "address", node);
  if (!text) {
    return;
  }
  std::string pattern = fold_case(*text);
  if (pattern.find_first_of("*?[") == std::string::npos) {
    const auto address = parse_address(pattern);
    if (!address) {
      reading.fault(node, "address", address.error().why, address.error().help);
      return;
    }
    pattern = to_string(*address);
  } else if (pattern.find_first_not_of("0123456789abcdef:.*?[]-!^") != std::string::npos) {
    reading.fault(node,
                  "address",
                  "not a pattern for PCI addresses",
                  R"(write an address, or a glob of one like "0000:3b:*")");
    return;
  } else if (std::ranges::count(pattern, ':') == 1) {
    pattern.insert(0, "0000:");  // the domain may be left out when it is 0
  }
  keys.address = {.value = std::move(pattern), .where = reading.source.spot(node.at)};
}

/// A 16-bit id: 0x10de as an integer, or "0x10de".
std::optional<std::uint16_t> read_id(const Reading& reading,
                                     std::string_view subject,
                                     const TreeNode& node) {
  if (node.kind == Kind::integer) {
    const auto number = read_number(reading, subject, node, 0, kMostId);
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
  }
  const auto text = read_text(reading, subject, node);
  if (!text) {
    return std::nullopt;
  }
  const auto number = hex_number(*text);
  if (!number || *number > kMostId) {
    reading.fault(node, subject, "not a 16-bit id", R"(write it like "0x10de")");
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(*number);
}

void read_vendor(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  if (node.kind == Kind::text && !node.text.starts_with("0x")) {
    std::array<std::string_view, kVendors.size()> names;
    std::ranges::transform(kVendors, names.begin(), &Vendor::name);
    for (const Vendor& vendor : kVendors) {
      if (fold_case(node.text) == vendor.name) {
        keys.vendor = {.value = vendor.id, .where = reading.source.spot(node.at)};
        return;
      }
    }
    const auto meant = nearest(node.text, names);
    reading.fault(node,
                  "vendor",
                  "not a vendor that is known by name",
                  meant ? fmt::format("did you mean \"{}\"?", *meant)
                        : fmt::format("write {} or an id like \"0x10de\"", fmt::join(names, ", ")));
    return;
  }
  if (const auto id = read_id(reading, "vendor", node)) {
    keys.vendor = {.value = *id, .where = reading.source.spot(node.at)};
  }
}

/// "vvvv:dddd", as lspci -n prints it; else a 16-bit id.
void read_device(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  const Spot where = reading.source.spot(node.at);
  const std::size_t colon = node.text.find(':');
  if (node.kind != Kind::text || colon == std::string::npos) {
    if (const auto id = read_id(reading, "device", node)) {
      keys.device = {.value = *id, .where = where};
    }
    return;
  }
  const auto part = [](const std::string& text) {
    return text.size() == 4 ? hex_number("0x" + text) : std::nullopt;
  };
  const auto vendor = part(node.text.substr(0, colon));
  const auto device = part(node.text.substr(colon + 1));
  if (!vendor || !device) {
    reading.fault(node, "device", "not a pair of ids", R"(write it like "8086:e211" or "0xe211")");
    return;
  }
  if (keys.vendor && keys.vendor->value != *vendor) {
    reading.fault(node, "device", "another vendor than 'vendor' says", "remove one of them");
    return;
  }
  keys.vendor = {.value = static_cast<std::uint16_t>(*vendor), .where = where};
  keys.device = {.value = static_cast<std::uint16_t>(*device), .where = where};
}

void read_class(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  constexpr std::uint64_t kMostClass = 0xffffff;
  if (node.kind == Kind::text && node.text == "any") {
    keys.any_class = true;
    return;
  }
  std::optional<std::uint64_t> code;
  if (node.kind == Kind::integer) {
    code = read_number(reading, "class", node, 0, kMostClass);
    if (!code) {
      return;
    }
  } else if (node.kind == Kind::text) {
    code = hex_number(node.text);
  }
  if (!code || *code > kMostClass) {
    reading.fault(node, "class", "not a class code", R"(write "any", or a code like "0x0302")");
    return;
  }
  keys.class_code = {.value = static_cast<std::uint32_t>(*code),
                     .where = reading.source.spot(node.at)};
}

void read_key(const Reading& reading, const TreeEntry& entry, MatchKeys& keys) {
  const TreeNode& node = entry.value;
  const Spot where = reading.source.spot(node.at);
  if (entry.key == "address") {
    read_address(reading, node, keys);
  } else if (entry.key == "vendor") {
    read_vendor(reading, node, keys);
  } else if (entry.key == "class") {
    read_class(reading, node, keys);
  } else if (entry.key == "model") {
    if (auto text = read_text(reading, "model", node)) {
      keys.model = {.value = std::move(*text), .where = where};
    }
  } else if (entry.key == "driver") {
    if (auto text = read_text(reading, "driver", node)) {
      keys.driver = {.value = std::move(*text), .where = where};
    }
  } else if (entry.key == "numa_node") {
    constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
    if (const auto number = read_number(reading, "numa_node", node, 0, kMost)) {
      keys.numa_node = {.value = static_cast<int>(*number), .where = where};
    }
  } else if (entry.key == "nth") {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (const auto number = read_number(reading, "nth", node, 0, kMost)) {
      keys.nth = {.value = static_cast<std::uint32_t>(*number), .where = where};
    }
  } else if (entry.key != "device") {
    unknown_key(reading, entry, kKeys, kLater);
  }
}

}  // namespace

MatchKeys read_match(const Reading& reading, const TreeEntry& entry) {
  MatchKeys keys;
  keys.where = reading.source.spot(entry.at);
  if (entry.value.kind != Kind::table) {
    reading.fault(entry.value,
                  "match",
                  fmt::format("{} where a table belongs", kind_word(entry.value.kind)),
                  R"(write match = { address = "0000:03:00.0" })");
    return keys;
  }
  if (entry.value.table.empty()) {
    reading.fault(entry.value,
                  "match",
                  "empty: it would match every GPU",
                  R"(if that is meant, write match = { address = "*" })");
  }
  for (const TreeEntry& key : entry.value.table) {
    read_key(reading, key, keys);
  }
  // Behind the others: it is compared with `vendor`.
  if (const TreeEntry* const device = find_entry(entry.value, "device")) {
    read_device(reading, device->value, keys);
  }
  return keys;
}

void unknown_key(const Reading& reading,
                 const TreeEntry& entry,
                 std::span<const std::string_view> known,
                 std::span<const std::string_view> later) {
  Error error{.kind = ErrorKind::invalid,
              .subject = entry.key,
              .why = "unknown key",
              .spot = reading.source.spot(entry.at)};
  if (std::ranges::find(later, entry.key) != later.end()) {
    error.kind = ErrorKind::unsupported;
    error.why = "not supported by this version";
    error.help = "remove it";
  } else if (const auto meant = nearest(entry.key, known)) {
    error.help = fmt::format("did you mean '{}'?", *meant);
  } else {
    error.help = fmt::format("known here: {}", fmt::join(known, ", "));
  }
  reading.faults.push_back(std::move(error));
}

}  // namespace vfmgr
