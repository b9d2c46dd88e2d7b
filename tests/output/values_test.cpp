// SPDX-License-Identifier: Apache-2.0
#include "output/values.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

namespace vgpuctl {
namespace {

std::string names(std::initializer_list<std::uint16_t> indexes) {
  std::vector<vfmgr::VfIndex> vfs;
  for (const std::uint16_t index : indexes) {
    vfs.push_back({index});
  }
  return vf_names(vfs);
}

TEST(NamesOfVfs, AreFoldedToRanges) {
  EXPECT_EQ(names({}), "");
  EXPECT_EQ(names({3}), "vf3");
  EXPECT_EQ(names({0, 1}), "vf0, vf1");
  EXPECT_EQ(names({0, 1, 2}), "vf0 … vf2");
  EXPECT_EQ(names({9, 0, 1, 2, 4, 4, 7, 8}), "vf0 … vf2, vf4, vf7 … vf9");
}

TEST(NamesOfVfs, OfSixtyFourAreShort) {
  std::vector<vfmgr::VfIndex> vfs(64);
  for (std::size_t index = 0; index < vfs.size(); ++index) {
    vfs[index] = {static_cast<std::uint16_t>(index)};
  }
  EXPECT_EQ(vf_names(vfs), "vf0 … vf63");
}

TEST(AValue, IsShownInItsAttributesUnit) {
  EXPECT_EQ(shown("vram", std::uint64_t{3'758'096'384}), "3.5 GiB");
  EXPECT_EQ(shown("exec_quantum", std::uint64_t{20'000}), "20 ms");
  EXPECT_EQ(shown("exec_quantum", UINT64_MAX), "infinite");
  EXPECT_EQ(shown("vfs", std::uint64_t{6}), "6");
  EXPECT_EQ(shown("vf_driver", std::string("vfio-pci")), "vfio-pci");
  EXPECT_EQ(shown("vram", vfmgr::DriverDefault{}), "the driver's choice");
  EXPECT_EQ(shown("vram", std::monostate{}), "unknown");
  EXPECT_EQ(shown("x", std::string()), "\"\"");
  EXPECT_EQ(shown("x", std::string("\x1b[31m")), "\\x1b[31m");
}

std::string name(const std::string& vendor, const std::string& model) {
  vfmgr::Gpu gpu;
  gpu.vendor_id = 0x8086;
  gpu.device_id = 0xe211;
  gpu.vendor = vendor;
  gpu.model = model;
  return name_of(gpu);
}

TEST(AGpusName, IsAsShortAsPeopleSayIt) {
  EXPECT_EQ(name("Intel Corporation", "Arc Pro B60"), "Intel Arc Pro B60");
  EXPECT_EQ(name("Advanced Micro Devices, Inc. [AMD/ATI]", "Navi 32 [Radeon PRO V710]"),
            "AMD Radeon PRO V710");
  EXPECT_EQ(name("NVIDIA Corporation", "NVIDIA L40S"), "NVIDIA L40S");
  EXPECT_EQ(name("Red Hat, Inc.", ""), "Red Hat 8086:e211");
  EXPECT_EQ(name("", ""), "8086:e211");
  EXPECT_EQ(name("", "\x1b]0;x"), "\\x1b]0;x");
}

TEST(AHoldersName, IsTheMostTellingThatIsKnown) {
  vfmgr::Holder holder{.pid = 4711,
                       .command = "qemu-system-x86",
                       .vm = "web-2",
                       .container = {},
                       .node = "/dev/vfio/44",
                       .age = std::chrono::hours(75)};
  EXPECT_EQ(holder_name(holder), "VM \"web-2\"");
  EXPECT_EQ(holder_details(holder), "qemu-system-x86, pid 4711, since 3 days");
  holder.vm.reset();
  holder.container = "docker 1f0c3a5e9b7d";
  EXPECT_EQ(holder_name(holder), "container \"docker 1f0c3a5e9b7d\"");
  holder.container.reset();
  holder.age = std::chrono::seconds(61);
  EXPECT_EQ(holder_name(holder), "qemu-system-x86");
  EXPECT_EQ(holder_details(holder), "pid 4711, since 1 minute, has /dev/vfio/44 open");
  holder.command = "\x1b]0;x";
  EXPECT_EQ(holder_name(holder), "\\x1b]0;x");
}

TEST(AHoldersName, OfAnInterfaceIsTheInterface) {
  const vfmgr::Holder holder{.pid = {},
                             .command = {},
                             .vm = {},
                             .container = {},
                             .node = "network interface eth7",
                             .age = {}};
  EXPECT_EQ(holder_name(holder), "network interface eth7");
  EXPECT_EQ(holder_details(holder), "is up");
}

}  // namespace
}  // namespace vgpuctl
