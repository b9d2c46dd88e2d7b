// SPDX-License-Identifier: Apache-2.0
// Registers as they lie in real devices, each bit of them set apart from its neighbours.
#include "vfmgr/registers.hpp"

#include "config_space/support/space.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace vfmgr::test {
namespace {

constexpr std::uint16_t kSriov = 0x10;

/// SR-IOV at 0x320 as Flex 170 has it (lspci of 8086:56c0).
Space flex() {
  Space space;
  space.extended(0x100, 0x0e, 0x320).extended(0x320, kSriov, 0);
  space.put(0x328, 0x0010, 2).put(0x32c, 31, 2).put(0x32e, 31, 2).put(0x334, 1, 2).put(0x336, 1, 2);
  space.put(0x33a, 0x56c0, 2).put(0x33c, 0x553, 4).put(0x340, 1, 4);
  space.put(0x344, 0x205e00000000 | 0xc, 8).put(0x34c, 0x202000000000 | 0xc, 8);
  return space;
}

TEST(SriovCapability, IsReadAsLspciShowsIt) {
  const Capability sriov = capability(flex().bytes(), true, kSriov);
  const std::vector<std::tuple<const char*, const char*>> expected{
      {"vf_migration_capable", "no"},
      {"ari_hierarchy_preserved", "no"},
      {"vf_enable", "no"},
      {"vf_memory_space_enable", "no"},
      {"ari_capable_hierarchy", "yes"},
      {"vf_10bit_tags_enable", "no"},
      {"initial_vfs", "31"},
      {"total_vfs", "31"},
      {"num_vfs", "0"},
      {"function_dependency_link", "0x0"},
      {"first_vf_offset", "1"},
      {"vf_stride", "1"},
      {"vf_device_id", "0x56c0"},
      {"supported_page_sizes", "4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB, 4 MiB"},
      {"system_page_size", "4 KiB"},
      {"vf_bar0", "memory at 0x205e00000000, 64-bit, prefetchable"},
      {"vf_bar2", "memory at 0x202000000000, 64-bit, prefetchable"},
      {"vf_bar4", "none"},
      {"vf_bar5", "none"},
      {"vf_migration_state_bar", "0"},
      {"vf_migration_state_offset", "0x0"}};
  for (const auto& [name, text] : expected) {
    EXPECT_EQ(meaning(sriov, name), text) << name;
  }
}

TEST(SriovCapability, HasEachBitOfItsRegistersInItsPlace) {
  const auto with = [](std::size_t at, std::uint64_t value, std::size_t bytes, const char* name) {
    return meaning(capability(flex().put(at, value, bytes).bytes(), true, kSriov), name);
  };
  EXPECT_EQ(with(0x324, 1, 4, "vf_migration_capable"), "yes");
  EXPECT_EQ(with(0x324, 2, 4, "ari_hierarchy_preserved"), "yes");
  EXPECT_EQ(with(0x324, 4, 4, "vf_10bit_tags_capable"), "yes");
  EXPECT_EQ(with(0x324, 5U << 21U, 4, "vf_migration_interrupt"), "5");
  EXPECT_EQ(with(0x328, 1, 2, "vf_enable"), "yes");
  EXPECT_EQ(with(0x328, 2, 2, "vf_migration_enable"), "yes");
  EXPECT_EQ(with(0x328, 4, 2, "vf_migration_interrupt_enable"), "yes");
  EXPECT_EQ(with(0x328, 8, 2, "vf_memory_space_enable"), "yes");
  EXPECT_EQ(with(0x328, 0, 2, "ari_capable_hierarchy"), "no");
  EXPECT_EQ(with(0x328, 0x20, 2, "vf_10bit_tags_enable"), "yes");
  EXPECT_EQ(with(0x32a, 1, 2, "vf_migration_status"), "yes");
  EXPECT_EQ(with(0x330, 31, 2, "num_vfs"), "31");
  EXPECT_EQ(with(0x332, 0x12, 1, "function_dependency_link"), "0x12");
  EXPECT_EQ(with(0x35c, 0x2003, 4, "vf_migration_state_bar"), "3");
  EXPECT_EQ(with(0x35c, 0x2003, 4, "vf_migration_state_offset"), "0x2000");
}

TEST(SriovCapability, ThatEndsWithTheBytesIsReadAsFarAsTheyGo) {
  const Capability sriov = capability(flex().bytes().substr(0, 0x330), true, kSriov);
  EXPECT_EQ(meaning(sriov, "total_vfs"), "31");
  EXPECT_EQ(meaning(sriov, "num_vfs"), "not read");
  EXPECT_EQ(meaning(sriov, "vf_bar0"), "not read");
}

TEST(SriovCapability, OfWhichPartReadsOnesIsUnknownThere) {
  const Capability sriov = capability(flex().put(0x32c, 0xffffffff, 4).bytes(), true, kSriov);
  EXPECT_EQ(meaning(sriov, "initial_vfs"), "unknown");
  EXPECT_EQ(meaning(sriov, "total_vfs"), "unknown");
  EXPECT_EQ(meaning(sriov, "num_vfs"), "0");
}

TEST(Bars, AreOfTwoRegistersWhereTheyHave64Bits) {
  Space space(64);
  space.put(0x10, 0xe0800000, 4).put(0x14, 0x1021, 4).put(0x18, 0x0000000c, 4).put(0x1c, 0x38, 4);
  space.put(0x24, 0x4, 4);  // the last one has no upper half
  EXPECT_EQ(header_meaning(space.bytes(), "bar0"),
            "memory at 0xe0800000, 32-bit, non-prefetchable");
  EXPECT_EQ(header_meaning(space.bytes(), "bar1"), "I/O ports at 0x1020");
  EXPECT_EQ(header_meaning(space.bytes(), "bar2"), "memory at 0x3800000000, 64-bit, prefetchable");
  EXPECT_EQ(header_meaning(space.bytes(), "bar4"), "none");
  EXPECT_EQ(header_meaning(space.bytes(), "bar5"),
            "memory at no address, 64-bit, non-prefetchable");
}

TEST(Header, OfABridgeHasItsBusNumbers) {
  Space space(64);
  space.put(0x0e, 0x81, 1).put(0x18, 0x00, 1).put(0x19, 0x03, 1).put(0x1a, 0x1f, 1);
  space.put(0x3d, 1, 1);
  EXPECT_EQ(header_meaning(space.bytes(), "header_type"), "bridge");
  EXPECT_EQ(header_meaning(space.bytes(), "multifunction"), "yes");
  EXPECT_EQ(header_meaning(space.bytes(), "secondary_bus"), "0x3");
  EXPECT_EQ(header_meaning(space.bytes(), "subordinate_bus"), "0x1f");
  EXPECT_EQ(header_meaning(space.bytes(), "interrupt_pin"), "A");
}

TEST(ExpressCapability, TellsTypeLinkAndReset) {
  Space space;
  space.classic_list(0x70).classic(0x70, 0x10, 0).put(0x72, 0x0002, 2);
  space.put(0x74, 0x10000002, 4).put(0x78, 0x0020, 2).put(0x7a, 0x0020, 2);
  space.put(0x7c, 0x01000105, 4).put(0x82, 0x0083, 2).put(0x94, 0x20, 4).put(0x98, 0x20, 2);
  const Capability express = capability(space.bytes(), false, 0x10);
  EXPECT_EQ(meaning(express, "express_version"), "2");
  EXPECT_EQ(meaning(express, "type"), "endpoint");
  EXPECT_EQ(meaning(express, "largest_payload"), "512 B");
  EXPECT_EQ(meaning(express, "payload"), "256 B");
  EXPECT_EQ(meaning(express, "function_level_reset"), "yes");
  EXPECT_EQ(meaning(express, "transactions_pending"), "yes");
  EXPECT_EQ(meaning(express, "link_speed_capable"), "32 GT/s");
  EXPECT_EQ(meaning(express, "link_width_capable"), "x16");
  EXPECT_EQ(meaning(express, "port_number"), "1");
  EXPECT_EQ(meaning(express, "link_speed"), "8 GT/s");
  EXPECT_EQ(meaning(express, "link_width"), "x8");
  EXPECT_EQ(meaning(express, "ari_forwarding_capable"), "yes");
  EXPECT_EQ(meaning(express, "ari_forwarding_enable"), "yes");
}

TEST(ExpressCapability, HasWhatItsTypeAndVersionHave) {
  const auto fields = [](std::uint64_t flags) {
    Space space;
    space.classic_list(0x70).classic(0x70, 0x10, 0).put(0x72, flags, 2);
    return capability(space.bytes(), false, 0x10).fields.size();
  };
  EXPECT_EQ(fields(0x0092) + 5, fields(0x0002));  // in the root complex: no link
  EXPECT_EQ(fields(0x0001) + 2, fields(0x0002));  // version 1: no second registers
}

TEST(MsixCapability, HasOneEntryMoreThanItsRegisterSays) {
  Space space;
  space.classic_list(0x70).classic(0x70, 0x11, 0).put(0x72, 0xc7ff, 2);
  space.put(0x74, 0x2003, 4).put(0x78, 0x3001, 4);
  const Capability msix = capability(space.bytes(), false, 0x11);
  EXPECT_EQ(meaning(msix, "table_size"), "2048");
  EXPECT_EQ(field(msix, "table_size").raw, 2047U);
  EXPECT_EQ(meaning(msix, "function_mask"), "yes");
  EXPECT_EQ(meaning(msix, "enable"), "yes");
  EXPECT_EQ(meaning(msix, "table_bar"), "3");
  EXPECT_EQ(meaning(msix, "table_offset"), "0x2000");
  EXPECT_EQ(meaning(msix, "pba_bar"), "1");
  EXPECT_EQ(meaning(msix, "pba_offset"), "0x3000");
}

TEST(ResizableBars, TellTheirSizesAndWhichBarTheyAreOf) {
  for (const std::uint16_t id :
       std::array<std::uint16_t, 2>{0x15, 0x24}) {  // of the PF, and of its VFs
    Space space;
    space.extended(0x100, id, 0);
    space.put(0x104, 0x7U << 12U, 4).put(0x108, (2U << 5U) | (8U << 8U) | 2U, 4);
    space.put(0x10c, 1U << 4U, 4).put(0x110, (1U << 16U) | (40U << 8U) | 4U, 4);
    const Capability bars = capability(space.bytes(), true, id);
    EXPECT_EQ(meaning(bars, "bars"), "2");
    EXPECT_EQ(meaning(bars, "bar2_sizes"), "256 MiB, 512 MiB, 1 GiB");
    EXPECT_EQ(meaning(bars, "bar2_size"), "256 MiB");
    EXPECT_EQ(meaning(bars, "bar4_sizes"), "1 MiB");
    EXPECT_EQ(meaning(bars, "bar4_larger_sizes"), "256 TiB");
    EXPECT_EQ(field(bars, "bar4_size").raw, 40U);
  }
}

TEST(SmallCapabilities, HaveEachBitInItsPlace) {
  const auto read =
      [](std::uint16_t id, std::uint64_t first, std::uint64_t second, const char* name) {
        const std::string config =
            Space().extended(0x100, id, 0).put(0x104, first, 4).put(0x108, second, 4).bytes();
        return meaning(capability(config, true, id), name);
      };
  EXPECT_EQ(read(0x0e, 0x00320503, 0, "mfvc_groups_capable"), "yes");
  EXPECT_EQ(read(0x0e, 0x00320503, 0, "acs_groups_capable"), "yes");
  EXPECT_EQ(read(0x0e, 0x00320503, 0, "next_function"), "5");
  EXPECT_EQ(read(0x0e, 0x00320503, 0, "mfvc_groups_enable"), "no");
  EXPECT_EQ(read(0x0e, 0x00320503, 0, "acs_groups_enable"), "yes");
  EXPECT_EQ(read(0x0e, 0x00320503, 0, "function_group"), "3");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "source_validation_capable"), "no");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "translation_blocking_capable"), "yes");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "completion_redirect_capable"), "yes");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "direct_translated_capable"), "yes");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "egress_vector_bits"), "8");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "direct_translated_enable"), "yes");
  EXPECT_EQ(read(0x0d, 0x0040084a, 0, "translation_blocking_enable"), "no");
  EXPECT_EQ(read(0x0f, 0x80030020, 0, "invalidate_queue_depth"), "32");
  EXPECT_EQ(read(0x0f, 0x80030020, 0, "page_aligned_request"), "yes");
  EXPECT_EQ(read(0x0f, 0x80030020, 0, "smallest_translation_unit"), "32 KiB");
  EXPECT_EQ(read(0x0f, 0x80030020, 0, "enable"), "yes");
  EXPECT_EQ(read(0x13, 0x81000001, 512, "enable"), "yes");
  EXPECT_EQ(read(0x13, 0x81000001, 512, "reset"), "no");
  EXPECT_EQ(read(0x13, 0x81000001, 512, "stopped"), "yes");
  EXPECT_EQ(read(0x13, 0x81000001, 512, "response_needs_pasid"), "yes");
  EXPECT_EQ(read(0x13, 0x81000001, 512, "response_failure"), "no");
  EXPECT_EQ(read(0x13, 0x81000001, 512, "most_requests"), "512");
  EXPECT_EQ(read(0x1b, 0x00051402, 0, "execute_capable"), "yes");
  EXPECT_EQ(read(0x1b, 0x00051402, 0, "privileged_capable"), "no");
  EXPECT_EQ(read(0x1b, 0x00051402, 0, "width_bits"), "20");
  EXPECT_EQ(read(0x1b, 0x00051402, 0, "enable"), "yes");
  EXPECT_EQ(read(0x1b, 0x00051402, 0, "privileged_enable"), "yes");
  EXPECT_EQ(read(0x0b, 0x07010002, 0, "vsec_id"), "0x0002");
  EXPECT_EQ(read(0x0b, 0x07010002, 0, "vsec_revision"), "1");
  EXPECT_EQ(read(0x0b, 0x07010002, 0, "vsec_length"), "0x70");
  EXPECT_EQ(read(0x23, 0x03811e98, 0x0008, "dvsec_vendor_id"), "0x1e98");
  EXPECT_EQ(read(0x23, 0x03811e98, 0x0008, "dvsec_revision"), "1");
  EXPECT_EQ(read(0x23, 0x03811e98, 0x0008, "dvsec_length"), "0x38");
  EXPECT_EQ(read(0x23, 0x03811e98, 0x0008, "dvsec_id"), "0x0008");
  EXPECT_EQ(read(0x03, 0x44332211, 0x88776655, "serial_number"), "88-77-66-55-44-33-22-11");
}

}  // namespace
}  // namespace vfmgr::test
