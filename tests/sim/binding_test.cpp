// SPDX-License-Identifier: Apache-2.0
// Overrides, bind, unbind, drivers_probe: Linux drivers/base/bus.c, dd.c; drivers/pci/pci-driver.c.
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

const Place bind_vfio = pci::named(pci::kBind, "vfio-pci");
const Place unbind_vfio = pci::named(pci::kUnbind, "vfio-pci");

/// A plain GPU with two VFs that nothing has probed.
class Binding : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
    ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  }
  Host host{{"plain"}};
  std::unique_ptr<Kernel> kernel = host.open();
  PciAddress vf = address("0000:03:00.1");
  Place override_ = pci::of(pci::kVfOverride, gpu(), VfIndex{0});
};

TEST_F(Binding, WithAutoprobeOffNothingTakesAVf) {
  EXPECT_EQ(driver_of(*kernel, vf), "");
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "simple"), "0000:03:00.1"), ENODEV);
  EXPECT_EQ(write(*kernel, bind_vfio, "0000:03:00.1"), ENODEV);
  EXPECT_EQ(write(*kernel, pci::kDriversProbe, "0000:03:00.1"), 0);
  EXPECT_EQ(driver_of(*kernel, vf), "");
}

TEST_F(Binding, AnOverrideOpensTheGateForItsDriverAlone) {
  EXPECT_EQ(read(*kernel, override_), "(null)\n");
  ASSERT_EQ(write(*kernel, override_, "vfio-pci"), 0);
  EXPECT_EQ(read(*kernel, override_), "vfio-pci\n");
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "simple"), "0000:03:00.1"), ENODEV);
  EXPECT_EQ(write(*kernel, bind_vfio, "0000:03:00.1\n"), 0);
  EXPECT_EQ(driver_of(*kernel, vf), "vfio-pci");
  EXPECT_EQ(write(*kernel, bind_vfio, "0000:03:00.1"), EBUSY);
  EXPECT_EQ(read(*kernel, {.in = In::dev, .path = "vfio/17"}), "");
  EXPECT_EQ(write(*kernel, unbind_vfio, "0000:03:00.1"), 0);
  EXPECT_EQ(write(*kernel, unbind_vfio, "0000:03:00.1"), ENODEV);
  EXPECT_EQ(read(*kernel, {.in = In::dev, .path = "vfio/17"}), "errno 2");
}

TEST_F(Binding, AnOverrideIsClearedByANewlineNotByNothing) {
  ASSERT_EQ(write(*kernel, override_, "vfio-pci\n"), 0);
  EXPECT_EQ(write(*kernel, override_, ""), 0);
  EXPECT_EQ(read(*kernel, override_), "vfio-pci\n");
  EXPECT_EQ(write(*kernel, override_, "\n"), 0);
  EXPECT_EQ(read(*kernel, override_), "(null)\n");
  EXPECT_EQ(write(*kernel, override_, std::string(4095, 'x')), EINVAL);
}

TEST_F(Binding, AnOverrideGoesWithItsVf) {
  ASSERT_EQ(write(*kernel, override_, "vfio-pci"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  EXPECT_EQ(read(*kernel, override_), "(null)\n");
}

TEST_F(Binding, AutoprobeTakesWhatTheKernelTakesForABoolean) {
  const Place autoprobe = pci::of(pci::kAutoprobe, gpu());
  EXPECT_EQ(write(*kernel, autoprobe, "yes"), 0);
  EXPECT_EQ(read(*kernel, autoprobe), "1\n");
  EXPECT_EQ(write(*kernel, autoprobe, "off"), 0);
  EXPECT_EQ(read(*kernel, autoprobe), "0\n");
  EXPECT_EQ(write(*kernel, autoprobe, "2"), EINVAL);
}

TEST_F(Binding, OfNamesThatDoNotExistIsRefused) {
  EXPECT_EQ(write(*kernel, bind_vfio, "0000:03:00.7"), ENODEV);
  EXPECT_EQ(write(*kernel, bind_vfio, "3:00.1"), ENODEV);
  EXPECT_EQ(write(*kernel, pci::kDriversProbe, "nonsense"), ENODEV);
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "no-such"), "0000:03:00.1"), ENOENT);
}

TEST_F(Binding, VfioRefusesAPfThatHasVfs) {
  ASSERT_EQ(write(*kernel, pci::of(pci::kPfOverride, gpu()), "vfio-pci"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "simple"), "0000:03:00.0"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");  // the driver took them along
  EXPECT_EQ(write(*kernel, bind_vfio, "0000:03:00.0"), 0);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "2"), ENOENT);
}

