// SPDX-License-Identifier: Apache-2.0
#include "core/profile_ids.hpp"

#include "core/letters.hpp"
#include "core/nearest.hpp"
#include "core/numbers.hpp"
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
#include <string_view>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

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

/// 0x10de as an integer, or "0x10de".
std::optional<std::uint16_t> read_id(const Reading& reading,
                                     std::string_view subject,
                                     const TreeNode& node) {
  if (node.kind == Kind::integer) {
    const auto number = read_number(reading, subject, node, 0, kMostId);
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
  }
  const auto text = read_text(reading, subject, node, R"(write it like "0x10de")");
  if (!text) {
    return std::nullopt;
  }
  const auto number = hex_number(*text);
  if (!number || *number > kMostId) {
    const auto meant = hex_meant(*text, kMostId);
    reading.fault(
        node,
        subject,
        "not a 16-bit id",
        meant ? fmt::format("did you mean \"0x{:04x}\"?", *meant) : R"(write it like "0x10de")");
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(*number);
}

/// The two halves of "vvvv:dddd", as lspci -n prints it; none: it is no such pair.
struct IdPair {
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
};
std::optional<IdPair> id_pair(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto part = [](std::string_view id) {
    return id.size() == 4 ? hexadecimal(id) : std::nullopt;
  };
  const auto vendor = part(text.substr(0, colon));
  const auto device = part(text.substr(std::min(text.size(), colon + 1)));
  return vendor && device ? std::optional(IdPair{.vendor = static_cast<std::uint16_t>(*vendor),
                                                 .device = static_cast<std::uint16_t>(*device)})
                          : std::nullopt;
}

}  // namespace

std::span<const std::string_view> vendor_names() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, kVendors.size()> names;
    std::ranges::transform(kVendors, names.begin(), &Vendor::name);
    return names;
  }();
  return kNames;
}

std::optional<std::uint64_t> hex_meant(std::string_view text, std::uint64_t most) {
  const auto number = prefixed(text, 16);
  return number && *number <= most ? number : std::nullopt;
}

std::optional<std::uint16_t> read_vendor_id(const Reading& reading, const TreeNode& node) {
  if (node.kind == Kind::text && !node.text.starts_with("0x")) {
    const auto names = vendor_names();
    for (const Vendor& vendor : kVendors) {
      if (fold_case(node.text) == vendor.name) {
        return vendor.id;
      }
    }
    const auto meant = nearest(node.text, names);
    const auto id = hex_meant(node.text, kMostId);
    reading.fault(
        node,
        "vendor",
        "not a vendor that is known by name",
        meant ? fmt::format("did you mean \"{}\"?", *meant)
        : id  ? fmt::format("did you mean \"0x{:04x}\"?", *id)
              : fmt::format(R"(write "{}" or an id like "0x10de")", fmt::join(names, R"(", ")")));
    return std::nullopt;
  }
  return read_id(reading, "vendor", node);
}

std::optional<Ids> read_ids(const Reading& reading,
                            std::string_view subject,
                            const TreeNode& node) {
  if (node.kind != Kind::text || node.text.find(':') == std::string::npos) {
    const auto id = read_id(reading, subject, node);
    return id ? std::optional(Ids{.vendor = {}, .device = *id}) : std::nullopt;
  }
  const auto pair = id_pair(node.text);
  if (!pair) {
    const std::size_t colon = node.text.find(':');
    const auto vendor = hex_meant(std::string_view(node.text).substr(0, colon), kMostId);
    const auto device = hex_meant(std::string_view(node.text).substr(colon + 1), kMostId);
    reading.fault(node,
                  subject,
                  "not a pair of ids",
                  vendor && device
                      ? fmt::format("did you mean \"{:04x}:{:04x}\"?", *vendor, *device)
                      : R"(write it like "8086:e211" or "0xe211")");
    return std::nullopt;
  }
  return Ids{.vendor = pair->vendor, .device = pair->device};
}

}  // namespace vfmgr
