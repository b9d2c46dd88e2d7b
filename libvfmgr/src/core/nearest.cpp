// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// Longer than any word a person types; keeps the distance cheap for absurd input.
constexpr std::size_t kLongest = 64;

char fold(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string fold(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), [](char c) { return fold(c); });
  return folded;
}

/// Edits between two words; swapping two neighbours is one edit (optimal string alignment).
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before_last(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t cost = left[i - 1] == right[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[right.size()];
}

/// A '[…]' at the start of `pattern`: how long it is and whether it holds `letter`. Length 0: the
/// bracket is never closed and stands for itself.
struct Class {
  std::size_t length = 0;
  bool holds = false;
};

Class read_class(std::string_view pattern, char letter) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) {
    ++at;
  }
  const std::size_t first = at;
  bool holds = false;
  const auto byte = [](char c) { return static_cast<unsigned char>(c); };
  while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
    const bool range = at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']';
    const char low = pattern[at];
    const char high = range ? pattern[at + 2] : low;
    holds = holds || (byte(low) <= byte(letter) && byte(letter) <= byte(high));
    at += range ? 3 : 1;
  }
  if (at >= pattern.size()) {
    return {};
  }
  return {.length = at + 1, .holds = holds != negated};
}

/// How many characters of the pattern match `letter` at its start; 0: none.
std::size_t match_one(std::string_view pattern, char letter) {
  if (pattern.empty()) {
    return 0;
  }
  if (pattern.front() == '?') {
    return 1;
  }
  if (pattern.front() == '[') {
    const Class set = read_class(pattern, letter);
    if (set.length > 0) {
      return set.holds ? set.length : 0;
    }
  }
  return pattern.front() == letter ? 1 : 0;
}

/// "mig" of "mig_mode", "nvidia" of "NVIDIA Corporation": the one candidate that is a part of a
/// word.
std::optional<std::string_view> part_of(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  constexpr std::string_view kBetween = "_- ";
  constexpr std::size_t kShortest = 3;
  std::optional<std::string_view> best;
  while (!word.empty()) {
    const std::size_t end = std::min(word.find_first_of(kBetween), word.size());
    const std::string_view part = word.substr(0, end);
    word.remove_prefix(std::min(end + 1, word.size()));
    const auto found = std::ranges::find_if(
        candidates, [part](std::string_view candidate) { return fold(candidate) == part; });
    if (part.size() < kShortest || found == candidates.end()) {
      continue;
    }
    if (best && *best != *found) {
      return std::nullopt;
    }
    best = *found;
  }
  return best;
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > kLongest) {
    return std::nullopt;
  }
  const std::string meant = fold(word);
  std::optional<std::string_view> best;
  bool tied = false;
  // Of those that are equally many edits away the one that is as long is the likelier slip.
  std::pair least(std::max<std::size_t>(1, word.size() / 3) + 1, std::size_t{0});
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest) {
      continue;
    }
    const std::size_t edits = distance(meant, fold(candidate));
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::pair far(edits, longer - std::min(word.size(), candidate.size()));
    // A distance as long as the word itself is another word, not a slip.
    if (edits >= longer) {
      continue;
    }
    if (far < least) {
      least = far;
      best = candidate;
      tied = false;
    } else if (far == least && best && candidate != *best) {
      tied = true;
    }
  }
  if (tied) {
    return std::nullopt;
  }
  if (best || word.size() < 4) {
    return best;
  }
  // "quantum" for "exec_quantum": a part, if it is a part of one candidate alone.
  for (const std::string_view candidate : candidates) {
    if (fold(candidate).find(meant) != std::string::npos) {
      if (best) {
        return std::nullopt;
      }
      best = candidate;
    }
  }
  return best ? best : part_of(meant, candidates);
}

bool glob_match(std::string_view pattern, std::string_view text) {
  // Only the last '*' needs to be gone back to: an earlier one could gain nothing that the last one
  // can't. So the work is at most pattern times text.
  std::size_t at = 0;
  std::size_t seen = 0;
  std::optional<std::size_t> star;
  std::size_t star_seen = 0;
  while (seen < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_seen = seen;
      continue;
    }
    if (const std::size_t used = match_one(pattern.substr(at), text[seen]); used > 0) {
      at += used;
      ++seen;
    } else if (star) {
      at = *star;
      seen = ++star_seen;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') {
    ++at;
  }
  return at == pattern.size();
}

}  // namespace vfmgr
