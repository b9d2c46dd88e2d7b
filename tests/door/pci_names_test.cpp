// SPDX-License-Identifier: Apache-2.0
#include "kernel/pci_names.hpp"

#include "vfmgr/inventory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace vfmgr::test::of_pci_names {
namespace {

Gpu ids(std::uint16_t vendor, std::uint16_t device) {
  Gpu gpu;
  gpu.vendor_id = vendor;
  gpu.device_id = device;
  return gpu;
}

TEST(PciNames, OfNewGpusComeFromTheTable) {
  const PciNames names;
  EXPECT_EQ(names.name_of(ids(0x8086, 0xe211)).model, "Arc Pro B60");
  EXPECT_EQ(names.name_of(ids(0x8086, 0xe211)).vendor, "Intel Corporation");
  EXPECT_EQ(names.name_of(ids(0x10de, 0x26b9)).model, "L40S");
  EXPECT_EQ(names.name_of(ids(0x1002, 0x7460)).model, "Radeon PRO V710");
}

TEST(PciNames, OfAllElseComeFromTheDatabase) {
  const PciNames names;
  EXPECT_EQ(names.name_of(ids(0x10de, 0x1eb8)).vendor, "NVIDIA Corporation");
  // "TU104GL [Tesla T4]": the chip is left out.
  EXPECT_EQ(names.name_of(ids(0x10de, 0x1eb8)).model, "Tesla T4");
}

TEST(PciNames, ThatNobodyKnowsAreEmpty) {
  const PciNames names;
  EXPECT_EQ(names.name_of(ids(0xfff0, 0xfffe)).vendor, "");
  EXPECT_EQ(names.name_of(ids(0xfff0, 0xfffe)).model, "");
  EXPECT_EQ(names.name_of(ids(0x10de, 0xfffe)).vendor, "NVIDIA Corporation");
  EXPECT_EQ(names.name_of(ids(0x10de, 0xfffe)).model, "");
}

TEST(PciNames, CanBeAskedByManyThreads) {
  const PciNames names;
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&names] {
      for (int turn = 0; turn < 50; ++turn) {
        EXPECT_EQ(names.name_of(ids(0x10de, 0x1eb8)).model, "Tesla T4");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace vfmgr::test::of_pci_names
