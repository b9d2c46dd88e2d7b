// SPDX-License-Identifier: Apache-2.0
#include "core/profile_match.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/letters.hpp"
#include "core/nearest.hpp"
#include "core/numbers.hpp"
#include "core/profile_ids.hpp"
#include "core/profile_keys.hpp"
#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"
#include "core/words.hpp"

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

// As the backends' folders are named; those of drivers that this version does not manage, too: they
// are in the language.
constexpr std::array<std::string_view, 9> kBackends{"generic",
                                                    "intel-xe",
                                                    "intel-i915",
                                                    "nvidia-vfio",
                                                    "nvidia-mdev",
                                                    "amd-gim",
                                                    "amd-gim-s7150",
                                                    "amd-gpuiov",
                                                    "virtio"};

void read_address(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  const auto text = read_text(reading, "address", node);
  if (!text) {
    return;
  }
  std::string pattern = fold_case(*text);
  if (pattern.find_first_of("*?[") == std::string::npos) {
    const auto address = parse_address(pattern);
    if (!address) {
      // The end of a path, or of how another tool names it, is often one.
      const std::size_t end = pattern.find_last_of("/@_");
      const auto meant =
          end == std::string::npos ? address : parse_address(pattern.substr(end + 1));
      reading.fault(
          node,
          "address",
          address.error().why,
          meant ? fmt::format("did you mean \"{}\"?", to_string(*meant)) : address.error().help);
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

void read_vendor(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  if (const auto id = read_vendor_id(reading, node)) {
    keys.vendor = {.value = *id, .where = reading.source.spot(node.at)};
  }
}

void read_device(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  const Spot where = reading.source.spot(node.at);
  const auto ids = read_ids(reading, "device", node);
  if (!ids) {
    return;
  }
  if (ids->vendor && keys.vendor && keys.vendor->value != *ids->vendor) {
    reading.fault(node, "device", "another vendor than 'vendor' says", "remove one of them");
    return;
  }
  if (ids->vendor) {
    keys.vendor = {.value = *ids->vendor, .where = where};
  }
  keys.device = {.value = ids->device, .where = where};
}

void read_subsystem(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  const Spot where = reading.source.spot(node.at);
  if (const auto ids = read_ids(reading, "subsystem", node)) {
    if (ids->vendor) {
      keys.subsystem_vendor = {.value = *ids->vendor, .where = where};
    }
    keys.subsystem_device = {.value = ids->device, .where = where};
  }
}

void read_backend(const Reading& reading, const TreeNode& node, MatchKeys& keys) {
  auto name = read_text(reading, "backend", node);
  if (!name) {
    return;
  }
  if (std::ranges::find(kBackends, *name) == kBackends.end()) {
    const auto meant = nearest(*name, kBackends);
    reading.fault(node,
                  "backend",
                  "not a backend",
                  meant ? fmt::format("did you mean \"{}\"?", *meant)
                        : fmt::format("write one of: {}", fmt::join(kBackends, ", ")));
    return;
  }
  keys.backend = {.value = std::move(*name), .where = reading.source.spot(node.at)};
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
    const bool any = node.kind == Kind::text && fold_case(trimmed(node.text)) == "any";
    const auto meant = node.kind == Kind::text ? hex_meant(node.text, kMostClass) : std::nullopt;
    reading.fault(node,
                  "class",
                  "not a class code",
                  any     ? R"(did you mean "any"?)"
                  : meant ? fmt::format("did you mean \"0x{:0{}x}\"?", *meant, node.text.size())
                          : R"(write "any", or a code like "0x0302")");
    return;
  }
  keys.class_code = {.value = static_cast<std::uint32_t>(*code),
                     .where = reading.source.spot(node.at)};
}

/// A key that is compared as it stands, or with its letters as small ones.
void read_plain(const Reading& reading,
                const TreeEntry& entry,
                Sparse<Located<std::string>>& into,
                bool folded = false) {
  if (auto text = read_text(reading, entry.key, entry.value)) {
    into = {.value = folded ? fold_case(*text) : std::move(*text),
            .where = reading.source.spot(entry.value.at)};
  }
}

template <class Number>
void read_small(const Reading& reading, const TreeEntry& entry, Sparse<Located<Number>>& into) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
  if (const auto number = read_number(reading, entry.key, entry.value, 0, kMost)) {
    into = {.value = static_cast<Number>(*number), .where = reading.source.spot(entry.value.at)};
  }
}

bool read_id_key(const Reading& reading, const TreeEntry& entry, MatchKeys& keys) {
  if (entry.key == "address") {
    read_address(reading, entry.value, keys);
  } else if (entry.key == "vendor") {
    read_vendor(reading, entry.value, keys);
  } else if (entry.key == "subsystem") {
    read_subsystem(reading, entry.value, keys);
  } else if (entry.key == "class") {
    read_class(reading, entry.value, keys);
  } else if (entry.key == "backend") {
    read_backend(reading, entry.value, keys);
  } else {
    return entry.key == "device";  // read behind the others
  }
  return true;
}

void read_key(const Reading& reading, const TreeEntry& entry, MatchKeys& keys) {
  if (read_id_key(reading, entry, keys)) {
    return;
  }
  if (entry.key == "model") {
    read_plain(reading, entry, keys.model);
  } else if (entry.key == "driver") {
    read_plain(reading, entry, keys.driver);
  } else if (entry.key == "slot") {
    read_plain(reading, entry, keys.slot);
  } else if (entry.key == "serial") {
    read_plain(reading, entry, keys.serial, true);
  } else if (entry.key == "uuid") {
    read_plain(reading, entry, keys.uuid, true);
  } else if (entry.key == "numa_node") {
    read_small(reading, entry, keys.numa_node);
  } else if (entry.key == "nth") {
    read_small(reading, entry, keys.nth);
  } else {
    unknown_key(reading, entry, match_keys());
  }
}

}  // namespace

std::string how_to_match(const Reading& reading) {
  return reading.how(R"(write match = { address = "0000:03:00.0" })",
                     R"(write "match": { "address": "0000:03:00.0" })");
}

std::span<const std::string_view> backend_names() {
  return kBackends;
}

MatchKeys read_match(const Reading& reading, const TreeEntry& entry) {
  MatchKeys keys;
  keys.where = reading.source.spot(entry.at);
  if (entry.value.kind != Kind::table) {
    reading.fault(entry.value,
                  "match",
                  fmt::format("{} where a table belongs", kind_word(entry.value.kind)),
                  how_to_match(reading));
    return keys;
  }
  if (entry.value.table.empty()) {
    reading.fault(entry.value,
                  "match",
                  "empty: it would match every GPU",
                  reading.how(R"(if that is meant, write match = { address = "*" })",
                              R"(if that is meant, write "match": { "address": "*" })"));
  }
  for (const TreeEntry& key : entry.value.table) {
    if (reading.done()) {
      break;
    }
    read_key(reading, key, keys);
  }
  // Behind the others: it is compared with `vendor`.
  if (const TreeEntry* const device = find_entry(entry.value, "device")) {
    read_device(reading, device->value, keys);
  }
  return keys;
}

}  // namespace vfmgr
