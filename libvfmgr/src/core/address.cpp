// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

std::optional<std::uint32_t> hex(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) {
    return std::nullopt;
  }
  const auto number = hexadecimal(text);
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

}  // namespace

std::string to_string(const PciAddress& address) {
  // Each place of each VF is spelled with one: on a big host a formatter would be most of a check.
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const unsigned digits =
      std::max(4U, (static_cast<unsigned>(std::bit_width(address.domain)) + 3U) / 4U);
  std::string text(digits + std::string_view(":BB:DD.F").size(), ':');
  const auto put = [&text](std::size_t at, unsigned value) { text[at] = kDigits[value & 0xFU]; };
  for (unsigned at = 0; at < digits; ++at) {
    put(at, address.domain >> (4U * (digits - 1 - at)));
  }
  put(digits + 1, address.bus >> 4U);
  put(digits + 2, address.bus);
  put(digits + 4, address.device >> 4U);
  put(digits + 5, address.device);
  text[digits + 6] = '.';
  put(digits + 7, address.function);
  return text;
}

Result<PciAddress> parse_address(std::string_view text) {
  const auto bad = [text] {
    return fail({.kind = ErrorKind::syntax,
                 .subject = std::string(text),
                 .why = "not a PCI address",
                 .help = "write it as DDDD:BB:DD.F, e.g. 0000:03:00.0"});
  };
  std::string_view rest = text;
  std::optional<std::uint32_t> domain = 0;
  const std::size_t first = rest.find(':');
  if (first != std::string_view::npos && rest.find(':', first + 1) != std::string_view::npos) {
    // Domains of more than 16 bits exist: VMD and Hyper-V make them (drivers/pci/controller/vmd.c).
    domain = hex(rest.substr(0, first), 1, 8);
    rest.remove_prefix(first + 1);
  }
  if (rest.size() != 7 || rest[2] != ':' || rest[5] != '.') {
    return bad();
  }
  const auto bus = hex(rest.substr(0, 2), 2, 2);
  const auto device = hex(rest.substr(3, 2), 2, 2);
  const auto function = hex(rest.substr(6, 1), 1, 1);
  if (!domain || !bus || !device || !function || *device > 31 || *function > 7) {
    return bad();
  }
  return PciAddress{.domain = *domain,
                    .bus = static_cast<std::uint8_t>(*bus),
                    .device = static_cast<std::uint8_t>(*device),
                    .function = static_cast<std::uint8_t>(*function)};
}

}  // namespace vfmgr
