// SPDX-License-Identifier: Apache-2.0
#include "sim/from_dump.hpp"

#include "core/attr.hpp"
#include "core/lspci_dump.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/config_space.hpp"
#include "sim/host_file.hpp"
#include "sim/models.hpp"
#include "sim/support/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DumpedFunction function(std::string_view at, std::uint32_t ids, std::uint32_t class_code) {
  DumpedFunction one{
      .address = address(at), .at = {}, .about = {}, .config = std::string(4096, '\0')};
  sim::put_number(one.config, 0x00, ids, 4);
  sim::put_number(one.config, 0x09, class_code, 3);
  return one;
}

DumpedFunction bridge(std::string_view at, std::uint8_t secondary, std::uint8_t subordinate) {
  DumpedFunction one = function(at, 0x000c1b36, 0x060400);
  sim::put_number(one.config, 0x0e, 1, 1);
  sim::put_number(one.config, 0x19, secondary, 1);
  sim::put_number(one.config, 0x1a, subordinate, 1);
  return one;
}

/// A GPU with SR-IOV at 0x100: eight VFs from offset 1 on, VF BAR 0 at 0x2000000000.
DumpedFunction gpu_at(std::string_view at, std::uint32_t ids = 0x0d001234) {
  DumpedFunction one = function(at, ids, 0x038000);
  sim::put_extended(one.config, 0x100, 0x10, 0);
  sim::put_number(one.config, 0x10c, 8, 2);
  sim::put_number(one.config, 0x10e, 8, 2);
  sim::put_number(one.config, 0x114, 1, 2);
  sim::put_number(one.config, 0x116, 1, 2);
  sim::put_number(one.config, 0x11a, 0x0d01, 2);
  sim::put_number(one.config, 0x124, 0x200000000cULL, 8);
  return one;
}

sim::DumpedHost made(const std::vector<DumpedFunction>& dump) {
  return sim::machine_of_dump(dump, sim::shipped_models().value());
}

/// The host that comes of it, as a file.
Host host_of(const std::vector<DumpedFunction>& dump) {
  return Host({}, sim::host_file_text(made(dump).machine));
}

std::string text(const Kernel& kernel, const Attr& attr, std::string_view at) {
  return observe(kernel, pci::of(attr, address(at))).text();
}

TEST(AHostFromADump, HasWhatTheSriovCapabilitySays) {
  const Host host = host_of({gpu_at("0000:03:00.0")});
  const auto kernel = host.open();
  EXPECT_EQ(text(*kernel, pci::kVendor, "0000:03:00.0"), "0x1234");
  EXPECT_EQ(text(*kernel, pci::kDevice, "0000:03:00.0"), "0x0d00");
  EXPECT_EQ(text(*kernel, pci::kClass, "0000:03:00.0"), "0x038000");
  EXPECT_EQ(text(*kernel, pci::kTotalVfs, "0000:03:00.0"), "8");
  EXPECT_EQ(text(*kernel, pci::kOffset, "0000:03:00.0"), "1");
  EXPECT_EQ(text(*kernel, pci::kStride, "0000:03:00.0"), "1");
  EXPECT_EQ(text(*kernel, pci::kVfDevice, "0000:03:00.0"), "d01");
  EXPECT_THAT(text(*kernel, pci::kResource, "0000:03:00.0"), HasSubstr("0x0000002000000000"));
}

TEST(AHostFromADump, IsLaidOutByItsBridges) {
  const Host host = host_of({gpu_at("0000:03:00.0"),
                             bridge("0000:02:00.0", 3, 3),
                             bridge("0000:00:01.0", 2, 3),
                             gpu_at("0001:03:00.0")});
  const std::string dump = host.dump();
  EXPECT_THAT(dump,
              HasSubstr("sys:devices/pci0000:00/0000:00:01.0/0000:02:00.0/0000:03:00.0/vendor"));
  EXPECT_THAT(dump, HasSubstr("sys:devices/pci0001:03/0001:03:00.0/vendor"));
  const auto kernel = host.open();
  EXPECT_EQ(text(*kernel, pci::kSubordinateBus, "0000:03:00.0"), "3");
}

TEST(AHostFromADump, DoesNotFollowBridgesInACircle) {
  EXPECT_EQ(made({bridge("0000:02:00.0", 1, 9),
                  bridge("0000:01:00.0", 2, 9),
                  bridge("0000:05:00.0", 5, 5)})
                .functions,
            3U);
}

TEST(AHostFromADump, MakesVfsOnceItsGpuHasADriver) {
  DumpedFunction gpu = gpu_at("0000:03:00.0");
  gpu.driver = "pci-pf-stub";
  const Host host = host_of({gpu});
  const auto kernel = host.open();
  EXPECT_EQ(driver_of(*kernel, gpu.address), "pci-pf-stub");
  EXPECT_EQ(write(*kernel, pci::of(pci::kNumVfs, gpu.address), "8"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu.address), "8");
  EXPECT_EQ(driver_of(*kernel, address("0000:03:01.0")), "");
}

