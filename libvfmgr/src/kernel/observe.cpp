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
#include <charconv>
#include <cstddef>
#include <cstdint>
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
constexpr std::size_t kConfigForAnybody = 64;

Value vectors_of(std::string_view config) {
  const auto vectors = msix_vectors(config);
  Value value;
  if (!vectors) {
    value.is = Unreadable{config.size() <= kConfigForAnybody ? EPERM : EIO};
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

Value unreadable(int os_error) {
  Value value;
  value.is = Unreadable{os_error};
  return value;
}

Value row_in(std::string_view text, std::string_view key) {
  if (key.starts_with('@')) {
    auto word = word_at(text, key);
    return word ? text_value(std::move(*word)) : unreadable(ENODATA);
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (begins_with_word(text.substr(0, end), key)) {
      return text_value(value_in(text.substr(0, end).substr(key.size())));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return unreadable(ENODATA);
}

/// "2/0x2c/3": id, byte and number of a register.
Value register_in(std::string_view config, std::string_view key) {
  const std::vector<std::string_view> parts = split(key, '/');
  constexpr std::string_view kHex = "0x";
  std::uint16_t at = 0;
  const bool whole =
      parts.size() == 3 && parts[1].starts_with(kHex) &&
      std::from_chars(parts[1].data() + kHex.size(), parts[1].data() + parts[1].size(), at, 16)
              .ptr == parts[1].data() + parts[1].size();
  const auto id = whole ? decimal(parts[0]) : std::nullopt;
  const auto index = whole ? decimal(parts[2]) : std::nullopt;
  if (!id || !index) {
    return unreadable(EINVAL);
  }
  const auto seen = vsec_register(
      config, static_cast<std::uint16_t>(*id), at + (static_cast<std::size_t>(*index) * 4));
  if (!seen) {
    return unreadable(config.size() <= kConfigForAnybody ? EPERM : ENODATA);
  }
  constexpr std::uint32_t kNobody = ~0U;  // what a function reads that does not answer
  return *seen == kNobody ? unreadable(EIO) : text_value(std::to_string(*seen));
}

/// The path of the file that a place is a part of, and which part of it.
struct Parted {
  std::string_view file, part;
};
Parted parted(const Place& place) {
  std::size_t slashes = place.as == As::row ? 1 : place.as == As::vsec ? 3 : 0;
  std::string_view file = place.path;
  for (; slashes > 0 && !file.empty(); --slashes) {
    file = file.substr(0, file.rfind('/') == std::string_view::npos ? 0 : file.rfind('/'));
  }
  return {
      .file = file,
      .part = std::string_view(place.path).substr(std::min(file.size() + 1, place.path.size()))};
}

}  // namespace

Place file_of(const Place& place) {
  return place.as == As::row || place.as == As::vsec
             ? Place{.in = place.in, .path = std::string(parted(place).file)}
             : place;
}

Value observed(const Place& place, Result<std::string> read) {
  if (read && place.as == As::row) {
    return row_in(*read, parted(place).part);
  }
  if (read && place.as == As::vsec) {
    return register_in(*read, parted(place).part);
  }
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
    case As::vsec:
    case As::text:
    case As::vectors:
      break;
  }
  return observed(place, kernel.read(file_of(place)));
}

}  // namespace vfmgr
