// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/bytes.hpp"
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::config_space {

namespace {

constexpr std::size_t kExpressFlags = 0x02;  // PCI_EXP_FLAGS
constexpr std::uint32_t kTypeBit = 4;
constexpr std::uint64_t kInRootComplex = 9;  // PCI_EXP_TYPE_RC_END, and _RC_EC behind it: no link
constexpr std::uint64_t kEventCollector = 10;

/// PCI_EXP_TYPE_ENDPOINT …
std::string port_type(std::uint64_t raw) {
  constexpr std::array<std::string_view, 11> kTypes{"endpoint",
                                                    "legacy endpoint",
                                                    "",
                                                    "",
                                                    "root port",
                                                    "upstream port",
                                                    "downstream port",
                                                    "bridge to PCI",
                                                    "bridge from PCI",
                                                    "endpoint in the root complex",
                                                    "event collector"};
  return raw < kTypes.size() && !kTypes.at(raw).empty() ? std::string(kTypes.at(raw))
                                                        : fmt::format("unknown type {}", raw);
}

/// PCI_EXP_LNKSTA_CLS_2_5GB …
std::string speed(std::uint64_t raw) {
  constexpr std::array<std::string_view, 7> kSpeeds{
      "no link", "2.5 GT/s", "5 GT/s", "8 GT/s", "16 GT/s", "32 GT/s", "64 GT/s"};
  return raw < kSpeeds.size() ? std::string(kSpeeds.at(raw)) : fmt::format("unknown speed {}", raw);
}

std::string width(std::uint64_t raw) {
  return raw == 0 ? "no link" : fmt::format("x{}", raw);
}

/// PCI_EXP_DEVCAP_PAYLOAD, PCI_EXP_DEVCTL_PAYLOAD: 2^(7+n) bytes.
std::uint64_t payload(std::uint64_t raw) {
  return std::uint64_t{128} << raw;
}

constexpr std::array kExpressDevice{
    FieldSpec{.name = "express_version", .at = kExpressFlags, .bytes = 2, .bits = 4},
    FieldSpec{.name = "type",
              .at = kExpressFlags,
              .bytes = 2,
              .low = kTypeBit,
              .bits = 4,
              .meaning = port_type},
    // PCI_EXP_DEVCAP
    FieldSpec{.name = "largest_payload", .at = 0x04, .bytes = 4, .bits = 3, .amount = payload},
    one_bit("function_level_reset", 0x04, 4, 28),
    FieldSpec{.name = "payload", .at = 0x08, .bytes = 2, .low = 5, .bits = 3, .amount = payload},
    one_bit("transactions_pending", 0x0a, 2, 5),  // PCI_EXP_DEVSTA_TRPND
};

constexpr std::array kExpressLink{
    // PCI_EXP_LNKCAP: _SLS, _MLW, _PN; PCI_EXP_LNKSTA: _CLS, _NLW
    FieldSpec{.name = "link_speed_capable", .at = 0x0c, .bytes = 4, .bits = 4, .meaning = speed},
    FieldSpec{.name = "link_width_capable",
              .at = 0x0c,
              .bytes = 4,
              .low = 4,
              .bits = 6,
              .meaning = width},
    FieldSpec{.name = "port_number", .at = 0x0c, .bytes = 4, .low = 24, .bits = 8},
    FieldSpec{.name = "link_speed", .at = 0x12, .bytes = 2, .bits = 4, .meaning = speed},
    FieldSpec{.name = "link_width", .at = 0x12, .bytes = 2, .low = 4, .bits = 6, .meaning = width},
};

constexpr std::array kExpressSecond{
    one_bit("ari_forwarding_capable", 0x24, 4, 5),  // PCI_EXP_DEVCAP2_ARI
    one_bit("ari_forwarding_enable", 0x28, 2, 5),   // PCI_EXP_DEVCTL2_ARI
};

}  // namespace

void read_express(Reader& reader) {
  reader.add(kExpressDevice);
  const auto flags = reader.value(kExpressFlags, 2);
  if (!flags) {
    return;
  }
  const std::uint64_t type = bits_of(*flags, kTypeBit, 4);
  if (type != kInRootComplex && type != kEventCollector) {
    reader.add(kExpressLink);
  }
  if (bits_of(*flags, 0, 4) >= 2) {  // PCI_EXP_FLAGS_VERS: version 1 ends before these
    reader.add(kExpressSecond);
  }
}

}  // namespace vfmgr::config_space
