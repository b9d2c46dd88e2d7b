// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "core/support/resolving.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vfmgr {
namespace {

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

}  // namespace
}  // namespace vfmgr
