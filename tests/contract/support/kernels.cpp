// SPDX-License-Identifier: Apache-2.0
#include "contract/support/case.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace vfmgr::contract {

namespace {

/// "6.12.117+deb12-amd64" is (6, 12); what is no release (0, 0).
std::pair<std::uint32_t, std::uint32_t> version(std::string_view release) {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  const char* const end = release.data() + release.size();
  const auto first = std::from_chars(release.data(), end, major);
  if (first.ptr != end && *first.ptr == '.') {
    std::from_chars(first.ptr + 1, end, minor);
  }
  return {major, minor};
}

}  // namespace

std::string_view kernel_of(std::string_view release) {
  std::string_view found;
  for (const std::string_view kernel : kKernels) {
    if (version(kernel) <= version(release)) {
      found = kernel;
    }
  }
  return found;
}

bool recorded_on(const Case& story, std::string_view kernel) {
  std::string_view releases = story.status;
  if (!releases.starts_with(kRecordedOn)) {
    return false;
  }
  releases.remove_prefix(kRecordedOn.size());
  while (!releases.empty()) {
    const std::size_t end = std::min(releases.find(' '), releases.size());
    if (kernel_of(releases.substr(0, end)) == kernel) {
      return true;
    }
    releases.remove_prefix(std::min(end + 1, releases.size()));
  }
  return false;
}

}  // namespace vfmgr::contract
