// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/decode.hpp"

#include "vfmgr/registers.hpp"

#include "config_space/support/space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace vfmgr::test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A PF as Intel's GPUs are: PCI Express, MSI-X, then SR-IOV behind ARI.
Space gpu() {
  Space space;
  space.put(0x00, 0x56c08086, 4).put(0x08, 0x03800008, 4).classic_list(0x40);
  space.classic(0x40, 0x10, 0x80).put(0x42, 0x0002, 2);
  space.classic(0x80, 0x11, 0).put(0x82, 0x8003, 2);
  space.extended(0x100, 0x0e, 0x320).extended(0x320, 0x10, 0);
  return space;
}

TEST(Decoding, GoesThroughBothListsInTheirOrder) {
  const ConfigSpace space = config_space::decode(gpu().bytes());
  EXPECT_EQ(space.bytes, 4096U);
  EXPECT_THAT(space.findings, IsEmpty());
  EXPECT_THAT(space.capabilities,
              ElementsAre(Field(&Capability::name, "PCI Express"),
                          Field(&Capability::name, "MSI-X"),
                          Field(&Capability::name, "Alternative Routing-ID Interpretation"),
                          Field(&Capability::name, "Single Root I/O Virtualization")));
  EXPECT_FALSE(space.capabilities[0].version);
  EXPECT_EQ(space.capabilities[3].version, 1U);
  EXPECT_EQ(space.capabilities[3].offset, 0x320U);
}

TEST(Decoding, NamesWhatItDoesNotDecode) {
  const std::string config =
      Space().classic_list(0x40).classic(0x40, 0x01, 0x50).classic(0x50, 0x7a, 0).bytes();
  const ConfigSpace space = config_space::decode(config);
  ASSERT_THAT(space.capabilities, SizeIs(2));
  EXPECT_EQ(space.capabilities[0].name, "Power Management");
  EXPECT_FALSE(space.capabilities[0].decoded);
  EXPECT_THAT(space.capabilities[0].fields, IsEmpty());
  EXPECT_EQ(space.capabilities[1].name, "");  // an id that nobody has
  EXPECT_EQ(space.capabilities[1].id, 0x7a);
}

TEST(Decoding, SaysThatAnybodyIsGivenTheHeaderAlone) {
  const ConfigSpace space = config_space::decode(gpu().bytes().substr(0, 64));
  EXPECT_THAT(space.capabilities, IsEmpty());
  ASSERT_THAT(space.findings, SizeIs(1));
  EXPECT_THAT(space.findings[0].what, HasSubstr("64 bytes"));
  EXPECT_THAT(space.findings[0].help, HasSubstr("root"));
}

TEST(Decoding, SaysThatExtendedSpaceIsNotReached) {
  const ConfigSpace space = config_space::decode(gpu().bytes().substr(0, 256));
  EXPECT_THAT(space.capabilities, SizeIs(2));
  ASSERT_THAT(space.findings, SizeIs(1));
  EXPECT_THAT(space.findings[0].what, HasSubstr("SR-IOV"));
  // Conventional PCI has no more than that.
  EXPECT_THAT(config_space::decode(Space(256).bytes()).findings, IsEmpty());
}

TEST(Decoding, OfAFunctionThatDoesNotAnswerKnowsNothing) {
  const ConfigSpace space = config_space::decode(std::string(4096, '\xff'));
  EXPECT_THAT(space.capabilities, IsEmpty());
  ASSERT_THAT(space.findings, SizeIs(1));
  EXPECT_THAT(space.findings[0].what, HasSubstr("does not answer"));
  for (const RegisterField& field : space.header) {
    EXPECT_EQ(field.look, Look::unknown) << field.name;
    EXPECT_EQ(field.meaning, "") << field.name;
  }
}

TEST(Decoding, OfAVfDoesNotTakeOnesForItsIds) {
  const std::string config = Space(256).put(0x00, 0xffffffff, 4).bytes();
  EXPECT_EQ(header_meaning(config, "vendor_id"), "unknown");
  EXPECT_EQ(header_meaning(config, "class"), "0x000000");
}

TEST(Decoding, NeverTakesWhatWasNotReadForZero) {
  const std::string whole = gpu().bytes();
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    const ConfigSpace space = config_space::decode(whole.substr(0, bytes));
    const auto expect = [bytes](const RegisterField& field) {
      const bool there = field.offset + field.bytes <= bytes;
      EXPECT_EQ(field.look == Look::not_read, !there) << field.name << " of " << bytes;
    };
    for (const RegisterField& field : space.header) {
      expect(field);
    }
    for (const Capability& capability : space.capabilities) {
      for (const RegisterField& field : capability.fields) {
        expect(field);
      }
    }
  }
}

TEST(Decoding, SaysWhereAListBreaksOff) {
  const ConfigSpace space = config_space::decode(Space().extended(0x100, 0x0e, 0x100).bytes());
  ASSERT_THAT(space.findings, SizeIs(1));
  EXPECT_THAT(space.findings[0].what, HasSubstr("breaks off at 0x100"));
}

TEST(Decoding, EndsWithConfigurationSpace) {
  EXPECT_EQ(config_space::decode(std::string(100000, '\0')).bytes, 4096U);
}

}  // namespace
}  // namespace vfmgr::test
