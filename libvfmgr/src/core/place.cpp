// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"

#include "vfmgr/result.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {
// In the order of In.
constexpr std::array<std::string_view, 11> kNamespaces{
    "sys", "proc", "dev", "debug", "etc", "config", "mmio", "module", "nvml", "amdsmi", "program"};
// What marks how a place is looked at; text has no mark.
constexpr std::array kMarks{std::pair{As::link, '@'},
                            std::pair{As::count, '#'},
                            std::pair{As::vectors, '%'},
                            std::pair{As::uuids, '~'},
                            std::pair{As::row, '='},
                            std::pair{As::vsec, '+'}};
}  // namespace

std::string_view to_string(In in) {
  return kNamespaces.at(static_cast<std::size_t>(in));
}

std::string to_string(const Place& place) {
  std::string text(to_string(place.in));
  for (const auto& [as, mark] : kMarks) {
    if (place.as == as) {
      text += mark;
    }
  }
  return text + ":" + place.path;
}

Result<Place> parse_place(std::string_view text) {
  const auto bad = [text](std::string why) {
    return fail({.kind = ErrorKind::syntax,
                 .subject = std::string(text),
                 .why = std::move(why),
                 .help = "write it as sys:bus/pci/devices/…"});
  };
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return bad("not a place: no namespace before a ':'");
  }
  std::string_view space = text.substr(0, colon);
  As as = As::text;
  for (const auto& [looked_at, mark] : kMarks) {
    if (space.ends_with(mark)) {
      as = looked_at;
    }
  }
  if (as != As::text) {
    space.remove_suffix(1);
  }
  const auto* const found = std::ranges::find(kNamespaces, space);
  if (found == kNamespaces.end()) {
    return bad("no such namespace");
  }
  return Place{.in = static_cast<In>(found - kNamespaces.begin()),
               .path = std::string(text.substr(colon + 1)),
               .as = as};
}

}  // namespace vfmgr
