// SPDX-License-Identifier: Apache-2.0
#include "output/meanings.hpp"

#include "output/style.hpp"
#include "output/wrap.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace vgpuctl {

std::string meanings_text(const std::vector<Meaning>& meanings, std::size_t column) {
  constexpr std::size_t kIndent = 2;
  constexpr std::size_t kGap = 2;
  std::string text;
  for (const Meaning& one : meanings) {
    std::string line = std::string(kIndent, ' ') + one.name;
    for (const std::string& part : wrapped_lines(one.means, kPageWidth - column)) {
      if (columns(line) + kGap > column && !line.empty()) {
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
