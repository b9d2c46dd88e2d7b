// SPDX-License-Identifier: Apache-2.0
// Registers behind BAR 0 of NVIDIA's GPUs, bit by bit.
#include "backends/mapped.hpp"
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/mapped.hpp"
#include "backends/support/mapped.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace vfmgr::test::of_nvidia_mapped {
namespace {

using Ids = std::initializer_list<std::uint16_t>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

MappedChoice of(std::uint16_t device) {
  return choose(&nvidia::mapped_registers, 0x10de, device, 0x030200);
}

TEST(NvidiaMapped, IdentifyTheChip) {
  for (const std::uint16_t device : Ids{0x1eb8, 0x2235, 0x25b6, 0x2330, 0x26b9, 0x2901, 0x2bb5}) {
    const MappedChoice choice = of(device);
    ASSERT_THAT(names_of(choice), ElementsAre("PMC_BOOT_0", "PMC_BOOT_1", "PMC_BOOT_42")) << device;
    EXPECT_EQ(choice.registers[0].attr->pattern, "{gpu}/0/00000000");
    EXPECT_EQ(choice.registers[1].attr->pattern, "{gpu}/0/00000004");
    EXPECT_EQ(choice.registers[2].attr->pattern, "{gpu}/0/00000a00");
  }
}

TEST(NvidiaMapped, OfGa100TellMigToo) {
  for (const std::uint16_t device :
       Ids{0x20b0, 0x20b2, 0x20b5, 0x20b7, 0x20f1, 0x20f3, 0x20f5, 0x20f6}) {
    const MappedChoice choice = of(device);
    ASSERT_EQ(choice.registers.size(), 6U) << device;
    EXPECT_EQ(choice.registers[3].attr->pattern, "{gpu}/0/00001404");
    EXPECT_EQ(choice.registers[4].attr->pattern, "{gpu}/0/00118234");
    EXPECT_EQ(choice.registers[5].attr->pattern, "{gpu}/0/00118f78");
  }
}

TEST(NvidiaMapped, OfOtherDevicesAreNoneAndThatIsSaid) {
  for (const std::uint16_t device : Ids{0x2204, 0x0000, 0xffff}) {
    EXPECT_THAT(names_of(of(device)), IsEmpty());
    EXPECT_THAT(of(device).of, HasSubstr("none: no table has device"));
  }
}

// Whatever can be cut up can be looked at.
TEST(NvidiaMapped, AreKnownOfEveryCardWithVgpuTypes) {
  int cards = 0;
  for (std::uint32_t device = 0; device <= 0xffff; ++device) {
    const auto id = static_cast<std::uint16_t>(device);
    if (nvidia::card_of(id, 0) != nullptr) {
      EXPECT_THAT(names_of(of(id)), Not(IsEmpty())) << device;
      ++cards;
    }
  }
  EXPECT_GT(cards, 20);
}

TEST(NvidiaMapped, TellArchitectureAndRevision) {
  const MappedChoice choice = of(0x20b5);
  EXPECT_EQ(decoded(choice, "PMC_BOOT_0", 0x170000a1),
            "minor_revision=0x1, major_revision=0xa, architecture_high=0, implementation=0x0, "
            "architecture=Ampere (GA1xx)");
  EXPECT_EQ(bits_without_field(choice, "PMC_BOOT_0"), 0xe00ffe00U);
  EXPECT_EQ(decoded(choice, "PMC_BOOT_42", 0x192a1000),
            "minor_extended_revision=0x0, minor_revision=0x1, major_revision=0xa, "
            "implementation=0x2, architecture=Ada, chip_id=0x192");
  EXPECT_EQ(bits_without_field(choice, "PMC_BOOT_42"), 0xc00000ffU);
  constexpr std::array kArchitectures{
      "Turing", "Ampere (GA1xx)", "Hopper", "Ada", "Blackwell (GB10x)", "Blackwell (GB20x)"};
  for (std::uint32_t i = 0; i < 6; ++i) {
    EXPECT_THAT(decoded(choice, "PMC_BOOT_42", (0x16 + i) << 24U),
                HasSubstr(std::string("architecture=") + kArchitectures.at(i) + ","));
  }
  EXPECT_THAT(decoded(choice, "PMC_BOOT_42", 0x15U << 24U),
              HasSubstr("architecture=unknown (0x15)"));
  EXPECT_THAT(decoded(choice, "PMC_BOOT_42", 0x1cU << 24U),
              HasSubstr("architecture=unknown (0x1c)"));
}

TEST(NvidiaMapped, TellAVfFromARealGpu) {
  const MappedChoice choice = of(0x26b9);
  EXPECT_EQ(decoded(choice, "PMC_BOOT_1", 0), "vgpu8_virtual=no, vgpu16_virtual=no, function=real");
  EXPECT_EQ(decoded(choice, "PMC_BOOT_1", 1U << 16U),
            "vgpu8_virtual=no, vgpu16_virtual=yes, function=paravirtual");
  EXPECT_EQ(decoded(choice, "PMC_BOOT_1", 2U << 16U),
            "vgpu8_virtual=no, vgpu16_virtual=no, function=VF");
  EXPECT_EQ(decoded(choice, "PMC_BOOT_1", (3U << 16U) | 0x100U),
            "vgpu8_virtual=yes, vgpu16_virtual=yes, function=unknown (0x3)");
  EXPECT_EQ(bits_without_field(choice, "PMC_BOOT_1"), ~0x30100U);
}

TEST(NvidiaMapped, TellMigAsMigPartedDoes) {
  const MappedChoice choice = of(0x20b5);
  EXPECT_EQ(decoded(choice, "MigModeCheckReg", 0x8000), "mig_mode=on");
  EXPECT_EQ(decoded(choice, "MigModeCheckReg", 0x0000), "mig_mode=off");
  EXPECT_EQ(decoded(choice, "MigModeCheckReg", 0x6000), "mig_mode=off");
  EXPECT_EQ(bits_without_field(choice, "MigModeCheckReg"), ~0xe000U);
  EXPECT_EQ(decoded(choice, "BootCompleteReg", 0x3ff), "boot=complete");
  EXPECT_EQ(decoded(choice, "BootCompleteReg", 0x3fe), "boot=not complete");
  EXPECT_EQ(decoded(choice, "MigModeSetReg", 0xc000), "mig_mode_after_reset=on");
  EXPECT_EQ(decoded(choice, "MigModeSetReg", 0x8000), "mig_mode_after_reset=off");
  EXPECT_EQ(decoded(choice, "MigModeSetReg", 0x4000), "mig_mode_after_reset=not set");
  EXPECT_EQ(bits_without_field(choice, "MigModeSetReg"), ~0xc000U);
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_mapped
