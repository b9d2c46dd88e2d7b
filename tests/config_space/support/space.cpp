// SPDX-License-Identifier: Apache-2.0
#include "config_space/support/space.hpp"

#include "vfmgr/registers.hpp"

#include "core/config_space/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

namespace {

RegisterField field_of(const std::vector<RegisterField>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &RegisterField::name);
  EXPECT_NE(found, fields.end()) << "no field " << name;
  return found == fields.end() ? RegisterField{} : *found;
}

std::string meaning_of(const RegisterField& field) {
  switch (field.look) {
    case Look::value:
      return field.meaning;
    case Look::not_read:
      return "not read";
    case Look::unknown:
      return "unknown";
  }
  return {};
}

}  // namespace

Space& Space::put(std::size_t at, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8U) {
    bytes_.at(at + i) = static_cast<char>(value & 0xffU);
  }
  return *this;
}

Space& Space::classic_list(std::size_t at) {
  return put(0x06, 0x10, 2).put(0x34, at, 1);
}

Space& Space::classic(std::size_t at, std::uint8_t id, std::size_t next) {
  return put(at, id, 1).put(at + 1, next, 1);
}

Space& Space::extended(std::size_t at, std::uint16_t id, std::size_t next, std::uint32_t version) {
  return put(at, id | (std::uint64_t{version} << 16U) | (std::uint64_t{next} << 20U), 4);
}

Capability capability(std::string_view config, bool extended, std::uint16_t id) {
  for (const Capability& one : config_space::decode(config).capabilities) {
    if (one.extended == extended && one.id == id) {
      return one;
    }
  }
  ADD_FAILURE() << "no capability " << id;
  return {};
}

RegisterField field(const Capability& capability, std::string_view name) {
  return field_of(capability.fields, name);
}

std::string meaning(const Capability& capability, std::string_view name) {
  return meaning_of(field_of(capability.fields, name));
}

std::string header_meaning(std::string_view config, std::string_view name) {
  return meaning_of(field_of(config_space::decode(config).header, name));
}

}  // namespace vfmgr::test
