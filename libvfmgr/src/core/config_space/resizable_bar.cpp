// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/bytes.hpp"
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr::config_space {

namespace {

constexpr std::uint16_t kSizes = 0x04;  // PCI_REBAR_CAP, then PCI_REBAR_CTRL, for each BAR
constexpr std::uint16_t kSizeControl = 0x08;
constexpr std::uint16_t kBarEntry = 0x08;
constexpr std::uint64_t kMostBars = 6;
constexpr std::uint32_t kFirstSize = 20;  // bit 0 of the sizes, and size 0, are 1 MiB
// PCI_REBAR_CAP_SIZES, 31:4, are 2^20 … 2^47; PCI Express 5.0, 7.8.6.3 has larger ones in the
// control register from bit 16 on.
constexpr std::uint8_t kSizesBit = 4;
constexpr std::uint8_t kSizeBits = 28;
constexpr std::uint8_t kLargerBit = 16;
constexpr std::uint8_t kLargerBits = 16;

std::string spelled_sizes(std::uint64_t raw, std::uint32_t first) {
  std::string text;
  for (std::uint32_t bit = 0; bit < kSizeBits; ++bit) {
    if ((raw >> bit & 1U) != 0 && first + bit < 64) {
      text += (text.empty() ? "" : ", ") + as_bytes(std::uint64_t{1} << (first + bit));
    }
  }
  return text.empty() ? "none" : text;
}

std::string sizes(std::uint64_t raw) {
  return spelled_sizes(raw, kFirstSize);
}

std::string more_sizes(std::uint64_t raw) {
  return spelled_sizes(raw, kFirstSize + kSizeBits);
}

/// Sizes from 2^64 on are none; the register has room for them.
std::uint64_t size(std::uint64_t raw) {
  return kFirstSize + raw < 64 ? std::uint64_t{1} << (kFirstSize + raw) : 0;
}

void add_bar(Reader& reader, std::uint64_t entry, std::uint64_t index) {
  const auto named = [index](const char* what) { return fmt::format("bar{}_{}", index, what); };
  const auto at = [entry](std::uint16_t offset) {
    return static_cast<std::uint16_t>(offset + (entry * kBarEntry));
  };
  reader.add(named("sizes"),
             {.name = {},
              .at = at(kSizes),
              .bytes = 4,
              .low = kSizesBit,
              .bits = kSizeBits,
              .meaning = sizes});
  reader.add(named("larger_sizes"),
             {.name = {},
              .at = at(kSizeControl),
              .bytes = 4,
              .low = kLargerBit,
              .bits = kLargerBits,
              .meaning = more_sizes});
  // PCI_REBAR_CTRL_BAR_SIZE: 13:8, of which kernels before 6.14 knew five bits.
  reader.add(named("size"),
             {.name = {}, .at = at(kSizeControl), .bytes = 4, .low = 8, .bits = 6, .amount = size});
}

}  // namespace

void read_resizable(Reader& reader) {
  // PCI_REBAR_CTRL_NBAR, which only the first entry has, and PCI_REBAR_CTRL_BAR_IDX.
  reader.add({.name = "bars", .at = kSizeControl, .bytes = 4, .low = 5, .bits = 3});
  const auto first = reader.value(kSizeControl, 4);
  const std::uint64_t count = first ? std::min(bits_of(*first, 5, 3), kMostBars) : 0;
  for (std::uint64_t entry = 0; entry < count; ++entry) {
    const auto control =
        reader.value(std::size_t{kSizeControl} + (std::size_t{entry} * kBarEntry), 4);
    add_bar(reader, entry, control ? bits_of(*control, 0, 3) : entry);
  }
}

}  // namespace vfmgr::config_space
