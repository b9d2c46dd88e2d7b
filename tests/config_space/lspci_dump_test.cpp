// SPDX-License-Identifier: Apache-2.0
#include "core/lspci_dump.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/text_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace vfmgr {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// Lines of this many bytes, each the low byte of its place.
std::string bytes(std::size_t count, std::size_t from = 0) {
  std::string text;
  for (std::size_t at = from; at < from + count; at += 16) {
    text += fmt::format("{:02x}:", at);
    for (std::size_t i = 0; i < 16; ++i) {
      text += fmt::format(" {:02x}", (at + i) & 0xffU);
    }
    text += "\n";
  }
  return text;
}

Result<std::vector<DumpedFunction>> parse(const std::string& text) {
  return parse_lspci_dump(SourceText(std::string("dump.txt"), text));
}

/// Each fault as "LINE:COLUMN+LENGTH why".
std::vector<std::string> faults(const std::string& text) {
  const auto dump = parse(text);
  EXPECT_FALSE(dump.has_value());
  std::vector<std::string> told;
  if (!dump) {
    std::vector<Error> all{dump.error()};
    all.insert(all.end(), dump.error().also.begin(), dump.error().also.end());
    for (const Error& one : all) {
      told.push_back(
          one.spot->line == 0
              ? one.why
              : fmt::format(
                    "{}:{}+{} {}", one.spot->line, one.spot->column, one.spot->length, one.why));
    }
  }
  return told;
}

TEST(LspciDump, TellsOfEachDeviceWhatIsKnownOfIt) {
  const auto dump = parse(
      "0001:53:00.0 Display controller: Intel Corporation Data Center GPU Flex 170 (rev 08)\n"
      "\tSubsystem: Intel Corporation Device 4905\n"
      "\tNUMA node: 1\n"
      "\tIOMMU group: 76\n"
      "\tCapabilities: [320 v1] Single Root I/O Virtualization (SR-IOV)\n"
      "\tKernel driver in use: i915\n"
      "\tKernel modules: i915, xe\n" +
      bytes(4096) + "\n54:00.0 0380: 8086:56c0\n" + bytes(64));
  ASSERT_TRUE(dump.has_value()) << to_string(dump.error());
  ASSERT_THAT(*dump, SizeIs(2));
  const DumpedFunction& first = dump->front();
  EXPECT_EQ(to_string(first.address), "0001:53:00.0");
  EXPECT_EQ(first.about, "Intel Corporation Data Center GPU Flex 170");
  EXPECT_EQ(first.driver, "i915");
  EXPECT_EQ(first.numa_node, 1);
  EXPECT_EQ(first.iommu_group, 76);
  EXPECT_EQ(first.config.size(), 4096U);
  EXPECT_EQ(first.config[0x123], '\x23');
  const DumpedFunction& second = dump->back();
  EXPECT_EQ(to_string(second.address), "0000:54:00.0");
  EXPECT_EQ(second.about, "8086:56c0");
  EXPECT_EQ(second.config.size(), 64U);
  EXPECT_FALSE(second.driver);
  EXPECT_FALSE(second.iommu_group);
}

TEST(LspciDump, MayHaveWhatPeoplePasteWithIt) {
  const auto dump = parse(
      "# of my machine\nme@host:~$ sudo lspci -xxxx\nlspci: Unable to load libkmod resources: "
      "error -2\n\n"
      "03:00.0 VGA compatible controller: ACME (prog-if 00 [VGA controller])\r\n" +
      bytes(32) + "pcilib: sysfs_read_vpd: read failed: Input/output error\n  " + bytes(16, 32) +
      bytes(16, 48));
  ASSERT_TRUE(dump.has_value()) << to_string(dump.error());
  EXPECT_EQ(dump->front().about, "ACME");
  EXPECT_EQ(dump->front().config.size(), 64U);
}

TEST(LspciDump, IsOfAsManyBytesAsLspciPrints) {
  for (const std::size_t size : {64U, 128U, 256U, 4096U}) {
    EXPECT_TRUE(parse("03:00.0 VGA: A\n" + bytes(size)).has_value()) << size;
  }
  for (const std::size_t size : {16U, 48U, 80U, 512U, 4080U}) {
    EXPECT_THAT(faults("03:00.0 VGA: A\n" + bytes(size)),
                testing::ElementsAre(
                    fmt::format("1:1+7 it has {} bytes, and lspci prints 64, 256 or 4096", size)));
  }
  EXPECT_THAT(faults("03:00.0 VGA: A\n" + bytes(4096) + bytes(16, 4096)),
              testing::ElementsAre("258:1+4 configuration space ends at 1000"));
}

TEST(LspciDump, TellsAllThatIsWrongAtOnce) {
  std::string wrong = "03:00.0 VGA: A\n" + bytes(64) + "04:00.0 VGA: B\n" + bytes(64) +
                      "03:00.0 VGA: C\n" + bytes(64) + "hello there\n";
  wrong.replace(wrong.find("12 13"), 5, "1g 13");
  EXPECT_THAT(faults(wrong),
              testing::ElementsAre("3:11+2 this is no byte",
                                   "11:1+7 0000:03:00.0 stands in line 1 already",
                                   "16:1+5 this begins neither a device nor a line of its bytes"));
}

TEST(LspciDump, TellsOfALineThatIsMissingOrCutOffOnce) {
  const std::string text = "03:00.0 VGA: A\n" + bytes(256);
  const std::size_t at = text.find("20: ");
  std::string missing = text;
  missing.erase(at, text.find('\n', at) + 1 - at);
  EXPECT_THAT(faults(missing),
              testing::ElementsAre("4:1+2 bytes from 20 on are missing before these"));
  std::string short_line = text;
  short_line.erase(text.find('\n', at) - 3, 3);
  EXPECT_THAT(faults(short_line),
              testing::ElementsAre("4:1+48 a line has 16 bytes, and this one 15"));
}

TEST(LspciDump, WithoutBytesSaysHowToMakeOne) {
  for (const char* const text : {"", "\n\n", "hello\nyou\n", "# nothing\n"}) {
    EXPECT_THAT(faults(text), testing::ElementsAre("no device stands in it")) << text;
  }
  EXPECT_THAT(faults("03:00.0 VGA: A\n\tFlags: fast\n04:00.0 VGA: B\n"),
              testing::ElementsAre("no device in it has the bytes of its configuration space"));
  EXPECT_THAT(faults("03:00.0 VGA: A\n04:00.0 VGA: B\n" + bytes(64)),
              testing::ElementsAre("1:1+7 it has no bytes, as others here do"));
  EXPECT_THAT(faults(bytes(64)), testing::ElementsAre("1:1+2 bytes of no device"));
  EXPECT_THAT(parse("").error().help, HasSubstr("lspci -Dvvvxxxx"));
}

TEST(LspciDump, WithNothingRightInItCostsNoMoreThanAShortOne) {
  std::string text = "03:00.0 VGA: A\n";
  for (int i = 0; i < 100000; ++i) {
    text += "what\n";
  }
  EXPECT_LE(faults(text).size(), 1001U);
}

}  // namespace
}  // namespace vfmgr
