// SPDX-License-Identifier: Apache-2.0
#include "output/svg_text.hpp"

#include "output/style.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

namespace {

// Fonts are the reader's own: of those that browsers have, 12-pixel letters of names and numbers
// are narrower than this on average.
constexpr double kCharacter = 7.0;

std::string_view entity(char letter) {
  switch (letter) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

}  // namespace

std::string xml_text(std::string_view text) {
  // XML 1.0, 2.2: these two are UTF-8 and no characters.
  constexpr std::string_view kFffe = "\xEF\xBF\xBE";
  constexpr std::string_view kFfff = "\xEF\xBF\xBF";
  const std::string visible = plain(text);
  std::string xml;
  for (std::size_t at = 0; at < visible.size(); ++at) {
    const std::string_view three = std::string_view(visible).substr(at, kFffe.size());
    if (three == kFffe || three == kFfff) {
      xml += three == kFffe ? R"(\xef\xbf\xbe)" : R"(\xef\xbf\xbf)";
      at += three.size() - 1;
      continue;
    }
    const std::string_view named = entity(visible[at]);
    xml += named.empty() ? std::string_view(visible).substr(at, 1) : named;
  }
  return xml;
}

std::size_t characters_in(double pixels) {
  return pixels < kCharacter ? 1 : static_cast<std::size_t>(pixels / kCharacter);
}

std::string svg_text(const SvgText& where, std::string_view text) {
  const std::string cut =
      where.room > 0 ? brief(text, characters_in(where.room)) : std::string(text);
  return fmt::format(R"(<text class="{}" x="{:g}" y="{:g}"{}>{}</text>)"
                     "\n",
                     where.look,
                     where.x,
                     where.y,
                     where.at_end ? R"( text-anchor="end")" : "",
                     xml_text(cut));
}

}  // namespace vgpuctl
