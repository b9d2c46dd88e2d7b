// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr::config_space {

namespace {

constexpr std::size_t kHeaderType = 0x0e;    // PCI_HEADER_TYPE
constexpr std::size_t kFirstBar = 0x10;      // PCI_BASE_ADDRESS_0
constexpr std::uint64_t kNormal = 0;         // PCI_HEADER_TYPE_NORMAL
constexpr std::uint64_t kBridge = 1;         // PCI_HEADER_TYPE_BRIDGE
constexpr std::uint64_t kCardbusBridge = 2;  // PCI_HEADER_TYPE_CARDBUS
constexpr std::uint64_t kTypeBits = 0x7f;    // PCI_HEADER_TYPE_MASK

std::string type_of_header(std::uint64_t raw) {
  switch (raw) {
    case kNormal:
      return "endpoint";
    case kBridge:
      return "bridge";
    case kCardbusBridge:
      return "CardBus bridge";
    default:
      return fmt::format("unknown type {}", raw);
  }
}

std::string as_class(std::uint64_t raw) {
  return fmt::format("0x{:06x}", raw);
}

std::string as_pin(std::uint64_t raw) {
  constexpr std::uint64_t kPins = 4;
  return raw == 0       ? "none"
         : raw <= kPins ? std::string(1, static_cast<char>('A' + raw - 1))
                        : fmt::format("unknown pin {}", raw);
}

/// "0xdc2c0000, off": PCI_ROM_ADDRESS has whether it answers in bit 0 and its address from bit 11.
std::string as_rom(std::uint64_t raw) {
  constexpr std::uint64_t kAddress = ~0x7ffULL;  // PCI_ROM_ADDRESS_MASK
  return raw == 0
             ? "none"
             : fmt::format("memory at {:#x}, {}", raw & kAddress, (raw & 1U) != 0 ? "on" : "off");
}

constexpr std::array kHeaderCommon{
    FieldSpec{.name = "vendor_id", .at = 0x00, .bytes = 2, .meaning = as_id},
    FieldSpec{.name = "device_id", .at = 0x02, .bytes = 2, .meaning = as_id},
    // PCI_COMMAND
    one_bit("io_space", 0x04, 2, 0),
    one_bit("memory_space", 0x04, 2, 1),
    one_bit("bus_master", 0x04, 2, 2),
    one_bit("intx_disabled", 0x04, 2, 10),
    // PCI_STATUS
    one_bit("has_capabilities", 0x06, 2, 4),
    FieldSpec{.name = "revision_id", .at = 0x08, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "class", .at = 0x09, .bytes = 3, .meaning = as_class},
    FieldSpec{.name = "cache_line", .at = 0x0c, .bytes = 1},  // of four bytes each
    FieldSpec{.name = "latency_timer", .at = 0x0d, .bytes = 1},
    FieldSpec{
        .name = "header_type", .at = kHeaderType, .bytes = 1, .bits = 7, .meaning = type_of_header},
    one_bit("multifunction", kHeaderType, 1, 7),
};

constexpr std::array kOfEndpoint{
    FieldSpec{.name = "subsystem_vendor_id", .at = 0x2c, .bytes = 2, .meaning = as_id},
    FieldSpec{.name = "subsystem_device_id", .at = 0x2e, .bytes = 2, .meaning = as_id},
    FieldSpec{.name = "expansion_rom", .at = 0x30, .bytes = 4, .meaning = as_rom},
};

constexpr std::array kOfBridge{
    FieldSpec{.name = "primary_bus", .at = 0x18, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "secondary_bus", .at = 0x19, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "subordinate_bus", .at = 0x1a, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "expansion_rom", .at = 0x38, .bytes = 4, .meaning = as_rom},
};

// PCI_CB_PRIMARY_BUS, _CARD_BUS, _SUBORDINATE_BUS, _CAPABILITY_LIST
constexpr std::array kOfCardbus{
    FieldSpec{.name = "first_capability", .at = 0x14, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "primary_bus", .at = 0x18, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "secondary_bus", .at = 0x19, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "subordinate_bus", .at = 0x1a, .bytes = 1, .meaning = as_hex},
};

constexpr FieldSpec kHeaderPointer{
    .name = "first_capability", .at = 0x34, .bytes = 1, .meaning = as_hex};

constexpr std::array kHeaderEnd{
    FieldSpec{.name = "interrupt_line", .at = 0x3c, .bytes = 1},
    FieldSpec{.name = "interrupt_pin", .at = 0x3d, .bytes = 1, .meaning = as_pin},
};

}  // namespace

void read_header(Reader& reader) {
  reader.add(kHeaderCommon);
  const auto type = reader.value(kHeaderType, 1);
  if (type && (*type & kTypeBits) == kNormal) {
    read_bars(reader, "bar", kFirstBar, 6);
    reader.add(kOfEndpoint);
  } else if (type && (*type & kTypeBits) == kBridge) {
    read_bars(reader, "bar", kFirstBar, 2);
    reader.add(kOfBridge);
  } else if (type && (*type & kTypeBits) == kCardbusBridge) {
    read_bars(reader, "bar", kFirstBar, 1);
    reader.add(kOfCardbus);
  }
  if (!type || (*type & kTypeBits) != kCardbusBridge) {
    reader.add(kHeaderPointer);
  }
  reader.add(kHeaderEnd);
}

}  // namespace vfmgr::config_space
