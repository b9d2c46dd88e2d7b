// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "kernel/kernel.hpp"

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

}  // namespace

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
    case As::text:
      break;
  }
  auto bytes = kernel.read(place);
  if (bytes && bytes->ends_with('\n')) {
    bytes->pop_back();
  }
  return from(std::move(bytes));
}

}  // namespace vfmgr
