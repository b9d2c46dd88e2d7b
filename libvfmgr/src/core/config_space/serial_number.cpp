// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace vfmgr::config_space {

namespace {

/// "00-11-22-33-44-55-66-77": the highest byte first, as lspci(8) and the kernel's serial_number
/// file spell it; the lower half stands first (drivers/pci/pci.c:pci_get_dsn).
std::string as_serial(std::uint64_t raw) {
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : "-", (raw >> shift) & 0xffU);
  }
  return text;
}

}  // namespace

void read_serial_number(Reader& reader) {
  reader.add({.name = "serial_number", .at = 0x04, .bytes = 8, .meaning = as_serial});
}

}  // namespace vfmgr::config_space
