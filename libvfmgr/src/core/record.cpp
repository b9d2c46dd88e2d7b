// SPDX-License-Identifier: Apache-2.0
#include "core/record.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  constexpr std::uint32_t kReflected = 0xEDB88320;  // the polynomial of IEEE 802.3, bits reversed
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t index = 0; index < table.size(); ++index) {
    std::uint32_t value = index;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? (value >> 1U) ^ kReflected : value >> 1U;
    }
    table.at(index) = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

constexpr std::array<std::pair<char, char>, 5> kEscapes{
    std::pair{'\\', '\\'}, {'\t', 't'}, {'\n', 'n'}, {'\r', 'r'}, {'\0', '0'}};

Result<std::vector<std::string>> decode_line(std::string_view line) {
  const std::size_t last_tab = line.rfind('\t');
  if (last_tab == std::string_view::npos ||
      fmt::format("{:08x}", crc32(line.substr(0, last_tab))) != line.substr(last_tab + 1)) {
    return fail({.kind = ErrorKind::syntax, .why = "the checksum does not fit the record"});
  }
  std::string_view rest = line.substr(0, last_tab);
  std::vector<std::string> fields;
  while (true) {
    const std::size_t tab = rest.find('\t');
    TRY(auto field, unescape_field(rest.substr(0, tab)));
    fields.push_back(std::move(field));
    if (tab == std::string_view::npos) {
      return fields;
    }
    rest.remove_prefix(tab + 1);
  }
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t value = 0xFFFFFFFF;
  for (const char byte : bytes) {
    value = kCrcTable.at((value ^ static_cast<std::uint8_t>(byte)) & 0xFFU) ^ (value >> 8U);
  }
  return ~value;
}

std::string escape_field(std::string_view field) {
  std::string escaped;
  escaped.reserve(field.size());
  for (const char byte : field) {
    char name = 0;
    for (const auto& [plain, letter] : kEscapes) {
      if (byte == plain) {
        name = letter;
      }
    }
    if (name != 0) {
      escaped += '\\';
      escaped += name;
    } else {
      escaped += byte;
    }
  }
  return escaped;
}

Result<std::string> unescape_field(std::string_view field) {
  std::string plain;
  plain.reserve(field.size());
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (field[at] != '\\') {
      plain += field[at];
      continue;
    }
    ++at;
    bool known = false;
    for (const auto& [byte, letter] : kEscapes) {
      if (at < field.size() && field[at] == letter) {
        plain += byte;
        known = true;
      }
    }
    if (!known) {
      return fail({.kind = ErrorKind::syntax,
                   .value = std::string(field),
                   .why = "a backslash that escapes nothing known"});
    }
  }
  return plain;
}

std::string encode_record(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty() || &field != &fields.front()) {
      line += '\t';
    }
    line += escape_field(field);
  }
  const std::uint32_t sum = crc32(line);
  return line + fmt::format("\t{:08x}\n", sum);
}

Result<Records> decode_records(std::string_view text,
                               const std::string& file,
                               std::uint32_t first_line) {
  Records records;
  std::uint32_t line_number = first_line;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) {
      records.torn = true;  // SIGKILL can tear even one small write(2)
      return records;
    }
    auto fields = decode_line(text.substr(begin, newline - begin));
    if (!fields) {
      Error error = fields.error();
      error.subject = file;
      error.spot = Spot{.file = file,
                        .line = line_number,
                        .column = 1,
                        .length = 1,
                        .text = std::string(text.substr(begin, newline - begin))};
      return fail(std::move(error));
    }
    records.records.push_back(std::move(*fields));
    begin = newline + 1;
    records.good_bytes = begin;
    ++line_number;
  }
  return records;
}

}  // namespace vfmgr