TEST(BindingElsewhere, WithoutAnIommuVfioRefuses) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  const Host host(
      {},
      replaced(sim::host_text(gpus).value(), "hidden:functions/0000:03:00.0/vf_groups = 17\n", ""));
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "1"), 0);
  ASSERT_EQ(write(*kernel, pci::of(pci::kVfOverride, gpu(), VfIndex{0}), "vfio-pci"), 0);
  EXPECT_EQ(write(*kernel, bind_vfio, "0000:03:00.1"), EINVAL);
  EXPECT_EQ(write(*kernel, pci::kDriversProbe, "0000:03:00.1"), 0);
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.1")), "");
}

TEST(BindingElsewhere, KernelFiveTenHasOneErrnoForEverything) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  const Host host({}, replaced(sim::host_text(gpus).value(), "kernel = 7.2", "kernel = 5.10"));
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "simple"), "0000:03:00.0"), ENODEV);
}

TEST(BindingElsewhere, AModuleBringsItsDriversAndTakesThemAway) {
  const Host host({"plain"});
  const auto kernel = host.open();
  const std::string before = host.dump();
  const Place module = pci::named(pci::kModule, "simple");
  EXPECT_EQ(read(*kernel, module), "loaded");
  ASSERT_EQ(write(*kernel, module, "unload"), 0);
  EXPECT_EQ(read(*kernel, module), "errno 2");
  EXPECT_EQ(driver_of(*kernel, gpu()), "");
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "simple"), "0000:03:00.0"), ENOENT);
  ASSERT_EQ(write(*kernel, module, "load debug=1"), 0);
  EXPECT_EQ(read(*kernel, module), "loaded debug=1");
  EXPECT_EQ(driver_of(*kernel, gpu()), "simple");
  ASSERT_EQ(write(*kernel, module, "unload"), 0);
  ASSERT_EQ(write(*kernel, module, "load"), 0);
  EXPECT_EQ(host.dump(), before);
  EXPECT_EQ(write(*kernel, pci::named(pci::kModule, "no-such"), "load"), ENOENT);
  EXPECT_EQ(write(*kernel, pci::named(pci::kModule, "pci-pf-stub"), "load"), 0);
  EXPECT_EQ(read(*kernel, pci::named(pci::kModule, "pci_pf_stub")), "loaded");
}

TEST(BindingElsewhere, NewIdTakesWhateverMatches) {
  const Host host({"plain"});
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "1"), 0);
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "simple"), "0000:03:00.0"), 0);
  const Place new_id{.in = In::sys, .path = "bus/pci/drivers/vfio-pci/new_id"};
  EXPECT_EQ(write(*kernel, new_id, "1234"), EINVAL);
  EXPECT_EQ(write(*kernel, new_id, "1234 0d00"), 0);
  EXPECT_EQ(driver_of(*kernel, gpu()), "vfio-pci");
  EXPECT_EQ(write(*kernel, new_id, "1234 0d00"), EEXIST);
  const Place remove_id{.in = In::sys, .path = "bus/pci/drivers/vfio-pci/remove_id"};
  EXPECT_EQ(write(*kernel, remove_id, "1234 0d00"), 0);
  EXPECT_EQ(write(*kernel, remove_id, "1234 0d00"), ENODEV);
}

TEST(BindingElsewhere, AReadOnlyAttributeIsRefusedAndADirectoryIsNone) {
  const Host host({"plain"});
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, pci::of(pci::kVendor, gpu()), "0x1"), EACCES);
  EXPECT_EQ(write(*kernel, pci::of(pci::kFunctionDir, gpu()), "1"), EISDIR);
  EXPECT_EQ(read(*kernel, pci::named(pci::kBind, "simple")), "errno 13");
  EXPECT_EQ(read(*kernel, pci::of(pci::kSubordinateBus, gpu())), "3\n");
  EXPECT_EQ(kernel->link(pci::of(pci::kVendor, gpu())).error().os_error, EINVAL);
  EXPECT_EQ(kernel->list(pci::of(pci::kVendor, gpu())).error().os_error, ENOTDIR);
}

TEST(BindingElsewhere, APlaceThatNobodyNamesIsNeverOpened) {
  const Host host({"plain"});
  const auto kernel = host.open();
  const auto seen = kernel->read({.in = In::etc, .path = "shadow"});
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().kind, ErrorKind::not_permitted);
}

}  // namespace
}  // namespace vfmgr::test
