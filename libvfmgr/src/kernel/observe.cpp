// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/uuid.hpp"
#include "kernel/kernel.hpp"
#include "pci/config_space.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

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
    case As::text:
    case As::vectors:
      break;
  }
  return observed(place, kernel.read(place));
}

}  // namespace vfmgr
