// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/walk.hpp"

#include "config_space/support/space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

using config_space::classic_list;
using config_space::End;
using config_space::extended_list;
using config_space::List;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint16_t> places(const List& list) {
  std::vector<std::uint16_t> all;
  all.reserve(list.entries.size());
  for (const config_space::Entry& entry : list.entries) {
    all.push_back(entry.at);
  }
  return all;
}

TEST(ListOfCapabilities, IsFollowedFromThePointerInTheHeader) {
  const std::string config =
      Space().classic_list(0x40).classic(0x40, 0x10, 0x80).classic(0x80, 0x11, 0).bytes();
  const List list = classic_list(config);
  EXPECT_THAT(places(list), ElementsAre(0x40, 0x80));
  EXPECT_EQ(list.end, End::whole);
  EXPECT_EQ(find(list, 0x11), 0x80U);
  EXPECT_FALSE(find(list, 0x05));
}

TEST(ListOfCapabilities, IsEmptyWhereTheStatusRegisterSaysSo) {
  const std::string config =
      Space().classic_list(0x40).classic(0x40, 0x10, 0).put(0x06, 0, 2).bytes();
  EXPECT_THAT(classic_list(config).entries, IsEmpty());
  EXPECT_EQ(classic_list(config).end, End::whole);
}

TEST(ListOfCapabilities, EndsWhereItComesBack) {
  const std::string config =
      Space().classic_list(0x40).classic(0x40, 0x01, 0x50).classic(0x50, 0x05, 0x40).bytes();
  const List list = classic_list(config);
  EXPECT_THAT(places(list), ElementsAre(0x40, 0x50));
  EXPECT_EQ(list.end, End::broken);
  EXPECT_EQ(list.at, 0x40U);
}

TEST(ListOfCapabilities, EndsWhereItLeadsIntoTheHeaderOrReadsOnes) {
  EXPECT_EQ(classic_list(Space().classic_list(0x3c).bytes()).end, End::broken);
  EXPECT_EQ(classic_list(Space().classic_list(0x40).put(0x40, 0xffff, 2).bytes()).end, End::broken);
}

TEST(ListOfCapabilities, IsNotReadBeyondTheBytesThereAre) {
  const std::string config =
      Space().classic_list(0x40).classic(0x40, 0x01, 0x50).classic(0x50, 0x05, 0).bytes();
  for (const std::size_t bytes : {0U, 6U, 0x34U, 64U, 65U}) {
    const List list = classic_list(config.substr(0, bytes));
    EXPECT_THAT(list.entries, IsEmpty()) << bytes;
    EXPECT_EQ(list.end, End::not_read) << bytes;
  }
  EXPECT_THAT(places(classic_list(config.substr(0, 0x51))), ElementsAre(0x40));
  EXPECT_EQ(classic_list(config.substr(0, 0x51)).end, End::not_read);
  EXPECT_EQ(classic_list(config.substr(0, 0x52)).end, End::whole);
}

TEST(ListOfExtendedCapabilities, TellsIdsAndVersions) {
  const std::string config =
      Space().extended(0x100, 0x0e, 0x160, 2).extended(0x160, 0x10, 0).bytes();
  const List list = extended_list(config);
  EXPECT_THAT(places(list), ElementsAre(0x100, 0x160));
  EXPECT_EQ(list.entries[0].version, 2);
  EXPECT_EQ(list.end, End::whole);
}

TEST(ListOfExtendedCapabilities, IsEmptyWhereThereIsNone) {
  EXPECT_THAT(extended_list(Space().bytes()).entries, IsEmpty());
  EXPECT_EQ(extended_list(Space().bytes()).end, End::whole);
  EXPECT_EQ(extended_list(Space(256).bytes()).end, End::whole);
  EXPECT_EQ(extended_list(std::string(4096, '\xff')).end, End::broken);
}

TEST(ListOfCapabilities, OfACardbusBridgeBeginsElsewhere) {
  const std::string config =
      Space().classic_list(0).put(0x0e, 2, 1).put(0x14, 0xa0, 1).classic(0xa0, 0x01, 0).bytes();
  EXPECT_THAT(places(classic_list(config)), ElementsAre(0xa0));
}

TEST(ListOfExtendedCapabilities, IsEmptyWhereItIsTheHeaderAgain) {
  // Seen on a host bridge of AMD's RS690.
  Space space;
  space.put(0x000, 0x79111002, 4).put(0x100, 0x79111002, 4);
  EXPECT_THAT(extended_list(space.bytes()).entries, IsEmpty());
  EXPECT_EQ(extended_list(space.bytes()).end, End::whole);
}

TEST(ListOfExtendedCapabilities, IsNotFollowedWithoutEnd) {
  // One that leads to itself, one into the first 256 bytes, one in a circle of two.
  EXPECT_EQ(extended_list(Space().extended(0x100, 0x0e, 0x100).bytes()).end, End::broken);
  EXPECT_EQ(extended_list(Space().extended(0x100, 0x0e, 0x40).bytes()).end, End::broken);
  const List circle =
      extended_list(Space().extended(0x100, 0x0e, 0x200).extended(0x200, 0x10, 0x100).bytes());
  EXPECT_THAT(places(circle), ElementsAre(0x100, 0x200));
  EXPECT_EQ(circle.end, End::broken);
}

TEST(ListOfExtendedCapabilities, HasNoMoreEntriesThanThereIsRoomFor) {
  Space space;
  for (std::size_t at = 0x100; at < 0x1000; at += 4) {
    space.extended(at, 0x0b, at + 4 < 0x1000 ? at + 4 : 0x100);
  }
  const List list = extended_list(space.bytes());
  EXPECT_EQ(list.entries.size(), (0x1000U - 0x100U) / 4);
  EXPECT_EQ(list.end, End::broken);
}

}  // namespace
}  // namespace vfmgr::test
