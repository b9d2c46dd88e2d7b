// SPDX-License-Identifier: Apache-2.0
#include "core/resolve.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "core/support/number.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {
namespace {

constexpr std::uint64_t kGiB = 1ULL << 30U;

GpuFacts b60(std::string_view address) {
  GpuFacts facts;
  facts.gpu = {.address = *parse_address(address),
               .vendor_id = 0x8086,
               .device_id = 0xe211,
               .class_code = 0x030000,
               .driver = "xe",
               .numa_node = 0,
               .total_vfs = 24,
               .vendor = "Intel",
               .model = "Arc Pro B60"};
  facts.backend = "intel-xe";
  constexpr std::uint8_t kBoth = kScopeVf | kScopePf;
  facts.offers = {
      {.key = Key::vram, .scope = kScopeVf, .least = 0, .most = 22 * kGiB, .read_from = "the card"},
      {.key = Key::exec_quantum,
       .scope = kBoth,
       .least = 0,
       .most = 10'000'000,
       .read_from = "ABI"}};
  return facts;
}

GpuFacts plain(std::string_view address) {
  GpuFacts facts = b60(address);
  facts.gpu.vendor_id = 0x10de;
  facts.gpu.device_id = 0x26b9;
  facts.gpu.vendor = "NVIDIA";
  facts.gpu.model = "L40S";
  facts.gpu.driver = "pci-pf-stub";
  facts.gpu.numa_node = 1;
  facts.backend = "generic";
  facts.offers.clear();
  return facts;
}

GpuFacts vf_of(std::string_view pf, std::string_view address) {
  GpuFacts facts = b60(address);
  facts.gpu.physfn = *parse_address(pf);
  facts.gpu.total_vfs.reset();
  facts.backend.clear();
  return facts;
}

Resolved resolved(const std::string& tables, const std::vector<GpuFacts>& gpus) {
  const auto profile = Profile::parse({{.file = "p.toml", .text = "schema = 1\n" + tables}});
  EXPECT_TRUE(profile.has_value()) << (profile ? "" : to_string(profile.error()));
  return profile ? resolve(profile->model(), gpus) : Resolved{};
}

/// "line: kind subject 'value': why | help".
std::vector<std::string> lines(const std::vector<Error>& errors) {
  std::vector<std::string> texts;
  texts.reserve(errors.size());
  for (const Error& error : errors) {
    texts.push_back(std::to_string(error.spot.value_or(Spot{}).line) + ": " +
                    std::string(to_string(error.kind)) + " " + error.subject + " '" + error.value +
                    "': " + error.why + " | " + error.help);
  }
  return texts;
}

std::vector<std::string> addresses(const Resolved& result) {
  std::vector<std::string> all;
  all.reserve(result.desired.size());
  for (const Desired& desired : result.desired) {
    all.push_back(to_string(desired.gpu));
  }
  return all;
}

TEST(AGpu, IsNotUnlistedWhereItsDriverWouldDecideOrItsNumber) {
  const auto listed = [](const std::string& match, const GpuFacts& facts) {
    const auto parsed = Profile::parse(
        {{.file = "p.toml", .text = "schema = 1\n[[gpu]]\nmatch = " + match + "\n"}});
    return may_be_listed(parsed.value().model(), facts);
  };
  GpuFacts facts = b60("0000:03:00.0");
  facts.gpu.driver = "xe";
  EXPECT_TRUE(listed("{ driver = \"xe\" }", facts));
  EXPECT_FALSE(listed("{ driver = \"nvidia\" }", facts));
  EXPECT_TRUE(listed("{ vendor = 0x8086, nth = 5 }", facts));
  EXPECT_FALSE(listed("{ vendor = 0x10de }", facts));
  facts.gpu.driver.reset();
  EXPECT_TRUE(listed("{ driver = \"nvidia\" }", facts));
  EXPECT_FALSE(listed("{ vendor = 0x10de, driver = \"nvidia\" }", facts));
}

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

TEST(AnAddress, ThatIsNotHereListsThoseNearby) {
  const auto result = resolved("[[gpu]]\nmatch = { address = \"03:00.1\" }\nvfs = 1\n",
                               {plain("3b:00.0"), b60("03:00.0")});
  EXPECT_THAT(
      lines(result.faults),
      testing::ElementsAre("3: no_match address '0000:03:00.1': no such PCI function here | "
                           "here are: 0000:03:00.0 (Intel Arc Pro B60), 0000:3b:00.0 (NVIDIA "
                           "L40S)"));
}

TEST(AnAddress, OfAVfOrOfAFunctionWithoutSriovIsRefused) {
  GpuFacts nothing = b60("00:02.0");
  nothing.gpu.total_vfs.reset();
  nothing.backend.clear();
  const std::vector<GpuFacts> gpus{b60("03:00.0"), vf_of("03:00.0", "03:00.1"), nothing};
  EXPECT_THAT(
      lines(resolved("[[gpu]]\nmatch = { address = \"03:00.1\" }\noptional = true\n", gpus).faults),
      testing::ElementsAre("3: not_a_pf address '0000:03:00.1': a VF of 0000:03:00.0 | name "
                           "the PF, and the VF by its index in [[gpu.vf]]"));
  EXPECT_THAT(
      lines(resolved("[[gpu]]\nmatch = { address = \"00:02.0\" }\n", gpus).faults),
      testing::ElementsAre("3: not_a_pf address '0000:00:02.0': a function without SR-IOV | "));
}

TEST(AMatch, NeverReachesVfsNorOtherClassesUnlessAsked) {
  GpuFacts nic = plain("05:00.0");
  nic.gpu.class_code = 0x020000;
  const std::vector<GpuFacts> gpus{b60("03:00.0"), vf_of("03:00.0", "03:00.1"), nic};
  const auto found = [&gpus](const std::string& match) {
    return addresses(resolved("[[gpu]]\nmatch = { " + match + " }\noptional = true\n", gpus));
  };
  using Found = std::vector<std::string>;
  EXPECT_EQ(found("address = \"*\""), Found{"0000:03:00.0"});
  EXPECT_EQ(found("vendor = \"nvidia\""), Found{});
  EXPECT_EQ(found("vendor = \"nvidia\", class = \"any\""), Found{"0000:05:00.0"});
  EXPECT_EQ(found("class = \"0x02\""), Found{"0000:05:00.0"});
  EXPECT_EQ(found("class = \"0x0200\""), Found{"0000:05:00.0"});
  EXPECT_EQ(found("class = 0x030000"), Found{"0000:03:00.0"});
  EXPECT_EQ(found("class = \"0x030200\""), Found{});
  const auto refused = resolved("[[gpu]]\nmatch = { address = \"05:00.0\" }\n", gpus);
  EXPECT_THAT(lines(refused.faults),
              testing::ElementsAre(testing::HasSubstr("not a GPU: its class is 0x020000")));
}

TEST(AMatch, HoldsWhenAllItsKeysHold) {
  const std::vector<GpuFacts> gpus{plain("c1:00.0"), b60("03:00.0"), b60("04:00.0")};
  const auto found = [&gpus](const std::string& match) {
    return addresses(resolved("[[gpu]]\nmatch = { " + match + " }\noptional = true\n", gpus));
  };
  using Found = std::vector<std::string>;
  EXPECT_EQ(found("model = \"arc*\""), (Found{"0000:03:00.0", "0000:04:00.0"}));
  EXPECT_EQ(found("model = \"intel arc pro B60\""), (Found{"0000:03:00.0", "0000:04:00.0"}));
  EXPECT_EQ(found("model = \"B60\""), Found{});
  EXPECT_EQ(found("device = \"10de:26b9\""), Found{"0000:c1:00.0"});
  EXPECT_EQ(found("device = \"10de:e211\""), Found{});
  EXPECT_EQ(found("driver = \"xe\", address = \"0000:04:*\""), Found{"0000:04:00.0"});
  EXPECT_EQ(found("numa_node = 1"), Found{"0000:c1:00.0"});
  EXPECT_EQ(found("vendor = \"intel\", nth = 1"), Found{"0000:04:00.0"});
  EXPECT_EQ(found("vendor = \"intel\", nth = 2"), Found{});
}

TEST(Expect, RefusesTooManyWithTheCandidates) {
  const auto result = resolved("[[gpu]]\nmatch = { vendor = \"intel\" }\nexpect = 1\nvfs = 1\n",
                               {b60("03:00.0"), b60("04:00.0")});
  EXPECT_THAT(lines(result.faults),
              testing::ElementsAre("4: no_match expect '': 2 GPUs match, 1 expected | matching: "
                                   "0000:03:00.0 (Intel Arc Pro B60), 0000:04:00.0 (Intel Arc Pro "
                                   "B60)"));
  EXPECT_TRUE(result.desired.empty());
  EXPECT_TRUE(result.missing.empty());
}

TEST(Expect, ReportsTooFewAsMissingAndKeepsTheRest) {
  const auto result = resolved(
      "[[gpu]]\nmatch = { vendor = \"intel\" }\nexpect = [0, 8]\nvfs = 1\n", {b60("03:00.0")});
  EXPECT_TRUE(result.faults.empty());
  EXPECT_THAT(
      lines(result.missing),
      testing::ElementsAre("4: missing expect '': 1 GPU matches, 0 or 8 expected | matching: "
                           "0000:03:00.0 (Intel Arc Pro B60)"));
  EXPECT_EQ(result.desired.size(), 1);
  EXPECT_TRUE(
      resolved("[[gpu]]\nmatch = { vendor = \"amd\" }\nexpect = [0, 8]\n", {}).missing.empty());
}

TEST(Expect, KeepsATableWithNthFromAnotherCardWhileOneIsMissing) {
  const std::string table =
      "[[gpu]]\nmatch = { vendor = \"intel\", nth = 1 }\nexpect = 3\nvfs = 1\n";
  const auto missing = resolved(table, {b60("03:00.0"), b60("05:00.0")});
  EXPECT_EQ(missing.missing.size(), 1);
  EXPECT_TRUE(missing.desired.empty());
  const auto whole = resolved(table, {b60("03:00.0"), b60("04:00.0"), b60("05:00.0")});
  EXPECT_EQ(addresses(whole), std::vector<std::string>{"0000:04:00.0"});
}

TEST(ATableThatMatchesNothing, IsAFaultUnlessOptional) {
  const std::string table = "[[gpu]]\nmatch = { vendor = \"amd\" }\nvfs = 1\n";
  EXPECT_THAT(
      lines(resolved(table, {b60("03:00.0")}).faults),
      testing::ElementsAre("3: no_match match '': no GPU here matches | here are: "
                           "0000:03:00.0 (Intel Arc Pro B60); optional = true lets it match "
                           "none"));
  EXPECT_TRUE(resolved(table + "optional = true\n", {b60("03:00.0")}).faults.empty());
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

TEST(AMatch, ByWhatTellsACardFromOthersOfItsKind) {
  GpuFacts first = b60("03:00.0");
  first.gpu.serial = "00-11-22-33-44-55-66-77";
  first.gpu.slot = "5-1";
  first.gpu.subsystem_vendor_id = 0x8086;
  first.gpu.subsystem_device_id = 0x1234;
  GpuFacts second = plain("3b:00.0");
  second.gpu.uuid = "GPU-1A2b3c4d-0000-1111-2222-333344445555";
  second.driver_model = "NVIDIA L40S-48Q of the driver";
  const std::vector<GpuFacts> host{first, second};
  const auto found = [&host](const std::string& match) {
    return addresses(resolved("[[gpu]]\nmatch = { " + match + " }\noptional = true\n", host));
  };
  const std::vector<std::string> one{"0000:03:00.0"};
  const std::vector<std::string> other{"0000:3b:00.0"};
  EXPECT_EQ(found("serial = \"00-11-22-33-44-55-66-77\""), one);
  EXPECT_EQ(found("slot = \"5-1\""), one);
  EXPECT_EQ(found("slot = \"5\""), std::vector<std::string>{});
  EXPECT_EQ(found("backend = \"intel-xe\""), one);
  EXPECT_EQ(found("subsystem = \"8086:1234\""), one);
  EXPECT_EQ(found("subsystem = \"0x1234\""), one);
  EXPECT_EQ(found("subsystem = \"10de:1234\""), std::vector<std::string>{});
  EXPECT_EQ(found("uuid = \"GPU-1a2b3c4d-0000-1111-2222-333344445555\""), other);
  EXPECT_EQ(found("uuid = \"1A2B3C4D-0000-1111-2222-333344445555\""), other);
  EXPECT_EQ(found("model = \"*of the driver\""), other);
}

TEST(WhatNeedsADriver, IsUnknownUntilItIsThereAndNeverNoMatch) {
  GpuFacts unbound = plain("3b:00.0");
  unbound.gpu.driver.reset();
  GpuFacts nameless = unbound;
  nameless.gpu.model.clear();
  for (const std::string match :
       {"driver = \"nvidia\"", "uuid = \"x\"", "serial = \"x\"", "backend = \"generic\""}) {
    const auto result = resolved("[[gpu]]\nmatch = { " + match + " }\nvfs = 1\n", {unbound});
    EXPECT_THAT(lines(result.faults), testing::IsEmpty()) << match;
    EXPECT_THAT(lines(result.missing),
                testing::ElementsAre("3: missing match '': no GPU here matches yet | not known "
                                     "without their driver: 0000:3b:00.0 (NVIDIA L40S)"))
        << match;
    EXPECT_TRUE(result.desired.empty());
  }
  const std::string by_name = "[[gpu]]\nmatch = { model = \"*B60\" }\n";
  EXPECT_EQ(resolved(by_name, {unbound}).faults.size(), 1);
  EXPECT_EQ(resolved(by_name, {nameless}).missing.size(), 1);
  const std::string ids = "[[gpu]]\nmatch = { driver = \"nvidia\", vendor = \"intel\" }\n";
  EXPECT_EQ(resolved(ids, {unbound}).faults.size(), 1);
  const auto nth = resolved("[[gpu]]\nmatch = { driver = \"xe\", nth = 0 }\nvfs = 1\n",
                            {b60("03:00.0"), unbound});
  EXPECT_THAT(lines(nth.missing), testing::ElementsAre(testing::HasSubstr("can't be told yet")));
  EXPECT_TRUE(nth.desired.empty());
  const auto expected = resolved("[[gpu]]\nmatch = { driver = \"xe\" }\nexpect = 2\nvfs = 1\n",
                                 {b60("03:00.0"), unbound});
  EXPECT_THAT(lines(expected.missing), testing::ElementsAre(testing::HasSubstr("1 GPU matches")));
  EXPECT_EQ(expected.desired.size(), 1);
}

TEST(ASerialNumber, ThatCanNotBeReadIsToldAndNotGuessed) {
  GpuFacts hidden = b60("03:00.0");
  hidden.serial_hidden = Error{.kind = ErrorKind::not_permitted, .subject = "config", .why = "no"};
  const auto result = resolved("[[gpu]]\nmatch = { serial = \"x\" }\n", {hidden});
  EXPECT_THAT(lines(result.faults), testing::ElementsAre("3: not_permitted config '': no | "));
  const auto other = resolved("[[gpu]]\nmatch = { serial = \"x\", vendor = \"amd\" }\n", {hidden});
  EXPECT_THAT(lines(other.faults), testing::ElementsAre(testing::HasSubstr("no_match")));
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
