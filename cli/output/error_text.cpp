// SPDX-License-Identifier: Apache-2.0
#include "output/error_text.hpp"

#include "vfmgr/result.hpp"

#include "output/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

namespace {

using vfmgr::Error;
using vfmgr::Spot;

constexpr std::size_t kLongestValue = 60;
constexpr std::size_t kLongestSentence = 2000;
constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kWidest = 120;
constexpr std::size_t kMostShown = 100;

/// A part of a line around the place that is meant, with blanks for tabs.
struct Extract {
  std::string before, meant, after;
};

Extract extract_of(const Spot& spot, std::size_t room) {
  std::string line = spot.text.str();
  std::ranges::replace(line, '\t', ' ');
  const std::string_view text = line;
  const std::size_t begin =
      std::min<std::size_t>(spot.column == 0 ? 0 : spot.column - 1, text.size());
  const std::size_t length = std::min<std::size_t>(spot.length, text.size() - begin);
  // What is meant stays in sight: the line's begin is cut first, then its end.
  const std::size_t most_before = room / 3;
  Extract extract{.before = plain(text.substr(0, begin)), .meant = {}, .after = {}};
  const std::size_t begun = std::min(columns(extract.before), most_before);
  extract.meant = brief(text.substr(begin, length), room - begun);
  if (columns(extract.before) + columns(extract.meant) > room) {
    extract.before = brief_end(extract.before, most_before);
  }
  const std::size_t used = columns(extract.before) + columns(extract.meant);
  extract.after = used < room ? brief(text.substr(begin + length), room - used) : "";
  return extract;
}

std::string place_of(const Spot& spot) {
  const std::string file = spot.file == "-" ? "standard input" : plain(spot.file);
  return spot.line == 0 ? file : fmt::format("{}:{}:{}", file, spot.line, spot.column);
}

std::string caret_text(const Spot& spot, const Style& style) {
  constexpr std::size_t kMargin = 8;  // "   14 | "
  const std::size_t width = style.width == 0 ? kWidest : std::max(style.width, kNarrowest);
  const Extract extract = extract_of(spot, width - kMargin);
  return fmt::format(
      "{:>5} | {}{}{}\n{:>5} | {}{}\n",
      spot.line,
      extract.before,
      extract.meant,
      extract.after,
      "",
      std::string(columns(extract.before), ' '),
      style.paint(Paint::bad, std::string(std::max<std::size_t>(columns(extract.meant), 1), '^')));
}

std::string one_text(const Error& error, const Style& style) {
  const std::string head = fmt::format("{}{} {}\n",
                                       error.spot ? place_of(*error.spot) + ": " : "",
                                       style.paint(Paint::bad, "error:"),
                                       sentence_of(error));
  // A line that no person wrote is left out of the spot.
  if (error.spot && error.spot->line != 0 && !error.spot->text.empty()) {
    return head + caret_text(*error.spot, style) +
           (error.help.empty() ? "" : fmt::format("      = help: {}\n", plain(error.help)));
  }
  return head + (error.help.empty() ? "" : fmt::format("help: {}\n", plain(error.help)));
}

void add(const Error& error, const Style& style, std::size_t& count, std::string& text) {
  if (++count <= kMostShown) {
    text += one_text(error, style);
  }
  for (const Error& other : error.also) {
    add(other, style, count, text);
  }
}

}  // namespace

std::string sentence_of(const Error& error) {
  const bool said = error.subject.empty() || (error.spot && error.spot->file == error.subject);
  const std::string thing = said ? "" : brief(error.subject, kLongestSentence) + ": ";
  const std::string why =
      error.why.empty() ? std::string(to_string(error.kind)) : brief(error.why, kLongestSentence);
  const std::string value = fmt::format("'{}'", brief(error.value, kLongestValue));
  // The line with the caret shows the value of what has one.
  const bool shown = error.spot && error.spot->line != 0;
  if (shown || error.value.empty() || error.value == error.subject ||
      error.why.find(error.value) != std::string::npos) {
    return thing + why;
  }
  return thing + (error.os_error == 0 ? why + " " + value : "cannot write " + value + ": " + why);
}

std::string error_text(const Error& error, const Style& style) {
  std::size_t count = 0;
  std::string text;
  add(error, style, count, text);
  if (count > kMostShown) {
    text += fmt::format("… and {} more\n", count - kMostShown);
  }
  return count > 1 ? text + fmt::format("{} errors.\n", count) : text;
}

}  // namespace vgpuctl
