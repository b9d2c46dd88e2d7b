// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

/// A lead byte's range, how many bytes follow, and the range of the first of them.
struct Lead {
  std::uint8_t least, most;
  std::size_t following;
  std::uint8_t second_least, second_most;
};

// Unicode 15, table 3-7 "Well-Formed UTF-8 Byte Sequences".
constexpr std::array kLeads{Lead{0x00, 0x7F, 0, 0, 0},
                            Lead{0xC2, 0xDF, 1, 0x80, 0xBF},
                            Lead{0xE0, 0xE0, 2, 0xA0, 0xBF},
                            Lead{0xE1, 0xEC, 2, 0x80, 0xBF},
                            Lead{0xED, 0xED, 2, 0x80, 0x9F},
                            Lead{0xEE, 0xEF, 2, 0x80, 0xBF},
                            Lead{0xF0, 0xF0, 3, 0x90, 0xBF},
                            Lead{0xF1, 0xF3, 3, 0x80, 0xBF},
                            Lead{0xF4, 0xF4, 3, 0x80, 0x8F}};

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of the well-formed sequence at the start; 0: there is none.
std::size_t sequence_length(std::string_view bytes) {
  const auto byte = [bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.least || byte(0) > lead.most) {
      continue;
    }
    if (bytes.size() <= lead.following) {
      return 0;
    }
    for (std::size_t at = 1; at <= lead.following; ++at) {
      const std::uint8_t least = at == 1 ? lead.second_least : 0x80;
      const std::uint8_t most = at == 1 ? lead.second_most : 0xBF;
      if (byte(at) < least || byte(at) > most) {
        return 0;
      }
    }
    return lead.following + 1;
  }
  return 0;
}

}  // namespace

std::size_t utf8_prefix(std::string_view bytes) {
  const std::size_t size = bytes.size();
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) {
      break;
    }
    bytes.remove_prefix(length);
  }
  return size - bytes.size();
}

bool is_utf8(std::string_view bytes) {
  return utf8_prefix(bytes) == bytes.size();
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    out += length == 0 ? kReplacement : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

bool append_utf8(std::uint32_t code, std::string& into) {
  std::string bytes;
  const auto add = [&bytes](std::uint32_t byte) { bytes += static_cast<char>(byte); };
  const auto follow = [&add, code](std::uint32_t shift) { add(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | (code >> 6U));
    follow(0);
  } else if (code < 0x10000) {
    add(0xE0U | (code >> 12U));
    follow(6);
    follow(0);
  } else if (code < 0x110000) {
    add(0xF0U | (code >> 18U));
    follow(12);
    follow(6);
    follow(0);
  }
  const bool good = !bytes.empty() && is_utf8(bytes);
  into += good ? bytes : std::string();
  return good;
}

}  // namespace vfmgr
