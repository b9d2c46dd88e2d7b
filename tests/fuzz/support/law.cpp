// SPDX-License-Identifier: Apache-2.0
#include "support/law.hpp"

#include "core/record.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace vfmgr::fuzz {

void law(bool holds, std::string_view which) {
  if (!holds) {
    std::cerr << "does not hold: " << which << '\n';
    std::abort();
  }
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes
  return size == 0 ? std::string_view()
                   : std::string_view(reinterpret_cast<const char*>(data), size);
}

std::string with_right_checksums(std::string_view text) {
  std::string mended;
  while (true) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) {
      return mended.append(text);
    }
    const std::string_view line = text.substr(0, newline);
    const std::string_view fields = line.substr(0, line.rfind('\t'));
    mended += fmt::format("{}\t{:08x}\n", fields, crc32(fields));
    text.remove_prefix(newline + 1);
  }
}

}  // namespace vfmgr::fuzz
