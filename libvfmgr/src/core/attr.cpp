// SPDX-License-Identifier: Apache-2.0
#include "core/attr.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

/// Splits a pattern into its next literal run and the hole behind it; the hole is empty at the end.
struct Piece {
  std::string_view literal, hole;
};

Piece next_piece(std::string_view& pattern) {
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) {
    const Piece piece{.literal = pattern, .hole = {}};
    pattern = {};
    return piece;
  }
  const std::size_t close = pattern.find('}', open);
  const Piece piece{.literal = pattern.substr(0, open),
                    .hole = pattern.substr(open + 1, close - open - 1)};
  pattern.remove_prefix(close + 1);
  return piece;
}

/// Whether a path ends as a pattern does behind its last hole. Patterns begin alike and end
/// differently, mostly in the last byte: that tells most of them apart without a look into holes.
bool ends_alike(std::string_view pattern, std::string_view path) {
  if (pattern.empty() || path.empty()) {
    return pattern == path;
  }
  if (pattern.back() == '}') {
    return true;
  }
  return pattern.back() == path.back() &&
         path.ends_with(pattern.substr(pattern.rfind('}') + 1));  // no hole: npos + 1 is 0
}

/// As the kernel prints it: without zeros in front.
std::optional<std::uint16_t> small_number(std::string_view text) {
  const auto value = decimal(text);
  const bool plain = text == "0" || !text.starts_with('0');
  if (!value || !plain || *value > std::numeric_limits<std::uint16_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(*value);
}

/// "vf@42c-468": of registers that each VF has, the first one's and the last one's offset.
struct OffsetsOfVfs {
  std::uint32_t first = 0, last = 0;
};
constexpr std::string_view kOffsetHole = "vf@";
constexpr std::uint32_t kBytesOfARegister = 4;

OffsetsOfVfs offsets_in(std::string_view hole) {
  hole.remove_prefix(kOffsetHole.size());
  const std::size_t dash = hole.find('-');
  const auto offset = [](std::string_view text) {
    return static_cast<std::uint32_t>(hexadecimal(text).value_or(0));
  };
  return {.first = offset(hole.substr(0, dash)), .last = offset(hole.substr(dash + 1))};
}

bool fill_by_offset(std::string_view hole, std::string_view text, Holes& holes) {
  const OffsetsOfVfs all = offsets_in(hole);
  const auto offset = hexadecimal(text);
  // One place has one name: without zeros in front, and in small letters.
  if (!offset || fmt::format("{:x}", *offset) != text || *offset < all.first ||
      *offset > all.last || (*offset - all.first) % kBytesOfARegister != 0) {
    return false;
  }
  holes.vf = vf_at(static_cast<std::uint32_t>(*offset - all.first) / kBytesOfARegister);
  return true;
}

bool fill(std::string_view hole, std::string_view text, Holes& holes) {
  if (hole == "gpu") {
    auto address = parse_address(text);
    // Only the kernel's own spelling names a place, so that one place has one name.
    if (!address || to_string(*address) != text) {
      return false;
    }
    holes.gpu = *address;
    return true;
  }
  if (hole == "name") {
    holes.name = text;
    // "." and ".." lead elsewhere, to a place that no pattern names.
    return !text.empty() && text != "." && text != "..";
  }
  if (hole.starts_with(kOffsetHole)) {
    return fill_by_offset(hole, text, holes);
  }
  const auto number = small_number(text);
  const std::uint16_t base = hole == "vf1" ? 1 : 0;
  if (!number || *number < base) {
    return false;
  }
  holes.vf = vf_at(*number - base);
  return true;
}

}  // namespace

Place place_of(const Attr& attr, const Holes& holes) {
  std::string path;
  std::string_view rest = attr.pattern;
  while (!rest.empty()) {
    const Piece piece = next_piece(rest);
    path += piece.literal;
    if (piece.hole == "gpu") {
      path += to_string(holes.gpu.value());
    } else if (piece.hole == "vf") {
      path += std::to_string(holes.vf.value().index);
    } else if (piece.hole == "vf1") {
      path += std::to_string(holes.vf.value().vf_number());
    } else if (piece.hole == "name") {
      path += holes.name;
    } else if (piece.hole.starts_with(kOffsetHole)) {
      path += fmt::format("{:x}",
                          offsets_in(piece.hole).first +
                              (kBytesOfARegister * std::uint32_t{holes.vf.value().index}));
    }
  }
  return {.in = attr.in, .path = path, .as = attr.as};
}

std::optional<Holes> match(const Attr& attr, const Place& place) {
  if (attr.in != place.in || !ends_alike(attr.pattern, place.path)) {
    return std::nullopt;
  }
  Holes holes;
  std::string_view rest = attr.pattern;
  std::string_view path = place.path;
  while (!rest.empty()) {
    const Piece piece = next_piece(rest);
    if (!path.starts_with(piece.literal)) {
      return std::nullopt;
    }
    path.remove_prefix(piece.literal.size());
    if (piece.hole.empty()) {
      break;
    }
    const std::string_view text = path.substr(0, path.find('/'));
    if (!fill(piece.hole, text, holes)) {
      return std::nullopt;
    }
    path.remove_prefix(text.size());
  }
  return path.empty() ? std::optional(holes) : std::nullopt;
}

const Attr* find_attr(std::span<const std::span<const Attr>> tables, const Place& place) {
  const Attr* same_path = nullptr;
  for (const std::span<const Attr> table : tables) {
    for (const Attr& attr : table) {
      if (match(attr, place)) {
        if (attr.as == place.as) {
          return &attr;
        }
        same_path = same_path != nullptr ? same_path : &attr;
      }
    }
  }
  return same_path;
}

}  // namespace vfmgr
