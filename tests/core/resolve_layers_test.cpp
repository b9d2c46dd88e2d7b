// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "core/support/number.hpp"
#include "core/support/resolving.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {
namespace {

TEST(Layers, WinFromDefaultsToTheVfsOwnKeyByKey) {
  const auto result = resolved(R"([defaults]
vram = "1GiB"
exec_quantum = "10ms"
vf_driver = "none"
[resources.r]
vram = "2GiB"
exec_quantum = "20ms"
[[gpu]]
match = { vendor = "intel" }
vfs = 4
resources = "r"
exec_quantum = "30ms"
  [gpu.pf]
  exec_quantum = "5ms"
  [[gpu.vf]]
  index = [0, "2-3"]
  exec_quantum = "40ms"
)",
                               {b60("03:00.0")});
  EXPECT_THAT(lines(result.faults), testing::IsEmpty());
  ASSERT_EQ(result.desired.size(), 1);
  const Desired& desired = result.desired[0];
  EXPECT_EQ(desired.vfs, 4);
  EXPECT_EQ(desired.where.line, 9);
  EXPECT_EQ(number(desired.every_vf, Key::vram), 2 * kGiB);
  EXPECT_EQ(desired.every_vf.at(Key::vram).layer, Layer::resources);
  EXPECT_EQ(number(desired.every_vf, Key::exec_quantum), 30'000);
  EXPECT_EQ(std::get<std::string>(desired.every_vf.at(Key::vf_driver).value), "none");
  EXPECT_EQ(desired.vf.size(), 3);
  EXPECT_EQ(number(desired.of(VfIndex{3}), Key::exec_quantum), 40'000);
  EXPECT_EQ(number(desired.of(VfIndex{3}), Key::vram), 2 * kGiB);
  EXPECT_EQ(number(desired.of(VfIndex{1}), Key::exec_quantum), 30'000);
  EXPECT_EQ(desired.pf.size(), 1);
  EXPECT_EQ(number(desired.pf, Key::exec_quantum), 5'000);
}

TEST(AKeyThatTheDeviceLacks, IsSkippedInDefaultsAndAFaultElsewhere) {
  const auto result = resolved(R"([defaults]
vram = "1GiB"
[resources.r]
vram = "1GiB"
[[gpu]]
match = { vendor = "nvidia" }
vfs = 2
vf_driver = "vfio-pci"
[[gpu]]
match = { model = "*b60" }
vfs = 2
resources = "r"
preempt_timeout = "1ms"
  [gpu.pf]
  preempt_timeout = "1ms"
)",
                               {plain("3b:00.0"), b60("03:00.0")});
  EXPECT_THAT(
      lines(result.faults),
      testing::ElementsAre(
          "14: unsupported preempt_timeout '': 0000:03:00.0 (Intel Arc Pro B60) has no such "
          "attribute of its VFs | it has: vf_driver, vram, exec_quantum",
          "16: unsupported preempt_timeout '': 0000:03:00.0 (Intel Arc Pro B60) has no such "
          "attribute of its PF | it has: exec_quantum"));
  ASSERT_EQ(addresses(result), (std::vector<std::string>{"0000:03:00.0", "0000:3b:00.0"}));
  EXPECT_FALSE(result.desired[1].every_vf.contains(Key::vram));
}

TEST(AValueOutOfTheDevicesRange, IsAFaultWithTheRangeAndItsSource) {
  const auto result = resolved(R"([[gpu]]
match = { vendor = "intel" }
vfs = 25
vram = "23GiB"
[[gpu.vf]]
index = 0
exec_quantum = "infinite"
)",
                               {b60("03:00.0")});
  EXPECT_THAT(
      lines(result.faults),
      testing::ElementsAre(
          "4: does_not_fit vfs '25': more VFs than 0000:03:00.0 (Intel Arc Pro B60) can have | 0 "
          "to "
          "24; read from sys:bus/pci/devices/0000:03:00.0/sriov_totalvfs",
          "5: does_not_fit vram '23GiB': out of the range of 0000:03:00.0 (Intel Arc Pro B60) | at "
          "least 0B, at most 22GiB; read from the card",
          "8: does_not_fit exec_quantum 'infinite': out of the range of 0000:03:00.0 (Intel Arc "
          "Pro "
          "B60) | at least 0us, at most 10s; read from ABI"));
}

TEST(AnIndex, MustExistOnTheDeviceWhereTheCountIsNotGiven) {
  GpuFacts gpu = b60("03:00.0");
  gpu.num_vfs = 2;
  const std::string table =
      "[[gpu]]\nmatch = { vendor = \"intel\" }\n[[gpu.vf]]\nvram = 1\nindex = ";
  EXPECT_THAT(lines(resolved(table + "1", {gpu}).faults), testing::IsEmpty());
  EXPECT_THAT(
      lines(resolved(table + "2", {gpu}).faults),
      testing::ElementsAre("6: does_not_fit index '2': 0000:03:00.0 (Intel Arc Pro B60) has 2 "
                           "VFs | vfs = N in its [[gpu]] asks for more"));
  const std::string most =
      "[[gpu]]\nmatch = { vendor = \"intel\" }\nvfs = \"max\"\n[[gpu.vf]]\nvram = 1\n";
  const auto max = resolved(most + "index = 23", {gpu});
  EXPECT_THAT(lines(max.faults), testing::IsEmpty());
  EXPECT_TRUE(max.desired.at(0).vfs_max);
  EXPECT_EQ(resolved(most + "index = 24", {gpu}).faults.size(), 1);
}

TEST(TwoTablesOnOneGpu, AreAnErrorThatNamesBothPlaces) {
  const auto result =
      resolved("[[gpu]]\nmatch = { vendor = \"intel\" }\n[[gpu]]\nmatch = { model = \"*B60\" }\n",
               {b60("03:00.0")});
  EXPECT_THAT(
      lines(result.faults),
      testing::ElementsAre("5: no_match match '': 0000:03:00.0 (Intel Arc Pro B60) is matched "
                           "by two tables; the other is p.toml:2 | let each GPU be matched by "
                           "one [[gpu]], or say in the later one overrides = true (a layer over "
                           "the other) or replaces = true"));
}

TEST(AnOverridingTable, IsOneMoreLayerAboveTheEarlierAndItsVfs) {
  const auto result = resolved(R"([resources.r]
vram = "3GiB"
[[gpu]]
match = { vendor = "intel" }
vfs = 4
vram = "1GiB"
exec_quantum = "10ms"
adopt = true
  [[gpu.vf]]
  index = [0, 1]
  vram = "2GiB"
  exec_quantum = "20ms"
[[gpu]]
match = { address = "0000:03:00.0" }
overrides = true
vfs = 6
resources = "r"
  [[gpu.vf]]
  index = [1, 5]
  vram = "4GiB"
)",
                               {b60("03:00.0"), b60("04:00.0")});
  EXPECT_THAT(lines(result.faults), testing::IsEmpty());
  ASSERT_EQ(result.desired.size(), 2);
  const Desired& over = result.desired[0];
  EXPECT_EQ(over.vfs, 6);
  EXPECT_TRUE(over.adopt);
  EXPECT_EQ(over.where.line, 14);
  EXPECT_EQ(number(over.of(VfIndex{0}), Key::vram), 3 * kGiB);
  EXPECT_EQ(number(over.of(VfIndex{0}), Key::exec_quantum), 20'000);
  EXPECT_EQ(number(over.of(VfIndex{1}), Key::vram), 4 * kGiB);
  EXPECT_EQ(number(over.of(VfIndex{2}), Key::exec_quantum), 10'000);
  EXPECT_EQ(number(over.of(VfIndex{5}), Key::vram), 4 * kGiB);
  const Desired& alone = result.desired[1];
  EXPECT_EQ(alone.vfs, 4);
  EXPECT_EQ(number(alone.of(VfIndex{0}), Key::vram), 2 * kGiB);
  EXPECT_EQ(number(alone.of(VfIndex{3}), Key::vram), kGiB);
}

TEST(AReplacingTable, MakesTheEarlierOnesNotCountForItsGpu) {
  const auto result = resolved(R"([[gpu]]
match = { vendor = "intel" }
vfs = 4
vram = "1GiB"
msix = 3
[[gpu]]
match = { address = "0000:03:00.0" }
replaces = true
exec_quantum = "10ms"
)",
                               {b60("03:00.0"), b60("04:00.0")});
  EXPECT_THAT(lines(result.faults),
              testing::ElementsAre(testing::StartsWith("6: unsupported msix")));
  ASSERT_EQ(result.desired.size(), 2);
  EXPECT_FALSE(result.desired[0].vfs.has_value());
  EXPECT_FALSE(result.desired[0].every_vf.contains(Key::vram));
  EXPECT_EQ(result.desired[1].vfs, 4);
}

TEST(WhatAllGpusOfADriverShare, MustNotDiffer) {
  std::vector<GpuFacts> host{plain("03:00.0"), plain("04:00.0"), b60("05:00.0")};
  for (GpuFacts& facts : host) {
    facts.offers = {{.key = Key::memory_partition, .scope = kScopePf, .read_from = ""}};
  }
  const auto table = [](std::string_view address, std::string_view value) {
    return "[[gpu]]\nmatch = { address = \"" + std::string(address) +
           "\" }\n[gpu.pf]\nmemory_partition = \"" + std::string(value) + "\"\n";
  };
  EXPECT_TRUE(
      resolved(table("03:00.0", "NPS1") + table("04:00.0", "NPS1") + table("05:00.0", "NPS4"), host)
          .faults.empty());
  EXPECT_THAT(lines(resolved(table("03:00.0", "NPS1") + table("04:00.0", "NPS4"), host).faults),
              testing::ElementsAre("9: invalid memory_partition '': all GPUs of driver "
                                   "'pci-pf-stub' have one; another is asked for at p.toml:5:20 | "
                                   "ask for the same in both"));
}

TEST(AUuid, IsNotThatOfTwoVfsOfAHost) {
  const auto both = [](std::string_view match) {
    return "[[gpu]]\nmatch = { address = \"" + std::string(match) +
           "\" }\nvfs = 1\n[[gpu.vf]]\nindex = 0\nuuid = "
           "\"6f7a2f1c-3f0d-4b52-9b4e-7a1f0c2d3e4f\"\n";
  };
  std::vector<GpuFacts> gpus{b60("0000:03:00.0"), b60("0000:04:00.0")};
  for (GpuFacts& facts : gpus) {
    facts.offers.push_back({.key = Key::uuid, .scope = kScopeVf});
  }
  const auto told = [](const Resolved& result) {
    std::vector<std::string> uuids;
    for (const std::string& line : lines(result.faults)) {
      if (line.find("would have it") != std::string::npos) {
        uuids.push_back(line);
      }
    }
    return uuids;
  };
  EXPECT_THAT(told(resolved(both("0000:03:00.0"), gpus)), testing::IsEmpty());
  constexpr const char* kTold =
      "VF 0 of 0000:03:00.0 and VF 0 of 0000:04:00.0 would have it | give each its own";
  EXPECT_THAT(told(resolved(both("*"), gpus)), testing::ElementsAre(testing::HasSubstr(kTold)));
  EXPECT_THAT(told(resolved(both("0000:03:00.0") + both("0000:04:00.0"), gpus)),
              testing::ElementsAre(testing::HasSubstr(kTold)));
}

TEST(ASkippedDefault, IsRemembered) {
  const auto result =
      resolved("[defaults]\nmsix = 4\n[[gpu]]\nmatch = { vendor = \"intel\" }\n", {b60("03:00.0")});
  ASSERT_EQ(result.desired.size(), 1);
  ASSERT_EQ(result.desired[0].skipped.size(), 1);
  EXPECT_EQ(result.desired[0].skipped[0].key, Key::msix);
  EXPECT_EQ(result.desired[0].skipped[0].where.line, 3);
}

TEST(AGpuThatCanMakeNoVfs, IsAFaultOnlyWhereSomethingIsAsked) {
  GpuFacts bound = plain("3b:00.0");
  bound.gpu.driver = "nvidia";
  bound.cannot = Error{.kind = ErrorKind::unsupported,
                       .subject = "0000:3b:00.0",
                       .why = "its driver nvidia makes no VFs this way"};
  const std::string head =
      "[defaults]\nvf_driver = \"none\"\n[[gpu]]\nmatch = { vendor = \"nvidia\" }\n";
  const auto asked = resolved(head + "vfs = 2\n", {bound});
  EXPECT_THAT(lines(asked.faults),
              testing::ElementsAre("4: unsupported 0000:3b:00.0 '': its driver nvidia makes no VFs "
                                   "this way | "));
  const auto silent = resolved(head, {bound});
  EXPECT_TRUE(silent.faults.empty());
  EXPECT_TRUE(silent.desired.empty());
}

TEST(AGpuWithoutItsDriver, IsMissingSinceItCanCome) {
  GpuFacts lost = plain("3b:00.0");
  lost.gpu.driver.reset();
  lost.cannot = Error{.kind = ErrorKind::unsupported,
                      .subject = "0000:3b:00.0",
                      .why = "no driver is bound to it, so nothing can make its VFs"};
  const auto asked = resolved("[[gpu]]\nmatch = { vendor = \"nvidia\" }\nvfs = 2\n", {lost});
  EXPECT_TRUE(asked.faults.empty());
  EXPECT_THAT(
      lines(asked.missing),
      testing::ElementsAre("2: missing 0000:3b:00.0 '': no driver is bound to it, so nothing "
                           "can make its VFs | "));
}

TEST(Resolving, FindsAllFaultsInOneGo) {
  const auto result = resolved(R"([[gpu]]
match = { address = "09:00.0" }
[[gpu]]
match = { vendor = "nvidia" }
vfs = 99
vram = "1GiB"
)",
                               {plain("3b:00.0")});
  EXPECT_EQ(result.faults.size(), 3);
}

}  // namespace
}  // namespace vfmgr
