// SPDX-License-Identifier: Apache-2.0
#include "core/lspci_line.hpp"

#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "core/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

constexpr std::size_t kBytesOfLine = 16;
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kLspciBlanks = " \t\r";

bool is_hex_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

/// The offset that a line of bytes begins with: up to four digits and a colon, with a blank or
/// nothing behind it. An address has something behind its colon.
std::string_view offset_of(std::string_view text) {
  constexpr std::size_t kMostDigits = 4;
  const std::size_t colon = text.find(':');
  const bool ends = colon != std::string_view::npos &&
                    (colon + 1 == text.size() || kLspciBlanks.contains(text[colon + 1]));
  const std::string_view digits = ends ? text.substr(0, colon) : "";
  return is_hex_number(digits) && digits.size() <= kMostDigits ? digits : "";
}

LspciLine bytes_line(std::string_view line, std::size_t begin, std::string_view offset) {
  BytesLine read{.begin = begin,
                 .length = offset.size(),
                 .offset = static_cast<std::size_t>(hexadecimal(offset).value_or(0)),
                 .bytes = {}};
  std::size_t at = begin + offset.size() + 1;
  while ((at = line.find_first_not_of(kLspciBlanks, at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(kLspciBlanks, at), line.size());
    const std::string_view word = line.substr(at, end - at);
    const auto byte = word.size() == 2 ? hexadecimal(word) : std::nullopt;
    if (!byte) {
      return BadLine{.begin = at,
                     .length = word.size(),
                     .why = "this is no byte",
                     .help = "lspci prints each as two hexadecimal digits, as 7f"};
    }
    read.bytes += static_cast<char>(*byte);
    at = end;
  }
  if (read.bytes.size() != kBytesOfLine) {
    return BadLine{.begin = begin,
                   .length = line.size() - begin,
                   .why = fmt::format("a line has 16 bytes, and this one {}", read.bytes.size()),
                   .help = "copy the line whole"};
  }
  return read;
}

/// What stands behind "Display controller: " and before " (rev 08)".
std::string device_name_in(std::string_view rest) {
  const std::size_t colon = rest.find(": ");
  std::string_view name = colon == std::string_view::npos ? "" : rest.substr(colon + 2);
  for (const std::string_view tail : {" (rev ", " (prog-if "}) {
    name = name.substr(0, name.find(tail));
  }
  return std::string(trimmed(name));
}

std::optional<HeadLine> head_line(std::string_view line) {
  const std::size_t end = std::min(line.find_first_of(kLspciBlanks), line.size());
  const auto address = parse_address(line.substr(0, end));
  if (!address) {
    return std::nullopt;
  }
  return HeadLine{.address = *address, .length = end, .about = device_name_in(line.substr(end))};
}

/// What lspci and its library say of their own troubles, what somebody noted, and the prompt at
/// which lspci was called.
bool says_nothing(std::string_view line) {
  const std::size_t called = line.find("lspci ");
  const bool prompt = called != std::string_view::npos && called > 0 &&
                      line.substr(0, called).find_first_of("$#") != std::string_view::npos;
  return prompt || line.starts_with('#') || line.starts_with("pcilib: ") ||
         line.starts_with("lspci: ");
}

}  // namespace

LspciLine read_lspci_line(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(kLspciBlanks);
  if (begin == std::string_view::npos || says_nothing(line)) {
    return BlankLine{};
  }
  if (const std::string_view offset = offset_of(line.substr(begin)); !offset.empty()) {
    return bytes_line(line, begin, offset);
  }
  if (begin > 0) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    return DetailLine{.name = trimmed(line.substr(0, colon)),
                      .value = trimmed(line.substr(std::min(colon + 1, line.size())))};
  }
  if (auto head = head_line(line)) {
    return std::move(*head);
  }
  const std::size_t end = std::min(line.find_first_of(kLspciBlanks), line.size());
  return BadLine{.begin = 0,
                 .length = end,
                 .why = "this begins neither a device nor a line of its bytes",
                 .help =
                     "a device begins as 0000:03:00.0, bytes as 10: 04 00, and what is told of "
                     "a device with a blank"};
}

}  // namespace vfmgr
