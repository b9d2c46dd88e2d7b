// SPDX-License-Identifier: Apache-2.0
#include "backends/support/mapped.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"

#include "backends/mapped.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {

namespace {

std::string little_endian(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i, value >>= 8U) {
    bytes += static_cast<char>(value & 0xffU);
  }
  return bytes;
}

MappedRegister read_as(const MappedChoice& choice, std::string_view name, std::uint32_t value) {
  const auto found = std::ranges::find_if(
      choice.registers, [name](const MappedSpec& spec) { return spec.attr->name == name; });
  if (found == choice.registers.end()) {
    ADD_FAILURE() << "no register " << name;
    return {};
  }
  return decode_mapped(*found, 0, little_endian(value));
}

}  // namespace

MappedChoice choose(MappedChoice (*table)(const Gpu& gpu),
                    std::uint16_t vendor,
                    std::uint16_t device,
                    std::uint32_t class_code) {
  Gpu gpu;
  gpu.vendor_id = vendor;
  gpu.device_id = device;
  gpu.class_code = class_code;
  return table(gpu);
}

std::vector<std::string> names_of(const MappedChoice& choice) {
  std::vector<std::string> names;
  names.reserve(choice.registers.size());
  for (const MappedSpec& spec : choice.registers) {
    names.emplace_back(spec.attr->name);
  }
  return names;
}

std::string decoded(const MappedChoice& choice, std::string_view name, std::uint32_t value) {
  std::string text;
  for (const RegisterField& field : read_as(choice, name, value).fields) {
    text += (text.empty() ? "" : ", ") + field.name + "=" + field.meaning;
  }
  return text;
}

std::uint32_t bits_without_field(const MappedChoice& choice, std::string_view name) {
  std::uint32_t without = 0;
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    bool seen = false;
    for (const RegisterField& field : read_as(choice, name, 1U << bit).fields) {
      const bool own = bit >= field.low_bit && bit < field.low_bit + field.bits;
      EXPECT_EQ(field.raw, own ? 1U << (bit - field.low_bit) : 0U) << field.name << " bit " << bit;
      seen = seen || own;
    }
    without |= seen ? 0U : 1U << bit;
  }
  return without;
}

}  // namespace vfmgr::test
