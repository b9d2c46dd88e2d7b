// SPDX-License-Identifier: Apache-2.0
// Writing sriov_numvfs: Linux drivers/pci/iov.c:sriov_numvfs_store and sriov_enable.
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
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

TEST(Count, MakesVfsWithAllTheirLinksAndTakesThemAwayAgain) {
  const Host host({"plain"});
  const auto kernel = host.open();
  const std::string before = host.dump();

  EXPECT_EQ(write(*kernel, pci::kNumVfs, "3"), 0);

  EXPECT_EQ(vf_count(*kernel, gpu()), "3");
  EXPECT_EQ(read(*kernel, pci::of(pci::kNumVfs, gpu())), "3\n");
  EXPECT_EQ(kernel->link(pci::of(pci::kVf, gpu(), VfIndex{2})).value(), "../0000:03:00.3");
  EXPECT_EQ(kernel->link(in_function(address("0000:03:00.3"), "physfn")).value(),
            "../0000:03:00.0");
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.3")), "simple");
  EXPECT_EQ(observe(*kernel, pci::of(pci::kVfIommuGroup, gpu(), VfIndex{1})).text(), "18");
  EXPECT_NE(host.dump(), before);

  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0\n"), 0);
  EXPECT_EQ(host.dump(), before);
}

TEST(Count, RefusesInTheKernelsOrder) {
  const Host host({"plain"});
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "abc"), EINVAL);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, " 2"), EINVAL);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "-1"), EINVAL);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, ""), 0);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "70000"), EINVAL);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "9"), ERANGE);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0x2\n"), 0);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "02"), 0);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "4"), EBUSY);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "99"), ERANGE);
  EXPECT_EQ(vf_count(*kernel, gpu()), "2");
}

TEST(Count, OfAnUnboundPfIsRefusedUnlessItAlreadyIs) {
  const Host host({"plain"});
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "simple"), "0000:03:00.0"), 0);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "2"), ENOENT);
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "99"), ERANGE);
}

TEST(Count, KernelFiveTenNamesAHugeNumberDifferently) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  const Host host({}, replaced(sim::host_text(gpus).value(), "kernel = 7.2", "kernel = 5.10"));
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "70000"), ERANGE);
}

TEST(Count, NeedsWindowsForTheBarsOfItsVfs) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  const Host host({},
                  replaced(sim::host_text(gpus).value(),
                           "0x0000002000000000 0x0000002007ffffff 0x000000000014220c",
                           "0x0000000000000000 0x0000000000000000 0x0000000000000000"));
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "1"), ENOMEM);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
}

TEST(Count, NeedsBusNumbersBelowItsBridge) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  std::string text = sim::host_text(gpus).value();
  text = replaced(text, "0000:03:00.0/vf_offset = 1", "0000:03:00.0/vf_offset = 253");
  const Host host({}, text);
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "4"), ENOMEM);  // VF 3 would be on bus 4
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "3"), 0);
}

TEST(Count, OfAPfOnTheStubWorksAndVfsOutliveItsUnbinding) {
  const Host host({"nvidia-l40s"});
  const auto kernel = host.open();
  EXPECT_EQ(driver_of(*kernel, gpu()), "pci-pf-stub");
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "32"), 0);
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.4")), "");
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "pci-pf-stub"), "0000:03:00.0\n"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "32");
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0"), ENOENT);
}

TEST(Count, IsNoBusinessOfNvidiasDriver) {
  const Host host({"nvidia-l40s-vgpu"});
  const auto kernel = host.open();
  EXPECT_EQ(driver_of(*kernel, gpu()), "nvidia");
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "4"), ENOENT);
}

TEST(Count, GivesEachVfItsSliceOfTheWindow) {
  const Host host({"plain"});
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  EXPECT_THAT(read(*kernel, in_function(address("0000:03:00.2"), "resource")),
              HasSubstr("0x0000002001000000 0x0000002001ffffff 0x000000000014220c"));
}

}  // namespace
}  // namespace vfmgr::test
