// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace vfmgr {

namespace {

std::optional<std::uint32_t> hex(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) {
    return std::nullopt;
  }
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::string to_string(const PciAddress& address) {
  return fmt::format(
      "{:04x}:{:02x}:{:02x}.{:x}", address.domain, address.bus, address.device, address.function);
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
