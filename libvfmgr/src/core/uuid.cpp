// SPDX-License-Identifier: Apache-2.0
#include "core/uuid.hpp"

#include <uuid/uuid.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {
// Drawn once, for this project: two tools that derive UUIDs from the same names must not meet.
constexpr const char* kNameSpace = "7b0c4f1e-63a2-4d0b-9a57-1f6f2f0c8d3a";
constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
}  // namespace

bool is_uuid(std::string_view text) {
  return std::ranges::equal(kForm, text, [](char form, unsigned char one) {
    return form == '-' ? one == '-' : std::isxdigit(one) != 0;
  });
}

std::string uuid_of_name(std::string_view name) {
  std::array<unsigned char, sizeof(uuid_t)> space{};
  std::array<unsigned char, sizeof(uuid_t)> made{};
  ::uuid_parse(kNameSpace, space.data());
  ::uuid_generate_sha1(made.data(), space.data(), name.data(), name.size());
  std::array<char, kForm.size() + 1> text{};
  ::uuid_unparse_lower(made.data(), text.data());
  return text.data();
}

}  // namespace vfmgr
