// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/registers.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

TEST(Registers, AreOfTheGpuThatIsNamed) {
  const Lab lab({"intel-b60", "plain"});
  const auto seen = lab.open().registers("Arc Pro B60");
  ASSERT_TRUE(seen.has_value()) << to_string(seen.error());
  EXPECT_TRUE(seen->simulated);
  EXPECT_EQ(to_string(seen->gpu.address), "0000:03:00.0");
  EXPECT_EQ(seen->gpu.device_id, 0xe211);
  EXPECT_EQ(seen->configuration.bytes, 4096U);
  EXPECT_EQ(seen->configuration.capabilities.back().name, "VF Resizable BAR");
}

TEST(Registers, OfWhatIsNotThereAreNone) {
  const Lab lab({"plain"});
  const auto none = lab.open().registers("0000:09:00.0");
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().kind, ErrorKind::no_match);
  // A bridge is no GPU, but may be looked at where all classes are; this one's bytes nobody has.
  const auto bridge = lab.open().registers("0000:00:01.0", true);
  ASSERT_FALSE(bridge.has_value());
  EXPECT_EQ(bridge.error().kind, ErrorKind::unreadable);
  EXPECT_THAT(bridge.error().why, HasSubstr("no configuration space"));
}

}  // namespace
}  // namespace vfmgr::test
