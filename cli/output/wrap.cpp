// SPDX-License-Identifier: Apache-2.0
#include "output/wrap.hpp"

#include "core/words.hpp"
#include "output/style.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kNameIndent = 2;
constexpr std::size_t kNameGap = 2;

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string_view paragraph : vfmgr::split(text, '\n')) {
    std::string line;
    for (const std::string& word : vfmgr::words_of(paragraph)) {
      if (!line.empty() && columns(line) + 1 + columns(word) > width) {
        lines.push_back(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    lines.push_back(line);
  }
  return lines;
}

std::string meanings_text(const std::vector<Meaning>& meanings, std::size_t column) {
  std::string text;
  for (const Meaning& one : meanings) {
    std::string line = std::string(kNameIndent, ' ') + one.name;
    for (const std::string& part : wrapped(one.means, kPageWidth - column)) {
      if (columns(line) + kNameGap > column && !line.empty()) {
        text += line + "\n";
        line.clear();
      }
      line += part.empty() ? "" : std::string(column - columns(line), ' ') + part;
      text += line + "\n";
      line.clear();
    }
    text += line.empty() ? "" : line + "\n";
  }
  return text;
}

}  // namespace vgpuctl
