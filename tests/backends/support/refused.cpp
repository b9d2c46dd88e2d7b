// SPDX-License-Identifier: Apache-2.0
#include "backends/support/refused.hpp"

#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test {

Error refused(Lab& lab, const std::string& toml) {
  static_cast<void>(lab.writes());
  const auto plan = lab.plan(toml);
  const auto report = lab.apply(toml);
  EXPECT_FALSE(plan);
  EXPECT_FALSE(report);
  EXPECT_THAT(lab.writes(), ::testing::IsEmpty());
  if (plan || report) {
    return {};
  }
  EXPECT_EQ(report.error(), plan.error());
  return plan.error();
}

}  // namespace vfmgr::test
