// SPDX-License-Identifier: Apache-2.0
#include "engine/predict.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include <gtest/gtest.h>

namespace vfmgr::test::of_predict {
namespace {

TEST(Predict, TakesWhatIsWaitedForAsThere) {
  const Place file{.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/late"};
  const State after = predict({}, {Await{.what = "late", .at = file, .expect = text_value("0")}});
  EXPECT_EQ(after, (State{{file, text_value("0")}}));
}

}  // namespace
}  // namespace vfmgr::test::of_predict
