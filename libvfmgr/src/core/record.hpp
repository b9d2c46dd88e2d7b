// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// Lines that survive a torn write: fields joined by tabs, a CRC-32 of them in eight hex digits, a
/// newline. A record counts once its checksum and newline are there. The simulator's log and the
/// journal are both so. Backslash, tab, newline, carriage return and NUL inside a field are
/// escaped; every other byte stands as it is.
std::string encode_record(const std::vector<std::string>& fields);

struct Records {
  std::vector<std::vector<std::string>> records;
  std::size_t good_bytes = 0;  ///< length of the text up to the end of the last whole record
  bool torn =
      false;  ///< a last, incomplete record stands behind good_bytes: that write never happened
};

/// Reads records. A torn last one is cut off; damage anywhere else is an error with its line.
/// `first_line` is the number of the first line, for the message. Errors: syntax.
Result<Records> decode_records(std::string_view text,
                               const std::string& file,
                               std::uint32_t first_line = 1);

/// One field's escapes, as encode_record writes them; the host file's base uses them for values.
std::string escape_field(std::string_view field);
/// Errors: syntax (a lone backslash, an unknown escape).
Result<std::string> unescape_field(std::string_view field);

/// CRC-32 (IEEE 802.3, reflected, as zlib's).
std::uint32_t crc32(std::string_view bytes);

}  // namespace vfmgr
