// SPDX-License-Identifier: Apache-2.0
// Registers behind BAR 5 of AMD's GPUs, bit by bit.
#include "backends/amd/mapped.hpp"
#include "backends/mapped.hpp"
#include "backends/support/mapped.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace vfmgr::test::of_amd_mapped {
namespace {

using Ids = std::initializer_list<std::uint16_t>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MappedChoice of(std::uint16_t device) {
  return choose(&amd::mapped_registers, 0x1002, device);
}

TEST(AmdMapped, OfTongaAreWhereBif5HasThem) {
  for (const std::uint16_t device : Ids{0x6929, 0x692f}) {
    const MappedChoice tonga = of(device);
    EXPECT_EQ(tonga.of, "Tonga");
    ASSERT_THAT(names_of(tonga), ElementsAre("BIF_IOV_FUNC_IDENTIFIER", "CONFIG_MEMSIZE"));
    EXPECT_EQ(tonga.registers[0].attr->pattern, "{gpu}/5/0000540c");  // dword 0x1503
    EXPECT_EQ(tonga.registers[1].attr->pattern, "{gpu}/5/00005428");  // dword 0x150a
  }
}

TEST(AmdMapped, OfVega10AndLaterAreAtTheSamePlaces) {
  for (const std::uint16_t device : Ids{0x6860,
                                        0x6864,
                                        0x686c,
                                        0x7360,
                                        0x7362,
                                        0x73a1,
                                        0x73ae,
                                        0x738c,
                                        0x740f,
                                        0x7460,
                                        0x7461,
                                        0x75a0,
                                        0x75b3,
                                        0x74b5}) {
    const MappedChoice later = of(device);
    ASSERT_THAT(names_of(later), ElementsAre("RCC_CONFIG_MEMSIZE", "RCC_IOV_FUNC_IDENTIFIER"))
        << device;
    EXPECT_EQ(later.registers[0].attr->pattern, "{gpu}/5/0000378c");  // dword 0xde3
    EXPECT_EQ(later.registers[1].attr->pattern, "{gpu}/5/00003794");  // dword 0xde5
  }
}

TEST(AmdMapped, OfMi300AreThoseOfPartitionsToo) {
  for (const std::uint16_t device : Ids{0x74a1, 0x74a2, 0x74a5, 0x74a8, 0x74a9}) {
    EXPECT_THAT(names_of(of(device)),
                ElementsAre("RCC_CONFIG_MEMSIZE",
                            "RCC_IOV_FUNC_IDENTIFIER",
                            "PARTITION_COMPUTE_CAP",
                            "PARTITION_MEM_CAP",
                            "PARTITION_COMPUTE_STATUS",
                            "PARTITION_MEM_STATUS"))
        << device;
  }
  // Dwords 0xd20 + 0x161 to 0x164.
  EXPECT_EQ(of(0x74a1).registers[2].attr->pattern, "{gpu}/5/00003a04");
  EXPECT_EQ(of(0x74a1).registers[5].attr->pattern, "{gpu}/5/00003a10");
}

TEST(AmdMapped, OfOtherDevicesAreNoneAndThatIsSaid) {
  for (const std::uint16_t device : Ids{0x73ce, 0x74a3, 0x744c, 0x0000}) {
    EXPECT_THAT(names_of(of(device)), IsEmpty());
    EXPECT_THAT(of(device).of, HasSubstr("none: no public source"));
  }
  EXPECT_THAT(of(0x73ce).of, HasSubstr("73ce"));
}

TEST(AmdMapped, TellsAPfFromAVf) {
  using Named = std::pair<std::uint16_t, const char*>;
  for (const auto& [device, name] :
       {Named{0x6929, "BIF_IOV_FUNC_IDENTIFIER"}, Named{0x74a1, "RCC_IOV_FUNC_IDENTIFIER"}}) {
    const MappedChoice choice = of(device);
    EXPECT_EQ(decoded(choice, name, 0x00000000), "is_vf=no, iov_enable=no");
    EXPECT_EQ(decoded(choice, name, 0x80000000), "is_vf=no, iov_enable=yes");
    EXPECT_EQ(decoded(choice, name, 0x80000001), "is_vf=yes, iov_enable=yes");
    EXPECT_EQ(bits_without_field(choice, name), 0x7ffffffeU);
    // What a dead device reads is no VF with IOV.
    EXPECT_EQ(decoded(choice, name, 0xffffffff), "is_vf=, iov_enable=");
  }
}

TEST(AmdMapped, TellsMemoryInMegabytes) {
  EXPECT_EQ(decoded(of(0x6929), "CONFIG_MEMSIZE", 0x2000), "memory_size=8 GiB");
  EXPECT_EQ(decoded(of(0x74a1), "RCC_CONFIG_MEMSIZE", 0x30000), "memory_size=192 GiB");
  EXPECT_EQ(bits_without_field(of(0x74a1), "RCC_CONFIG_MEMSIZE"), 0U);
}

TEST(AmdMapped, TellsPartitions) {
  const MappedChoice mi300 = of(0x74a1);
  EXPECT_EQ(decoded(mi300, "PARTITION_COMPUTE_CAP", 0b11011),
            "spx=yes, dpx=yes, tpx=no, qpx=yes, cpx=yes");
  EXPECT_EQ(bits_without_field(mi300, "PARTITION_COMPUTE_CAP"), ~0x1fU);
  EXPECT_EQ(decoded(mi300, "PARTITION_MEM_CAP", 0b1001),
            "nps1=yes, nps2=no, nps3=no, nps4=yes, nps6=no, nps8=no");
  EXPECT_EQ(decoded(mi300, "PARTITION_MEM_CAP", 0b10100000),
            "nps1=no, nps2=no, nps3=no, nps4=no, nps6=yes, nps8=yes");
  EXPECT_EQ(bits_without_field(mi300, "PARTITION_MEM_CAP"), ~0b10101111U);
}

TEST(AmdMapped, TellsTheModesThatHold) {
  const MappedChoice mi300 = of(0x74a1);
  constexpr std::array kModes{"SPX", "DPX", "TPX", "QPX", "CPX"};
  for (std::uint32_t mode = 0; mode < 5; ++mode) {
    EXPECT_EQ(decoded(mi300, "PARTITION_COMPUTE_STATUS", mode << 4U),
              std::string("compute_mode=") + kModes.at(mode));
  }
  EXPECT_EQ(decoded(mi300, "PARTITION_COMPUTE_STATUS", 0x50), "compute_mode=unknown (0x5)");
  EXPECT_EQ(bits_without_field(mi300, "PARTITION_COMPUTE_STATUS"), ~0xf0U);
  EXPECT_EQ(decoded(mi300, "PARTITION_MEM_STATUS", 0x010), "change=0x0, memory_mode=NPS1");
  EXPECT_EQ(decoded(mi300, "PARTITION_MEM_STATUS", 0x088), "change=0x8, memory_mode=NPS4");
  EXPECT_EQ(decoded(mi300, "PARTITION_MEM_STATUS", 0x800), "change=0x0, memory_mode=NPS8");
  EXPECT_EQ(decoded(mi300, "PARTITION_MEM_STATUS", 0x000), "change=0x0, memory_mode=none");
  EXPECT_EQ(bits_without_field(mi300, "PARTITION_MEM_STATUS"), ~0xfffU);
}

}  // namespace
}  // namespace vfmgr::test::of_amd_mapped
