// SPDX-License-Identifier: Apache-2.0
// VFs as AMD's GIM makes them when it is loaded: gim_shim/gim_drv.c, gim_config.c and
// libgv/core/amdgv_device.c of amd/MxGPU-Virtualization 8.0.0.K.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "pci/attrs.hpp"
#include "sim/support/gim.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kTwo{"amd-v710-gim", "amd-v710-gim"};
const std::vector<std::string> kThree{"amd-v710-gim", "amd-v710-gim", "amd-v710-gim"};

std::string parameter(const GimHost& gim, const std::string& name) {
  return gim.read({.in = In::sys, .path = "module/gim/parameters/" + name});
}

TEST(GimLoad, MakesOneVfWhereNothingIsSaid) {
  const GimHost gim(kTwo);
  EXPECT_EQ(gim.counts(), "1 1");
  EXPECT_EQ(parameter(gim, "vf_num"), "");  // params.c:param_array_get of no elements
  EXPECT_EQ(parameter(gim, "enabled_devices"), "(null)\n");
  EXPECT_EQ(parameter(gim, "bp_mode"), "0\n");
}

TEST(GimLoad, TakesTheLastNumberForAllThatFollow) {
  GimHost gim(kThree);
  ASSERT_EQ(gim.reload("vf_num=4,2"), 0);
  EXPECT_EQ(gim.counts(), "4 2 2");
  EXPECT_EQ(parameter(gim, "vf_num"), "4,2\n");
  ASSERT_EQ(gim.reload("vf_num=4 vf_num=0x3"), 0);
  EXPECT_EQ(gim.counts(), "3 3 3");
}

TEST(GimLoad, MakesOneVfForWhatIsOutOfRangeAndShowsWhatWasGiven) {
  GimHost gim(kTwo);
  ASSERT_EQ(gim.reload("vf_num=0,32"), 0);
  EXPECT_EQ(gim.counts(), "1 1");
  EXPECT_EQ(parameter(gim, "vf_num"), "0,32\n");
}

TEST(GimLoad, FailsAtWhatIsNoNumber) {
  GimHost gim(kTwo);
  EXPECT_EQ(gim.reload("vf_num=four"), EINVAL);
  EXPECT_EQ(gim.reload("vf_num=4,"), EINVAL);
  EXPECT_EQ(gim.reload("vf_num"), EINVAL);
  EXPECT_EQ(gim.reload("vf_num=99999999999"), ERANGE);
  EXPECT_EQ(gim.counts(), "0 0");
  EXPECT_EQ(driver_of(gim.kernel(), GimHost::gpu(0)), "");
  EXPECT_EQ(gim.reload("vf_nums=2"), 0);  // the kernel warns of a name that it does not know
  EXPECT_EQ(gim.counts(), "1 1");
}

TEST(GimLoad, LeavesAGpuBoundWithoutVfsWhoseHardwareHasTooFew) {
  GimHost gim(kTwo, {{"total_vfs", "4"}});
  ASSERT_EQ(gim.reload("vf_num=8"), 0);
  EXPECT_EQ(gim.counts(), "0 8");
  EXPECT_EQ(driver_of(gim.kernel(), GimHost::gpu(0)), "gim");
  EXPECT_EQ(gim.show(0, "self_switch"), "errno 2");
  EXPECT_EQ(gim.show(1, "self_switch"), "0\n");
  // Its failure empties the file, and nothing of V710 writes it again.
  EXPECT_EQ(gim.file(), "");
  EXPECT_THAT(gim.read({.in = In::sys, .path = "bus/pci/drivers/gim/self_switch"}),
              Not(HasSubstr("0000:03:00.0")));
}

TEST(GimLoad, CountsGpusByIdsFirst) {
  GimHost gim({"amd-mi325x", "amd-mi300x", "amd-mi300x"});
  // Ids of a host file stand in the driver's order: 74a5 was there first.
  ASSERT_EQ(gim.reload("vf_num=1,4,8"), 0);
  EXPECT_EQ(gim.counts(), "1 4 8");
  GimHost other({"amd-mi300x", "amd-mi325x", "amd-mi300x"});
  ASSERT_EQ(other.reload("vf_num=4,8,1"), 0);
  EXPECT_EQ(other.counts(), "4 1 8");
}

TEST(GimLoad, LeavesOutWhatIsNotEnabledAndDoesNotCountIt) {
  GimHost gim(kThree);
  ASSERT_EQ(gim.reload("vf_num=2,3 enabled_devices=0000:04:00.0;0000:05:00.0"), 0);
  EXPECT_EQ(gim.counts(), "0 2 3");
  EXPECT_EQ(driver_of(gim.kernel(), GimHost::gpu(0)), "gim");
  EXPECT_EQ(gim.show(0, "reset_gpu"), "errno 2");
}

