// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/style.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

/// Text as it stands between tags and in attributes: <, >, &, both quotes, and what XML 1.0 has no
/// way to hold (control characters, bytes that are no UTF-8, U+FFFE and U+FFFF) as visible escapes.
std::string xml_text(std::string_view text);

struct SvgText {
  double x = 0, y = 0;
  std::string_view look;  ///< CSS class
  double room = 0;        ///< pixels; what is longer is cut; 0: not cut
  bool at_end = false;    ///< x is its right end
};

/// A line of text.
std::string svg_text(const SvgText& where, std::string_view text);

/// How many characters certainly have room in so many pixels, in the size of boxes' lines.
std::size_t characters_in(double pixels);

}  // namespace vgpuctl
