// SPDX-License-Identifier: Apache-2.0
#include "output/wrap.hpp"

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

std::string wrapped(std::string_view text,
                    std::size_t width,
                    std::size_t indent,
                    std::size_t begun) {
  std::string lines;
  std::size_t column = begun;
  bool first_word = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) {
      continue;
    }
    if (!first_word && width != 0 && column + 1 + columns(word) > width) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
      first_word = true;
    }
    lines += (first_word ? "" : " ") + std::string(word);
    column += columns(word) + (first_word ? 0 : 1);
    first_word = false;
  }
  return lines + "\n";
}

std::string noted(const vfmgr::Finding& finding, std::size_t width, const Style& style) {
  constexpr std::size_t kIndent = 6;  // as wide as "note: "
  std::string text = style.paint(Paint::changed, "note:") + " " +
                     wrapped(plain(finding.what), width, kIndent, kIndent);
  if (!finding.help.empty()) {
    text += std::string(kIndent, ' ') + wrapped(plain(finding.help), width, kIndent, kIndent);
  }
  return text;
}

}  // namespace vgpuctl
