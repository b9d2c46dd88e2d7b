// SPDX-License-Identifier: Apache-2.0
// How many VFs an i915 with SR-IOV offers, and when they can't go.
#include "vfmgr/place.hpp"

#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/i915.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

/// What its module is loaded with from now on.
void reload(I915Host& host, const std::string& arguments) {
  ASSERT_EQ(write(host.kernel(), pci::named(pci::kModule, "i915"), "unload"), 0);
  ASSERT_EQ(write(host.kernel(), pci::named(pci::kModule, "i915"), "load " + arguments), 0);
}

std::string total(I915Host& host) {
  return read(host.kernel(), pci::of(pci::kTotalVfs, gpu()));
}

std::string parameter(I915Host& host, const std::string& name) {
  return read(host.kernel(), {.in = In::sys, .path = "module/i915/parameters/" + name});
}

TEST(I915Limit, IsTheHardwaresWhereTheParameterIsHighEnough) {
  I915Host flex("intel-flex170");
  EXPECT_EQ(total(flex), "31\n");
  EXPECT_EQ(parameter(flex, "max_vfs"), "31\n");
  EXPECT_EQ(parameter(flex, "enable_guc"), "-1\n");
  I915Host adl("intel-adl-i915");
  EXPECT_EQ(parameter(adl, "max_vfs"), "7\n");
  EXPECT_EQ(parameter(adl, "enable_guc"), "3\n");
}

TEST(I915Limit, IsWhatTheParameterSays) {
  I915Host flex("intel-flex170");
  reload(flex, "max_vfs=5");
  EXPECT_EQ(total(flex), "5\n");
  EXPECT_EQ(parameter(flex, "max_vfs"), "5\n");
  EXPECT_EQ(flex.get("vf5/id"), "5");
  EXPECT_EQ(flex.get("vf6/id"), "errno 2");
  EXPECT_EQ(flex.enable(6), ERANGE);
  EXPECT_EQ(flex.enable(5), 0);
}

TEST(I915Limit, OfZeroLeavesTheCardNative) {
  I915Host flex("intel-flex170");
  reload(flex, "max_vfs=0");
  EXPECT_EQ(total(flex), "0\n");
  EXPECT_EQ(flex.get("mode"), "non virtualized");
  EXPECT_EQ(flex.tree(), std::vector<std::string>{"mode"});
  EXPECT_EQ(flex.enable(1), ERANGE);
}

TEST(I915Limit, IsZeroWithoutGucSubmission) {
  I915Host adl("intel-adl-i915");
  reload(adl, "enable_guc=0");
  EXPECT_EQ(total(adl), "0\n");
  EXPECT_EQ(parameter(adl, "enable_guc"), "0\n");
}

TEST(I915Limit, IsLiftedByTheDeprecatedBitOfTheGucParameter) {
  I915Host adl("intel-adl-i915");
  reload(adl, "max_vfs=0 enable_guc=7");
  EXPECT_EQ(total(adl), "7\n");
}

TEST(I915Limit, IsZeroWhileTheFabricIsOn) {
  I915Host max("intel-max1100");
  EXPECT_EQ(total(max), "63\n");
  reload(max, "enable_iaf=1");
  EXPECT_EQ(total(max), "0\n");
  I915Host flex("intel-flex170");
  reload(flex, "enable_iaf=1");
  EXPECT_EQ(total(flex), "31\n");  // it has none
}

TEST(I915Limit, IsZeroWithoutWindowsForTheVfs) {
  I915Host flex("intel-flex170");
  ASSERT_TRUE(sim::poke(flex.host().file(), in_function(gpu(), "resource"), "\n").has_value());
  reload(flex, "");
  EXPECT_EQ(total(flex), "0\n");
}

TEST(I915Limit, IsTheHardwaresAgainOnceTheDriverIsGone) {
  I915Host flex("intel-flex170");
  reload(flex, "max_vfs=5");
  ASSERT_EQ(write(flex.kernel(), pci::named(pci::kUnbind, "i915"), "0000:03:00.0"), 0);
  EXPECT_EQ(total(flex), "31\n");
}

TEST(I915Disable, IsRefusedWhileAVfHasTheFlagOfLegacyAssignment) {
  I915Host adl("intel-adl-i915");
  ASSERT_EQ(adl.enable(3), 0);
  ASSERT_TRUE(sim::fold(adl.host().file()).has_value());
  adl.host().set_text(replaced(
      adl.host().text(), "\nlog\n", "\nhidden:functions/0000:03:00.2/assigned = 1\nlog\n"));
  EXPECT_EQ(adl.enable(0), EPERM);
  EXPECT_EQ(vf_count(adl.kernel(), gpu()), "3");
  EXPECT_NE(adl.get("vf3/gt0/ggtt_quota"), "0");
}

TEST(I915Disable, WaitsForAVmThatHasAVfThroughVfio) {
  I915Host adl("intel-adl-i915");
  ASSERT_EQ(write(adl.kernel(), pci::kAutoprobe, "0"), 0);
  ASSERT_EQ(adl.enable(2), 0);
  ASSERT_EQ(
      write(adl.kernel(), in_function(address("0000:03:00.1"), "driver_override"), "vfio-pci"), 0);
  ASSERT_EQ(write(adl.kernel(), pci::named(pci::kBind, "vfio-pci"), "0000:03:00.1"), 0);
  ASSERT_TRUE(sim::hold_vf(adl.host().file(), "0000:03:00.1", 4711, "web").has_value());
  EXPECT_EQ(adl.enable(0), EINPROGRESS);
  ASSERT_TRUE(sim::release_vf(adl.host().file(), "0000:03:00.1").has_value());
  EXPECT_EQ(vf_count(adl.kernel(), gpu()), "0");
  EXPECT_EQ(adl.get("vf1/gt0/ggtt_quota"), "0");
}

}  // namespace
}  // namespace vfmgr::test
