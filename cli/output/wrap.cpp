// SPDX-License-Identifier: Apache-2.0
#include "output/wrap.hpp"

#include "vfmgr/inventory.hpp"

#include "core/words.hpp"
#include "output/style.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

std::vector<std::string> wrapped_lines(std::string_view text,
                                       std::size_t width,
                                       std::size_t begun) {
  std::vector<std::string> lines;
  std::size_t column = begun;
  for (const std::string_view paragraph : vfmgr::split(text, '\n')) {
    std::string line;
    for (const std::string& word : vfmgr::words_of(paragraph)) {
      if (!line.empty() && width != 0 && column + 1 + columns(word) > width) {
        lines.push_back(line);
        line.clear();
        column = 0;
      }
      column += (line.empty() ? 0 : 1) + columns(word);
      line += (line.empty() ? "" : " ") + word;
    }
    lines.push_back(line);
    column = 0;
  }
  return lines;
}

std::string wrapped(std::string_view text,
                    std::size_t width,
                    std::size_t indent,
                    std::size_t begun) {
  // At least one column: a window may be narrower than the indentation.
  const std::size_t room = width == 0 ? 0 : std::max(width, indent + 1) - indent;
  std::string all;
  for (const std::string& line : wrapped_lines(text, room, begun - indent)) {
    all += (all.empty() ? "" : "\n" + std::string(indent, ' ')) + line;
  }
  return all + "\n";
}

std::string noted(const vfmgr::Finding& finding,
                  std::size_t width,
                  const Style& style,
                  std::size_t indent) {
  const std::size_t begun = indent + 6;  // as wide as "note: "
  std::string text = std::string(indent, ' ') + style.paint(Paint::changed, "note:") + " " +
                     wrapped(plain(finding.what), width, begun, begun);
  if (!finding.help.empty()) {
    text += std::string(begun, ' ') + wrapped(plain(finding.help), width, begun, begun);
  }
  return text;
}

}  // namespace vgpuctl