TEST(AHostFromADump, HasItsDriverWhereAModelHasIt) {
  DumpedFunction known = gpu_at("0000:03:00.0", 0xe2118086);
  known.driver = "xe";
  DumpedFunction other = gpu_at("0000:04:00.0", 0x12348086);
  other.driver = "xe";
  const sim::DumpedHost made_of_both = made({known, other});
  EXPECT_THAT(made_of_both.notes, ElementsAre(HasSubstr("0000:04:00.0: was on the driver xe")));
  const Host host({}, sim::host_file_text(made_of_both.machine));
  const auto kernel = host.open();
  EXPECT_EQ(driver_of(*kernel, known.address), "xe");
  EXPECT_EQ(driver_of(*kernel, other.address), "");
  // The capability, not the model, says how many VFs there are.
  EXPECT_EQ(text(*kernel, pci::kTotalVfs, "0000:03:00.0"), "8");
}

TEST(AHostFromADump, HasNoDriverOfAPfWhereTheCapabilityWasNotRead) {
  DumpedFunction gpu = gpu_at("0000:03:00.0", 0xe2118086);
  gpu.driver = "xe";
  gpu.config.resize(64);
  const sim::DumpedHost host = made({gpu});
  EXPECT_EQ(host.pfs, 0U);
  EXPECT_FALSE(host.machine.fact(gpu.address, "total_vfs"));
  EXPECT_EQ(host.machine.driver_of(gpu.address), "");
  EXPECT_THAT(host.notes, ElementsAre(HasSubstr("was on the driver xe")));
}

TEST(AHostFromADump, LeavesOutVfsThatWereOn) {
  DumpedFunction pf = gpu_at("0000:03:00.0");
  sim::put_number(pf.config, 0x108, 1, 2);
  sim::put_number(pf.config, 0x110, 2, 2);
  const DumpedFunction vf = function("0000:03:00.1", 0xffffffff, 0x038000);
  const DumpedFunction gone = function("0000:05:00.0", 0xffffffff, 0xffffff);
  const sim::DumpedHost host = made({pf, vf, gone});
  EXPECT_EQ(host.functions, 1U);
  EXPECT_EQ(host.pfs, 1U);
  EXPECT_TRUE(host.gpus);
  EXPECT_THAT(
      host.notes,
      testing::UnorderedElementsAre(HasSubstr("had 2 VFs on"), HasSubstr("does not answer")));
}

TEST(AHostFromADump, HasNoPfWhereTheKernelMakesNone) {
  for (const auto& [at, value] :
       {std::pair{0x10e, 0}, std::pair{0x10e, 0xffff}, std::pair{0x114, 0}, std::pair{0x116, 0}}) {
    DumpedFunction gpu = gpu_at("0000:03:00.0");
    sim::put_number(gpu.config, static_cast<std::size_t>(at), static_cast<std::uint64_t>(value), 2);
    EXPECT_EQ(made({gpu}).pfs, 0U) << at;
  }
  DumpedFunction cut = gpu_at("0000:03:00.0");
  cut.config.resize(256);
  EXPECT_EQ(made({cut}).pfs, 0U);
}

TEST(AHostFromADump, TakesSizesOfVfBarsWhereTheyAreTold) {
  DumpedFunction gpu = gpu_at("0000:03:00.0");
  sim::put_extended(gpu.config, 0x100, 0x10, 0x200);
  sim::put_extended(gpu.config, 0x200, 0x24, 0);
  sim::put_number(gpu.config, 0x208, (1U << 5U) | (4U << 8U), 4);  // BAR 0: 16 MiB
  const sim::DumpedHost host = made({gpu});
  EXPECT_EQ(host.machine.fact_text(gpu.address, "vf_bars"), "0:0x1000000:0x14220c");
  EXPECT_EQ(made({gpu_at("0000:03:00.0")}).machine.fact_text(gpu.address, "vf_bars"),
            "0:0x1000:0x14220c");
}

TEST(AHostFromADump, GivesEachFunctionTheGroupThatItHad) {
  DumpedFunction first = gpu_at("0000:03:00.0");
  first.iommu_group = 40;
  first.numa_node = 1;
  const Host host = host_of({first, gpu_at("0000:04:00.0")});
  const auto kernel = host.open();
  EXPECT_EQ(text(*kernel, pci::kIommuGroup, "0000:03:00.0"), "40");
  EXPECT_EQ(text(*kernel, pci::kNumaNode, "0000:03:00.0"), "1");
  EXPECT_NE(text(*kernel, pci::kIommuGroup, "0000:04:00.0"), "40");
  EXPECT_EQ(text(*kernel, pci::kNumaNode, "0000:04:00.0"), "-1");
}

}  // namespace
}  // namespace vfmgr::test
