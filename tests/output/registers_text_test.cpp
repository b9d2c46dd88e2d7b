// SPDX-License-Identifier: Apache-2.0
#include "output/registers_text.hpp"

#include "vfmgr/registers.hpp"

#include "output/style.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vgpuctl {
namespace {

using vfmgr::Capability;
using vfmgr::Look;
using vfmgr::RegisterField;

constexpr Style kWide{.colour = false, .width = 0};

RegisterField total_vfs() {
  return {.name = "total_vfs",
          .offset = 0x32e,
          .bytes = 2,
          .low_bit = 0,
          .bits = 16,
          .look = Look::value,
          .raw = 31,
          .in_bytes = {},
          .meaning = "31"};
}

vfmgr::Registers registers() {
  vfmgr::Registers seen;
  seen.gpu.vendor = "Intel Corporation";
  seen.gpu.model = "Flex 170";
  seen.gpu.address = {.domain = 0, .bus = 3, .device = 0, .function = 0};
  seen.configuration.bytes = 4096;
  RegisterField enable = total_vfs();
  enable.name = "vf_enable";
  enable.offset = 0x328;
  enable.bits = 1;
  enable.raw = 1;
  enable.meaning = "yes";
  RegisterField ids = total_vfs();
  ids.name = "vf_device_id";
  ids.offset = 0x33a;
  ids.raw = 0x56c0;
  ids.meaning = "0x56c0";
  Capability sriov{.extended = true, .id = 0x10, .name = "SR-IOV", .offset = 0x320, .version = 1};
  sriov.decoded = true;
  sriov.fields = {enable, total_vfs(), ids};
  seen.configuration.capabilities = {sriov};
  return seen;
}

TEST(RegistersText, HasALineARegister) {
  EXPECT_EQ(registers_text(registers(), kWide),
            "0000:03:00.0  Intel Flex 170  4096 bytes of configuration space\n"
            "  0x000  Header\n"
            "  0x320  SR-IOV, version 1\n"
            "    0x328  [0]  vf_enable     yes\n"
            "    0x32e       total_vfs     31      0x001f\n"
            "    0x33a       vf_device_id  0x56c0\n");
}

TEST(RegistersText, SaysWhatIsNotKnown) {
  vfmgr::Registers seen = registers();
  auto& fields = seen.configuration.capabilities.front().fields;
  fields.resize(2);
  fields[0].look = Look::not_read;
  fields[1].look = Look::unknown;
  const Capability named{.extended = false, .id = 0x7a, .offset = 0x40};
  seen.configuration.capabilities.push_back(named);
  seen.configuration.findings = {{.what = "64 bytes were to be had", .help = "run it as root"}};
  const std::string text = registers_text(seen, kWide);
  EXPECT_THAT(text, testing::HasSubstr("vf_enable  not read\n"));
  EXPECT_THAT(text, testing::HasSubstr("total_vfs  unknown: it reads all ones\n"));
  EXPECT_THAT(text, testing::HasSubstr("  0x040  capability 0x007a  not decoded\n"));
  EXPECT_THAT(text, testing::HasSubstr("64 bytes were to be had"));
  EXPECT_THAT(text, testing::HasSubstr("run it as root"));
}

TEST(RegistersText, HasAVendorsRegistersBelowTheirLayout) {
  vfmgr::Registers seen = registers();
  Capability& one = seen.configuration.capabilities.front();
  one.vendor_layout = "GPUIOV, layout B";
  one.vendor_fields = {total_vfs()};
  one.vendor_fields.front().name = "vf0_fb_size";
  one.vendor_fields.front().meaning = "480 MiB";
  EXPECT_THAT(registers_text(seen, kWide),
              testing::HasSubstr("    GPUIOV, layout B\n"
                                 "    0x32e  vf0_fb_size  480 MiB  0x001f\n"));
}

/// A register of a GPU's BAR 5 with two parts, and one that is a number.
vfmgr::MappedRegisters mapped() {
  RegisterField is_vf{
      .name = "is_vf", .offset = 0x3794, .bytes = 4, .low_bit = 0, .bits = 1, .look = Look::value};
  is_vf.meaning = "no";
  RegisterField mode = is_vf;
  mode.name = "mode";
  mode.low_bit = 4;
  mode.bits = 4;
  mode.raw = 3;
  mode.meaning = "QPX";
  RegisterField size = is_vf;
  size.name = "memory_size";
  size.bits = 32;
  size.raw = 0x30000;
  size.meaning = "192 GiB";
  return {.chosen = "Vega 10 and later",
          .bars = {{.bar = 5,
                    .registers = {{.name = "RCC_CONFIG_MEMSIZE",
                                   .offset = 0x378c,
                                   .source = "amdgpu_discovery.c",
                                   .look = Look::value,
                                   .raw = 0x30000,
                                   .fields = {size}},
                                  {.name = "STATUS",
                                   .offset = 0x190000,
                                   .source = "there",
                                   .look = Look::value,
                                   .raw = 0x30,
                                   .fields = {is_vf, mode}}}}},
          .findings = {}};
}

TEST(RegistersText, HasRegistersBehindEachBar) {
  vfmgr::Registers seen = registers();
  seen.configuration.capabilities.clear();
  seen.mapped = mapped();
  EXPECT_EQ(registers_text(seen, kWide),
            "0000:03:00.0  Intel Flex 170  4096 bytes of configuration space\n"
            "  0x000  Header\n"
            "  Mapped registers  Vega 10 and later\n"
            "  BAR 5\n"
            "    0x00378c  RCC_CONFIG_MEMSIZE  0x00030000\n"
            "      memory_size  192 GiB  0x00030000\n"
            "    0x190000  STATUS  0x00000030\n"
            "      [0]    is_vf  no\n"
            "      [7:4]  mode   QPX  0x3\n");
}

TEST(RegistersText, SaysWhyARegisterBehindABarIsNotKnown) {
  vfmgr::Registers seen = registers();
  seen.mapped = mapped();
  seen.mapped.bars[0].registers[0].look = Look::not_read;
  seen.mapped.bars[0].registers[1].look = Look::unknown;
  seen.mapped.findings = {{.what = "BAR 5 can't be mapped", .help = "run it as root"}};
  const std::string text = registers_text(seen, kWide);
  EXPECT_THAT(text, testing::HasSubstr("  0x00378c  RCC_CONFIG_MEMSIZE  not read\n    0x190000"));
  EXPECT_THAT(text, testing::EndsWith("  STATUS  unknown: it reads all ones\n"));
  EXPECT_THAT(text, testing::HasSubstr("BAR 5 can't be mapped"));
  EXPECT_THAT(text, testing::HasSubstr("run it as root"));
}

TEST(RegistersText, SaysWhyNoRegisterIsMapped) {
  vfmgr::Registers seen = registers();
  EXPECT_THAT(registers_text(seen, kWide), testing::Not(testing::HasSubstr("Mapped")));
  seen.mapped.chosen = "none: nobody tells";
  EXPECT_THAT(registers_text(seen, kWide),
              testing::EndsWith("  Mapped registers  none: nobody tells\n"));
}

TEST(RegistersText, ShowsNothingThatMovesTheCursor) {
  vfmgr::Registers seen = registers();
  seen.gpu.model = "A\x1b[2J";
  seen.configuration.capabilities.front().vendor_layout = "B\x1b[2J";
  EXPECT_THAT(registers_text(seen, kWide), testing::Not(testing::HasSubstr("\x1b")));
}

}  // namespace
}  // namespace vgpuctl
