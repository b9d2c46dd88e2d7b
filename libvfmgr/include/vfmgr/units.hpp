// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace vfmgr {

/// The address of a PCI function. The domain may have more than 16 bits (Hyper-V, VMD).
struct PciAddress {
  std::uint32_t domain = 0;
  std::uint8_t bus = 0;
  std::uint8_t device = 0;    ///< 0..31
  std::uint8_t function = 0;  ///< 0..7
  friend auto operator<=>(const PciAddress&, const PciAddress&) = default;
};

/// "0000:03:00.0": lower-case hex, the domain in at least four digits, as sysfs spells it.
std::string to_string(const PciAddress& address);
/// Reads "DDDD:BB:DD.F" or "BB:DD.F" (domain 0). Errors: syntax.
Result<PciAddress> parse_address(std::string_view text);

/// Index of a VF, 0-based, as in the kernel's `virtfnN` links. Drivers count from 1: vf_number().
struct VfIndex {
  std::uint16_t index = 0;
  [[nodiscard]] std::uint32_t vf_number() const { return index + 1U; }
  friend auto operator<=>(const VfIndex&, const VfIndex&) = default;
};

/// The VF of that index. Precondition: it is below 65536, as every count is that the kernel has.
constexpr VfIndex vf_at(std::integral auto index) {
  return VfIndex{static_cast<std::uint16_t>(index)};
}

/// A number of bytes.
struct Bytes {
  std::uint64_t count = 0;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

using Microseconds = std::chrono::duration<std::uint64_t, std::micro>;
using Milliseconds = std::chrono::milliseconds;

/// The text "infinite" as a duration: the longest there is.
inline constexpr Microseconds kInfinite = Microseconds::max();

/// Reads "4GiB", "1.5 GiB", "500MB", "4096", "12B". B, KiB…TiB are powers of two, KB…TB of ten; a
/// fraction is allowed where it gives whole bytes. Errors: syntax; invalid (overflow, not whole).
Result<Bytes> parse_bytes(std::string_view text);
/// Reads "500us", "20ms", "1.5s", "infinite". A number alone is an error: it has no unit. Errors:
/// as above.
Result<Microseconds> parse_duration(std::string_view text);

/// The shortest exact spelling that parse_bytes reads back: 4294967296 is "4GiB", 4294967297
/// "4294967297B".
std::string spell(Bytes bytes);
/// The shortest exact spelling that parse_duration reads back: 20000 is "20ms", kInfinite
/// "infinite".
std::string spell(Microseconds duration);
/// For people: at most one decimal, a space before the unit ("3.5 GiB", "20 ms", "infinite").
std::string show(Bytes bytes);
std::string show(Microseconds duration);

}  // namespace vfmgr
#pragma GCC visibility pop
