// SPDX-License-Identifier: Apache-2.0
// Registers behind BAR 0 of Intel's GPUs, bit by bit.
#include "backends/intel/mapped.hpp"
#include "backends/mapped.hpp"
#include "backends/support/mapped.hpp"
#include "core/attr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace vfmgr::test::of_intel_mapped {
namespace {

using Ids = std::initializer_list<std::uint16_t>;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

MappedChoice of(std::uint16_t device) {
  return choose(&intel::mapped_registers, 0x8086, device);
}

/// Offsets of what a PF reads for its VFs, of one device.
std::vector<std::string> runtime_offsets(std::uint16_t device) {
  std::vector<std::string> offsets;
  for (const MappedSpec& spec : of(device).registers) {
    if (spec.attr->source.ends_with("xe_gt_sriov_pf_service.c")) {
      offsets.emplace_back(spec.attr->pattern.substr(spec.attr->pattern.size() - 4));
    }
  }
  return offsets;
}

// xe_gt_sriov_pf_service.c: pick_runtime_regs.
TEST(IntelMapped, ArePerFamilyWhatItsPfReadsForVfs) {
  EXPECT_THAT(runtime_offsets(0x9a49),  // 12.00
              ElementsAre("0d00", "9118", "9134", "9138", "913c", "9140", "c1dc"));
  EXPECT_THAT(runtime_offsets(0x56c0),  // 12.55
              ElementsAre("0d00", "9118", "911c", "9134", "913c", "9140", "9144", "c1dc"));
  EXPECT_THAT(runtime_offsets(0x0bd5),  // 12.60
              ElementsAre("0d00", "9118", "9134", "913c", "9140", "9144", "9148", "c1dc"));
  EXPECT_THAT(
      runtime_offsets(0x7d55),  // 12.70
      ElementsAre("0d00", "9114", "9118", "911c", "9134", "913c", "9140", "9144", "9148", "c1dc"));
  for (const std::uint16_t device : Ids{0xe211, 0xb080}) {  // 20.01, 30.00
    EXPECT_THAT(runtime_offsets(device),
                ElementsAre("0d00",
                            "9114",
                            "9118",
                            "911c",
                            "9134",
                            "913c",
                            "9140",
                            "9144",
                            "9148",
                            "914c",
                            "9150",
                            "c1dc"));
  }
}

TEST(IntelMapped, TellsVersionsWhereThereIsSuchARegister) {
  for (const std::uint16_t device : Ids{0x9a49, 0x46a6, 0xa780, 0x56c0, 0x0bd5}) {
    EXPECT_THAT(names_of(of(device)), Not(Contains(HasSubstr("GMD_ID")))) << device;
    EXPECT_THAT(names_of(of(device)), Contains("VF_CAP_REG")) << device;
    EXPECT_THAT(names_of(of(device)), Contains("GUC_STATUS")) << device;
  }
  for (const std::uint16_t device : Ids{0x7d55, 0xe211, 0xe20b, 0xb080}) {
    EXPECT_THAT(names_of(of(device)), Contains("GMD_ID")) << device;
    EXPECT_THAT(names_of(of(device)), Contains("GMD_ID (media)")) << device;
  }
}

TEST(IntelMapped, OfOtherDevicesAreNoneAndThatIsSaid) {
  EXPECT_THAT(names_of(of(0x1234)), IsEmpty());
  EXPECT_THAT(of(0x1234).of, HasSubstr("none: device 1234"));
  // A network card of Intel's is no GPU, whatever its id.
  EXPECT_EQ(choose(&intel::mapped_registers, 0x8086, 0xe211, 0x020000).of, "");
}

TEST(IntelMapped, TellsAVf) {
  const MappedChoice choice = of(0xe211);
  EXPECT_EQ(decoded(choice, "VF_CAP_REG", 0), "is_vf=no, reserved=0, as it must be");
  EXPECT_EQ(decoded(choice, "VF_CAP_REG", 1), "is_vf=yes, reserved=0, as it must be");
  EXPECT_EQ(decoded(choice, "VF_CAP_REG", 3), "is_vf=yes, reserved=0x1, and must be 0");
  EXPECT_EQ(decoded(choice, "VF_CAP_REG", 0xffffffff), "is_vf=, reserved=");
  EXPECT_EQ(bits_without_field(choice, "VF_CAP_REG"), 0U);
}

TEST(IntelMapped, TellsTheVersionOfGraphicsAndMedia) {
  const MappedChoice choice = of(0xe211);
  EXPECT_EQ(decoded(choice, "GMD_ID", 0x05004004),
            "revision=4, flags=0x0, release=1, architecture=20");
  EXPECT_EQ(decoded(choice, "GMD_ID (media)", 0x03404000),
            "media_revision=0, media_flags=0x0, media_release=1, media_architecture=13");
  EXPECT_EQ(bits_without_field(choice, "GMD_ID"), 0U);
  EXPECT_EQ(bits_without_field(choice, "GMD_ID (media)"), 0U);
}

TEST(IntelMapped, TellsWhetherTheFirmwareRuns) {
  const MappedChoice choice = of(0xe211);
  EXPECT_EQ(decoded(choice, "GUC_STATUS", (2U << 30U) | (0xf0U << 8U) | (0x76U << 1U)),
            "guc_in_reset=no, guc_bootrom=firmware started, guc_ukernel=ready, guc_mia=0x0, "
            "guc_authentication=good");
  EXPECT_EQ(decoded(choice, "GUC_STATUS", (1U << 30U) | (0x50U << 1U)),
            "guc_in_reset=no, guc_bootrom=firmware's signature refused, guc_ukernel=0x0, "
            "guc_mia=0x0, guc_authentication=bad");
  EXPECT_EQ(decoded(choice, "GUC_STATUS", (0x70U << 8U) | (0x7U << 16U) | 1U),
            "guc_in_reset=yes, guc_bootrom=0x0, guc_ukernel=exception, guc_mia=0x7, "
            "guc_authentication=none, as while its GT sleeps");
  EXPECT_EQ(bits_without_field(choice, "GUC_STATUS"), 0x3ff80000U);
}

// A GT that sleeps reads 0: it is never told as what the fuses say.
TEST(IntelMapped, DoesNotTakeASleepingGtForOneWithoutUnits) {
  const MappedChoice choice = of(0xe211);
  EXPECT_EQ(decoded(choice, "XELP_GT_GEOMETRY_DSS_ENABLE", 0),
            "geometry_dss_enable=0, as while its GT sleeps");
  EXPECT_EQ(decoded(choice, "XELP_GT_GEOMETRY_DSS_ENABLE", 0x1f), "geometry_dss_enable=0x1f");
}

}  // namespace
}  // namespace vfmgr::test::of_intel_mapped