TEST(GimLoad, MakesNoVfsThroughTheirNumber) {
  GimHost gim({"amd-v710-gim"});
  EXPECT_EQ(gim.write(pci::of(pci::kNumVfs, gpu()), "4"), ENOENT);
  EXPECT_EQ(gim.write(pci::of(pci::kNumVfs, gpu()), "0"), ENOENT);
  EXPECT_EQ(gim.write(pci::of(pci::kNumVfs, gpu()), "1"), 0);  // it is
}

TEST(GimLoad, ReachesTheFirstGpuAloneWhereHalfOfItHappens) {
  GimHost gim(kThree);
  ASSERT_EQ(gim.unload(), 0);
  EXPECT_EQ(gim.counts(), "0 0 0");
  ASSERT_TRUE(
      sim::arm_fault(gim.host().file(),
                     {.place = pci::named(pci::kModule, "gim"), .os_error = EIO, .half = true})
          .has_value());
  EXPECT_EQ(gim.write(pci::named(pci::kModule, "gim"), "load vf_num=2"), EIO);
  EXPECT_EQ(gim.counts(), "2 0 0");
  EXPECT_EQ(driver_of(gim.kernel(), GimHost::gpu(1)), "");
}

TEST(GimLoad, NumbersAGpuThatIsBoundLaterAnewAndBringsItUpByItself) {
  GimHost gim(kTwo);
  ASSERT_EQ(gim.reload("vf_num=4,3,2"), 0);
  EXPECT_EQ(gim.counts(), "4 3");
  ASSERT_EQ(gim.write(pci::named(pci::kUnbind, "gim"), "0000:03:00.0"), 0);
  EXPECT_EQ(gim.counts(), "0 3");
  EXPECT_EQ(gim.show(0, "self_switch"), "errno 2");
  ASSERT_EQ(gim.write(pci::named(pci::kBind, "gim"), "0000:03:00.0"), 0);
  EXPECT_EQ(gim.counts(), "0 3");  // gim_probe leaves it to a thread
  gim.wait(Milliseconds(1000));
  EXPECT_EQ(gim.counts(), "2 3");
}

TEST(GimLoad, KeepsItsNodesWhileItIsLoadedAndIsKeptByWhoHasOneOpen) {
  GimHost gim({"amd-v710-gim"});
  EXPECT_EQ(gim.read({.in = In::dev, .path = "gim-smi0"}), "");
  ASSERT_TRUE(sim::hold_vf(gim.host().file(), "0000:03:00.0", 99, "").has_value());
  EXPECT_EQ(gim.unload(), EBUSY);
  ASSERT_TRUE(sim::release_vf(gim.host().file(), "0000:03:00.0").has_value());
  EXPECT_EQ(gim.unload(), 0);
  EXPECT_EQ(gim.read({.in = In::dev, .path = "gim-smi0"}), "errno 2");
  EXPECT_EQ(gim.counts(), "0");
}

TEST(GimUnload, WaitsForAVmAndTouchesNothingMeanwhile) {
  GimHost gim({"amd-v710-gim"});
  ASSERT_EQ(gim.reload("vf_num=2"), 0);
  gim.hold(1);
  const std::string before = gim.host().dump();
  EXPECT_EQ(gim.unload(), EINPROGRESS);
  EXPECT_EQ(gim.host().dump(), before);
  EXPECT_EQ(gim.read(pci::of(pci::kNumVfs, gpu())), "2\n");  // it has no lock of the PF
  gim.release(1);
  EXPECT_EQ(gim.counts(), "0");
  EXPECT_EQ(driver_of(gim.kernel(), gpu()), "");
}

TEST(GimUnload, WaitsForAHostDriverAndNotForVfioAlone) {
  GimHost gim({"amd-v710-gim", "plain"});
  const PciAddress vf = address("0000:03:02.0");
  ASSERT_EQ(gim.write(in_function(vf, "driver_override"), "simple"), 0);
  ASSERT_EQ(gim.write(pci::named(pci::kBind, "simple"), "0000:03:02.0"), 0);
  EXPECT_EQ(gim.unload(), EINPROGRESS);
  EXPECT_EQ(gim.counts(), "1 0");
  ASSERT_EQ(gim.write(pci::named(pci::kUnbind, "simple"), "0000:03:02.0"), 0);
  EXPECT_EQ(gim.counts(), "0 0");
  ASSERT_EQ(gim.write(pci::named(pci::kModule, "gim"), "load"), 0);
  ASSERT_EQ(gim.write(in_function(vf, "driver_override"), "vfio-pci"), 0);
  ASSERT_EQ(gim.write(pci::named(pci::kBind, "vfio-pci"), "0000:03:02.0"), 0);
  EXPECT_EQ(gim.unload(), 0);
  EXPECT_EQ(gim.counts(), "0 0");
}

}  // namespace
}  // namespace vfmgr::test
