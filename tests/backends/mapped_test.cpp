// SPDX-License-Identifier: Apache-2.0
// What the tables of registers say, whoever's they are.
#include "backends/mapped.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/config_space/reader.hpp"
#include "core/mmio_place.hpp"
#include "engine/tables.hpp"
#include "kernel/named.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {
namespace {

using Ids = std::initializer_list<std::uint16_t>;
using testing::IsEmpty;
using testing::Not;

constexpr PciAddress kGpu{.domain = 0, .bus = 3, .device = 0, .function = 0};

/// What all devices of a vendor's have together.
std::vector<MappedSpec> specs_of(const Vendor& vendor) {
  std::vector<MappedSpec> specs;
  for (const std::uint16_t vendor_id : Ids{0x1002, 0x10de, 0x8086}) {
    for (std::uint32_t device = 0; vendor.mapped != nullptr && device <= 0xffff; ++device) {
      Gpu gpu;
      gpu.vendor_id = vendor_id;
      gpu.device_id = static_cast<std::uint16_t>(device);
      gpu.class_code = 0x030000;
      std::ranges::copy(vendor.mapped(gpu).registers, std::back_inserter(specs));
    }
  }
  return specs;
}

TEST(MappedTables, NameExactlyWhatTheDoorMayMap) {
  std::set<std::string> read;
  for (const Vendor& vendor : shipped_vendors()) {
    for (const MappedSpec& spec : specs_of(vendor)) {
      read.insert(place_of(*spec.attr, {.gpu = kGpu, .vf = {}, .name = {}}).path);
    }
  }
  std::set<std::string> named;
  for (const auto table : attr_tables(shipped_backends())) {
    for (const Attr& attr : table) {
      if (attr.in == In::mmio) {
        named.insert(place_of(attr, {.gpu = kGpu, .vf = {}, .name = {}}).path);
        EXPECT_THAT(attr.errnos, IsEmpty()) << attr.name;
      }
    }
  }
  EXPECT_EQ(read, named);
  EXPECT_THAT(named, Not(IsEmpty()));
}

TEST(MappedTables, HaveWholeDwordsWithNamedPartsInThem) {
  std::set<const Attr*> seen;
  for (const Vendor& vendor : shipped_vendors()) {
    for (const MappedSpec& spec : specs_of(vendor)) {
      if (!seen.insert(spec.attr).second) {
        continue;
      }
      const auto where = parse_mmio(place_of(*spec.attr, {.gpu = kGpu, .vf = {}, .name = {}}));
      ASSERT_TRUE(where.has_value()) << spec.attr->pattern;
      EXPECT_EQ(where->gpu, kGpu);
      EXPECT_THAT(spec.fields, Not(IsEmpty())) << spec.attr->name;
      for (const config_space::FieldSpec& field : spec.fields) {
        EXPECT_THAT(field.name, testing::MatchesRegex("[a-z0-9_]+"));
        EXPECT_EQ(field.at, 0) << field.name;
        EXPECT_EQ(field.bytes, 4) << field.name;
        EXPECT_LE(field.low + field.bits, 32) << field.name;
      }
    }
  }
  EXPECT_GT(seen.size(), 20U);
}

// What reading or writing these does is known, and is not for a looker: the mailbox of Tonga's PF
// and VFs, and what switches VFs' access.
TEST(MappedTables, DoNotHaveWhatMustNeverBeTouched) {
  const AttrTables tables = attr_tables(shipped_backends());
  const Named named(tables);
  const auto may = [&named](std::uint32_t bar, std::uint32_t offset) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(8, '0');
    for (std::size_t i = 8; i-- > 0; offset >>= 4U) {
      text[i] = kDigits[offset & 0xfU];
    }
    return named.may_look(
        {.in = In::mmio, .path = "0000:03:00.0/" + std::to_string(bar) + "/" + text});
  };
  EXPECT_TRUE(may(5, 0x3794));
  for (std::uint32_t offset = 0x5318; offset <= 0x5344; offset += 4) {
    EXPECT_FALSE(may(5, offset)) << offset;
  }
  for (const std::uint32_t dword : {0x0e44U, 0x0e45U, 0x0e46U}) {
    EXPECT_FALSE(may(5, 4 * dword)) << dword;
  }
  for (const std::uint32_t bar : {0U, 1U, 2U, 3U, 4U}) {
    EXPECT_FALSE(may(bar, 0x3794)) << bar;
  }
  EXPECT_FALSE(may(5, 0x0));
}

TEST(MappedTables, KnowNothingOfOtherVendors) {
  Gpu gpu;
  gpu.vendor_id = 0x1af4;
  gpu.device_id = 0x74a1;
  gpu.class_code = 0x030000;
  for (const Vendor& vendor : shipped_vendors()) {
    if (vendor.mapped != nullptr) {
      EXPECT_EQ(vendor.mapped(gpu).of, "");
    }
  }
}

TEST(MappedRegisterDecoded, TellsWhatWasReadFromWhatWasNot) {
  constexpr Attr kAttr{
      .in = In::mmio, .pattern = "{gpu}/0/00000010", .name = "REG", .source = "here"};
  constexpr std::array kFields{mapped::part("low", 0, 8), mapped::flag("top", 31)};
  const MappedSpec spec{.attr = &kAttr, .fields = kFields};
  const MappedRegister read = decode_mapped(spec, 0x10, std::string("\x2a\0\0\x80", 4));
  EXPECT_EQ(read.name, "REG");
  EXPECT_EQ(read.source, "here");
  EXPECT_EQ(read.offset, 0x10U);
  EXPECT_EQ(read.look, Look::value);
  EXPECT_EQ(read.raw, 0x8000002aU);
  EXPECT_EQ(read.fields[0].meaning, "42");
  EXPECT_EQ(read.fields[0].offset, 0x10U);
  EXPECT_EQ(read.fields[1].meaning, "yes");
  const MappedRegister silent = decode_mapped(spec, 0x10, "\xff\xff\xff\xff");
  EXPECT_EQ(silent.look, Look::unknown);
  EXPECT_EQ(silent.raw, 0U);
  EXPECT_EQ(silent.fields[0].look, Look::unknown);
  EXPECT_EQ(silent.fields[1].meaning, "");
  const MappedRegister none = decode_mapped(spec, 0x10, "");
  EXPECT_EQ(none.look, Look::not_read);
  EXPECT_EQ(none.fields[0].look, Look::not_read);
  // Ones in part of it are a value.
  EXPECT_EQ(decode_mapped(spec, 0x10, "\xff\xff\xff\x7f").fields[0].meaning, "255");
}

}  // namespace
}  // namespace vfmgr::test
