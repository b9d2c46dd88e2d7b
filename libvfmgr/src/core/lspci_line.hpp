// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace vfmgr {

// A line of lspci's, by itself. Places are columns from 0.

struct BlankLine {};
/// "0000:03:00.0 Display controller: Intel Corporation Device 56c0 (rev 08)"
struct HeadLine {
  PciAddress address;
  std::size_t length = 0;  ///< of the address
  std::string about;       ///< without class, revision and programming interface
};
/// "10: 04 00 00 1f 5e 20 00 00 0c 00 00 00 1c 20 00 00"
struct BytesLine {
  std::size_t begin = 0;   ///< where its offset stands
  std::size_t length = 0;  ///< how long that is
  std::size_t offset = 0;
  std::string bytes;
};
/// "	Kernel driver in use: xe"
struct DetailLine {
  std::string_view name, value;
};
/// What is wrong with a line, and where.
struct BadLine {
  std::size_t begin = 0;
  std::size_t length = 0;
  std::string why, help;
};
using LspciLine = std::variant<BlankLine, HeadLine, BytesLine, DetailLine, BadLine>;

LspciLine read_lspci_line(std::string_view line);

}  // namespace vfmgr
