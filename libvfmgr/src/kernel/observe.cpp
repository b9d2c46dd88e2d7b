// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/numbers.hpp"
#include "core/uuid.hpp"
#include "core/words.hpp"
#include "kernel/kernel.hpp"
#include "pci/config_space.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::string_view last_component(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Value from(Result<std::string> read) {
  if (read) {
    return text_value(std::move(*read));
  }
  Value value;
  if (read.error().os_error != ENOENT) {
    value.is = Unreadable{read.error().os_error};
  }
  return value;
}

Value count_entries(const Kernel& kernel, const Place& place) {
  const std::string_view prefix = last_component(place.path);
  const std::size_t length = place.path.size() - prefix.size();
  auto names = kernel.list(
      {.in = place.in, .path = place.path.substr(0, length == 0 ? 0 : length - 1), .as = As::text});
  if (!names) {
    return from(std::unexpected(names.error()));
  }
  const auto counted = std::count_if(names->begin(), names->end(), [prefix](std::string_view name) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) {
      return false;
    }
    const std::string_view digits = name.substr(prefix.size());
    return std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c) != 0; });
  });
  return text_value(std::to_string(counted));
}

/// Absent where there is none, and where there is no such directory.
Value list_uuids(const Kernel& kernel, const Place& place) {
  auto names = kernel.list({.in = place.in, .path = place.path, .as = As::text});
  if (!names) {
    return from(std::unexpected(names.error()));
  }
  std::string all;
  for (const std::string& name : *names) {
    if (is_uuid(name)) {
      all += (all.empty() ? "" : " ") + name;
    }
  }
  return all.empty() ? absent_value() : text_value(std::move(all));
}

/// pci-sysfs.c:pci_read_config: who lacks CAP_SYS_ADMIN is given the header and no more.
Value vectors_of(std::string_view config) {
  constexpr std::size_t kForAnybody = 64;
  const auto vectors = msix_vectors(config);
  Value value;
  if (!vectors) {
    value.is = Unreadable{config.size() <= kForAnybody ? EPERM : EIO};
  } else if (*vectors > 0) {
    value = text_value(std::to_string(*vectors));
  }
  return value;
}

/// What stands behind the last of these marks in a line: a number without its unit, or a word.
std::string value_in(std::string_view line) {
  constexpr std::string_view kBefore = "=-: \t";
  std::size_t from = line.find_last_of("=-:");
  from = line.find_first_not_of(kBefore, from == std::string_view::npos ? 0 : from);
  const std::string_view rest = line.substr(std::min(from, line.size()));
  const bool number = !rest.empty() && std::isdigit(static_cast<unsigned char>(rest.front())) != 0;
  const auto* const end = std::ranges::find_if_not(rest, [number](unsigned char c) {
    return number ? std::isdigit(c) != 0 : std::isalnum(c) != 0 || c == '_';
  });
  return std::string(rest.begin(), end);
}

/// "VF1" begins no line of "VF10".
bool begins_with_word(std::string_view line, std::string_view word) {
  return line.starts_with(word) &&
         (line.size() == word.size() ||
          std::isalnum(static_cast<unsigned char>(line[word.size()])) == 0);
}

/// "@2.3" names the third word of the second line.
std::optional<std::string> word_at(std::string_view text, std::string_view key) {
  const std::size_t dot = key.find('.');
  const auto line = decimal(key.substr(1, dot == std::string_view::npos ? dot : dot - 1));
  const auto word = decimal(dot == std::string_view::npos ? "" : key.substr(dot + 1));
  const std::vector<std::string_view> lines = split(text, '\n');
  if (!line || !word || *line == 0 || *word == 0 || *line > lines.size()) {
    return std::nullopt;
  }
  const std::vector<std::string> words = words_of(lines[*line - 1]);
  return *word <= words.size() ? std::optional(words[*word - 1]) : std::nullopt;
}

Value row_of_file(const Kernel& kernel, const Place& place) {
  const std::string_view key = last_component(place.path);
  const std::string file =
      place.path.substr(0, place.path.size() - std::min(key.size() + 1, place.path.size()));
  auto text = kernel.read({.in = place.in, .path = file, .as = As::text});
  if (!text) {
    return from(std::move(text));
  }
  if (key.starts_with('@')) {
    Value value;
    if (auto word = word_at(*text, key)) {
      value.is = std::move(*word);
    } else {
      value.is = Unreadable{ENODATA};
    }
    return value;
  }
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (begins_with_word(rest.substr(0, end), key)) {
      return text_value(value_in(rest.substr(0, end).substr(key.size())));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  Value value;
  value.is = Unreadable{ENODATA};
  return value;
}

}  // namespace

Value observed(const Place& place, Result<std::string> read) {
  if (read && place.as == As::vectors) {
    return vectors_of(*read);
  }
  if (read && read->ends_with('\n')) {
    read->pop_back();
  }
  return from(std::move(read));
}

Value observe(const Kernel& kernel, const Place& place) {
  switch (place.as) {
    case As::count:
      return count_entries(kernel, place);
    case As::link: {
      auto target = kernel.link(place);
      if (target) {
        target = std::string(last_component(*target));
      }
      return from(std::move(target));
    }
    case As::uuids:
      return list_uuids(kernel, place);
    case As::row:
      return row_of_file(kernel, place);
    case As::text:
    case As::vectors:
      break;
  }
  return observed(place, kernel.read(place));
}

}  // namespace vfmgr
