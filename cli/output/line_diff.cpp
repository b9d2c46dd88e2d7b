// SPDX-License-Identifier: Apache-2.0
#include "output/line_diff.hpp"

#include "core/words.hpp"
#include "output/style.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kAround = 2;        // lines of both that stand around a change
constexpr std::size_t kMostLines = 2000;  // more is no text that a person reads a difference of

struct Line {
  char sign = ' ';
  std::string_view text;
};

/// Lengths of the longest common subsequences of all ends of two texts (Hunt and McIlroy's problem,
/// by the plain table: profiles are short).
class Common {
 public:
  Common(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after)
      : width_(after.size() + 1), lengths_((before.size() + 1) * width_, 0) {
    for (std::size_t row = before.size(); row-- > 0;) {
      for (std::size_t column = after.size(); column-- > 0;) {
        lengths_[(row * width_) + column] =
            before[row] == after[column] ? at(row + 1, column + 1) + 1
                                         : std::max(at(row + 1, column), at(row, column + 1));
      }
    }
  }
  [[nodiscard]] std::size_t at(std::size_t row, std::size_t column) const {
    return lengths_[(row * width_) + column];
  }

 private:
  std::size_t width_;
  std::vector<std::size_t> lengths_;
};

std::vector<Line> merged(const std::vector<std::string_view>& before,
                         const std::vector<std::string_view>& after) {
  const Common common(before, after);
  std::vector<Line> lines;
  std::size_t row = 0;
  std::size_t column = 0;
  while (row < before.size() || column < after.size()) {
    if (row < before.size() && column < after.size() && before[row] == after[column]) {
      lines.push_back({.sign = ' ', .text = before[row]});
      ++row;
      ++column;
    } else if (column == after.size() ||
               (row < before.size() && common.at(row + 1, column) >= common.at(row, column + 1))) {
      lines.push_back({.sign = '-', .text = before[row++]});
    } else {
      lines.push_back({.sign = '+', .text = after[column++]});
    }
  }
  return lines;
}

bool is_near_a_change(const std::vector<Line>& lines, std::size_t at) {
  const std::size_t first = at - std::min(at, kAround);
  const std::size_t last = std::min(lines.size(), at + kAround + 1);
  for (std::size_t near = first; near < last; ++near) {
    if (lines[near].sign != ' ') {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after, const Style& style) {
  if (before == after) {
    return "";
  }
  const auto old_lines = vfmgr::split(before, '\n');
  const auto new_lines = vfmgr::split(after, '\n');
  if (old_lines.size() > kMostLines || new_lines.size() > kMostLines) {
    return counted(old_lines.size(), "line") + " become " + std::to_string(new_lines.size()) +
           ".\n";
  }
  std::string text;
  const std::vector<Line> lines = merged(old_lines, new_lines);
  bool gap = false;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!is_near_a_change(lines, at)) {
      gap = true;
      continue;
    }
    text += gap && !text.empty() ? "  …\n" : "";
    gap = false;
    const Paint paint = lines[at].sign == '+'   ? Paint::good
                        : lines[at].sign == '-' ? Paint::bad
                                                : Paint::faint;
    text += style.paint(paint, std::string(1, lines[at].sign) + " " + plain(lines[at].text)) + "\n";
  }
  return text;
}

}  // namespace vgpuctl
