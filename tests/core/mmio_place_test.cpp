// SPDX-License-Identifier: Apache-2.0
#include "core/mmio_place.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test {
namespace {

bool is_one(const std::string& path, In in = In::mmio) {
  return parse_mmio({.in = in, .path = path}).has_value();
}

TEST(MmioPlace, IsAddressBarAndOffset) {
  const auto where = parse_mmio({.in = In::mmio, .path = "0000:03:00.0/5/00003794"});
  ASSERT_TRUE(where.has_value());
  EXPECT_EQ(to_string(where->gpu), "0000:03:00.0");
  EXPECT_EQ(where->bar, 5U);
  EXPECT_EQ(where->offset, 0x3794U);
  EXPECT_EQ(parse_mmio({.in = In::mmio, .path = "0000:03:00.0/0/fffffffc"})->offset, 0xfffffffcU);
}

TEST(MmioPlace, HasOneSpelling) {
  EXPECT_TRUE(is_one("0000:03:00.0/5/0000540c"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/0000540C"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/540c"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/000000540c"));
  EXPECT_FALSE(is_one("0000:03:00.0/05/0000540c"));
  EXPECT_FALSE(is_one("03:00.0/5/0000540c"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/0x00540c"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/0000540c", In::config));
}

TEST(MmioPlace, IsAWholeDwordInOneOfSixBars) {
  for (const char* offset : {"00000001", "00000002", "00000003", "0000540e"}) {
    EXPECT_FALSE(is_one(std::string("0000:03:00.0/0/") + offset)) << offset;
  }
  EXPECT_FALSE(is_one("0000:03:00.0/6/00000000"));
  EXPECT_FALSE(is_one("0000:03:00.0/5"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/00000000/"));
  EXPECT_FALSE(is_one("0000:03:00.0/5/00000000/0"));
  EXPECT_FALSE(is_one(""));
}

}  // namespace
}  // namespace vfmgr::test
