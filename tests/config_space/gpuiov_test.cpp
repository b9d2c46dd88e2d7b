// SPDX-License-Identifier: Apache-2.0
#include "backends/amd/gpuiov.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"

#include "config_space/support/space.hpp"
#include "core/config_space/decode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kMib = 1U << 20U;

Capability gpuiov(const Space& space, std::uint16_t device, std::uint16_t vendor = 0x1002) {
  ConfigSpace decoded = config_space::decode(space.bytes());
  Gpu gpu;
  gpu.vendor_id = vendor;
  gpu.device_id = device;
  amd::read_gpuiov(gpu, space.bytes(), decoded);
  const auto found = std::ranges::find_if(decoded.capabilities,
                                          [](const Capability& one) { return one.id == 0x0b; });
  return found == decoded.capabilities.end() ? Capability{} : *found;
}

RegisterField of(const Capability& capability, std::string_view name) {
  const auto found = std::ranges::find(capability.vendor_fields, name, &RegisterField::name);
  EXPECT_NE(found, capability.vendor_fields.end()) << name;
  return found == capability.vendor_fields.end() ? RegisterField{} : *found;
}

std::optional<std::uint64_t> mib(const Capability& capability, std::string_view name) {
  const auto bytes = of(capability, name).in_bytes;
  return bytes ? std::optional(*bytes / kMib) : std::nullopt;
}

/// An S7150 of 8 GB as GIM cuts it into 16 VFs: SR-IOV at 0x330, GPUIOV at 0x400.
Space s7150() {
  Space space;
  space.extended(0x100, 0x0b, 0x330).put(0x104, 0x01010001, 4);
  space.extended(0x330, 0x10, 0x400).put(0x33e, 16, 2);
  space.extended(0x400, 0x0b, 0).put(0x404, 0x07010002, 4);
  space.put(0x420, 0x00100001, 4).put(0x424, 0x1f002000, 4);
  space.put(0x42c, 0x0011001d, 4).put(0x430, 0x002f001d, 4);
  return space;
}

/// The capability at 0x400; the one at 0x100 has another VSEC id.
Capability of_s7150(const Space& space) {
  ConfigSpace decoded = config_space::decode(space.bytes());
  Gpu gpu;
  gpu.vendor_id = 0x1002;
  gpu.device_id = 0x6929;
  amd::read_gpuiov(gpu, space.bytes(), decoded);
  EXPECT_EQ(decoded.capabilities.at(0).vendor_layout, "");
  return decoded.capabilities.at(2);
}

TEST(GpuiovLayoutA, IsReadAsTheHostDriverWroteIt) {
  const Capability gpu = of_s7150(s7150());
  EXPECT_EQ(gpu.vendor_layout, "GPUIOV, layout A");
  EXPECT_EQ(of(gpu, "context_size").in_bytes, 256U << 10U);
  EXPECT_EQ(of(gpu, "context_location").meaning, "framebuffer");
  EXPECT_EQ(mib(gpu, "context_offset"), 256U);
  EXPECT_EQ(of(gpu, "context_offset").raw, 0x400U);
  EXPECT_EQ(mib(gpu, "total_fb_available"), 8192U);
  EXPECT_EQ(mib(gpu, "total_fb_consumed"), 7936U);
  EXPECT_EQ(of(gpu, "total_fb_consumed").meaning, "7.75 GiB");
  EXPECT_EQ(mib(gpu, "vf0_fb_size"), 480U);
  EXPECT_EQ(mib(gpu, "vf0_fb_offset"), 272U);
  EXPECT_EQ(mib(gpu, "vf1_fb_size"), 480U);
  EXPECT_EQ(mib(gpu, "vf1_fb_offset"), 752U);
  // Registers that nobody wrote read as the least there is: this layout has no "none".
  EXPECT_EQ(mib(gpu, "vf15_fb_size"), 16U);
  EXPECT_EQ(mib(gpu, "vf15_fb_offset"), 0U);
  EXPECT_EQ(of(gpu, "vf15_fb_offset").offset, 0x46aU);
}

TEST(GpuiovLayoutA, HasEachBitInItsPlace) {
  Space space = s7150();
  space.put(0x40c, 0x34, 1).put(0x40d, 0x83, 1).put(0x40e, 0x00, 1).put(0x410, 0x0e, 1);
  space.put(0x414, 0x01, 1).put(0x418, 0x12345678, 4).put(0x41c, 0x0000000f, 4);
  space.put(0x420, 0x00000882, 4);  // two units of 256 KiB in system memory, offset two of these
  const Capability gpu = of_s7150(space);
  EXPECT_EQ(of(gpu, "command").meaning, "run");
  EXPECT_EQ(of(gpu, "execute").meaning, "yes");
  EXPECT_EQ(of(gpu, "execute_interrupt_enable").meaning, "yes");
  EXPECT_EQ(of(gpu, "function").meaning, "vf3");
  EXPECT_EQ(of(gpu, "next_function").meaning, "PF");
  EXPECT_EQ(of(gpu, "command_status").meaning, "GFX hangs");
  EXPECT_EQ(of(gpu, "reset_control").raw, 1U);
  EXPECT_EQ(of(gpu, "reset_notification").meaning, "0x12345678");
  EXPECT_EQ(of(gpu, "vm_init_status").meaning, "0xf");
  EXPECT_EQ(of(gpu, "context_size").in_bytes, 512U << 10U);
  EXPECT_EQ(of(gpu, "context_location").meaning, "system memory");
  EXPECT_EQ(of(gpu, "context_offset").in_bytes, 1U << 20U);
}

/// A V710 with one VF, its GFX scheduler 0x100 bytes behind the capability.
Space v710() {
  Space space;
  space.extended(0x100, 0x10, 0x700).put(0x10e, 12, 2);
  space.extended(0x700, 0x0b, 0).put(0x704, 0x0d810002, 4);
  space.put(0x714, 1, 1).put(0x724, 0x00040001, 4).put(0x728, 28672, 2).put(0x72a, 28416, 2);
  space.put(0x72e, 0x10, 1).put(0x730, 0x21, 4).put(0x734, 0x80000001, 4);
  space.put(0x738, 0x0010013c, 4);  // 316 · 16 MiB from 256 MiB on
  space.put(0x804, 0x14, 1).put(0x805, 0x80, 1).put(0x808, 0x11, 1).put(0x80c, 1, 4);
  space.put(0x810, 0x80000001, 4).put(0x814, 0x81, 1).put(0x815, 4, 1).put(0x816, 5, 1);
  space.put(0x818, 6, 1).put(0x81b, 9, 1);
  return space;
}

TEST(GpuiovLayoutB, IsReadOnV710) {
  const Capability gpu = gpuiov(v710(), 0x7460);
  EXPECT_EQ(gpu.vendor_layout, "GPUIOV, layout B");
  EXPECT_EQ(of(gpu, "soft_pf_reset").meaning, "yes");
  EXPECT_EQ(of(gpu, "context_size").in_bytes, 256U << 10U);
  EXPECT_EQ(mib(gpu, "context_offset"), 64U);
  EXPECT_EQ(mib(gpu, "total_fb_available"), 28672U);
  EXPECT_EQ(mib(gpu, "total_fb_consumed"), 28416U);
  EXPECT_EQ(of(gpu, "region_local").raw, 1U);
  EXPECT_EQ(of(gpu, "region_most").raw, 2U);
  EXPECT_EQ(of(gpu, "p2p_over_xgmi").meaning, "0x80000001");
  EXPECT_EQ(mib(gpu, "vf0_fb_size"), 5056U);
  EXPECT_EQ(mib(gpu, "vf0_fb_offset"), 256U);
  EXPECT_EQ(of(gpu, "vf1_fb_size").meaning, "none");
  EXPECT_EQ(mib(gpu, "vf1_fb_size"), 0U);
  EXPECT_EQ(of(gpu, "vf11_fb_offset").offset, 0x766U);
}

TEST(GpuiovLayoutB, LeadsToTheSchedulerOfEachEngine) {
  const Capability gpu = gpuiov(v710(), 0x7460);
  EXPECT_EQ(of(gpu, "uvd0_scheduler").meaning, "none");
  EXPECT_EQ(of(gpu, "gfx_scheduler").meaning, "0x100 bytes on");
  EXPECT_EQ(of(gpu, "gfx_command").meaning, "run");
  EXPECT_EQ(of(gpu, "gfx_execute").meaning, "yes");
  EXPECT_EQ(of(gpu, "gfx_function").meaning, "vf0");
  EXPECT_EQ(of(gpu, "gfx_command_status").meaning, "idling");
  EXPECT_EQ(of(gpu, "gfx_vm_busy_status").meaning, "0x1");
  EXPECT_EQ(of(gpu, "gfx_active_functions").meaning, "0x80000001");
  EXPECT_EQ(of(gpu, "gfx_active_function").meaning, "vf1");
  EXPECT_EQ(of(gpu, "gfx_active_function_status").meaning, "loading");
  EXPECT_EQ(of(gpu, "gfx_time_quantum_option0").raw, 6U);
  EXPECT_EQ(of(gpu, "gfx_time_quantum_option3").raw, 9U);
}

TEST(GpuiovLayoutB, OnMi300LacksRoomForItsFramebuffer) {
  Space space = v710();
  space.put(0x72e, 0, 1).put(0x7cc, 0x10, 1);
  const Capability gpu = gpuiov(space, 0x74a1);
  EXPECT_THAT(of(gpu, "total_fb_available").meaning, HasSubstr("not used"));
  EXPECT_FALSE(of(gpu, "total_fb_available").in_bytes);
  EXPECT_EQ(mib(gpu, "vf0_fb_size"), 5056U);
  EXPECT_EQ(of(gpu, "gfx0_command").meaning, "run");
  EXPECT_EQ(of(gpu, "gfx0_active_function_status").meaning, "stalled");
  EXPECT_EQ(of(gpu, "vcn3_scheduler").meaning, "none");
}

TEST(Gpuiov, OfADeviceThatNobodyKnowsIsNotDecoded) {
  const Capability gpu = gpuiov(v710(), 0x75a0);
  EXPECT_THAT(gpu.vendor_layout, HasSubstr("not decoded"));
  EXPECT_THAT(gpu.vendor_layout, HasSubstr("75a0"));
  EXPECT_THAT(gpu.vendor_fields, IsEmpty());
}

TEST(Gpuiov, IsOfOneVendorAlone) {
  const Capability other = gpuiov(v710(), 0x7460, 0x1234);
  EXPECT_EQ(other.vendor_layout, "");
  EXPECT_THAT(other.vendor_fields, IsEmpty());
}

TEST(Gpuiov, BeyondTheBytesThereAreIsNotRead) {
  ConfigSpace decoded = config_space::decode(v710().bytes().substr(0, 0x730));
  Gpu gpu;
  gpu.vendor_id = 0x1002;
  gpu.device_id = 0x7460;
  amd::read_gpuiov(gpu, v710().bytes().substr(0, 0x730), decoded);
  const Capability& read = decoded.capabilities.back();
  EXPECT_EQ(of(read, "total_fb_consumed").look, Look::value);
  EXPECT_EQ(of(read, "vf0_fb_size").look, Look::not_read);
  EXPECT_FALSE(of(read, "vf0_fb_size").in_bytes);
  EXPECT_EQ(of(read, "gfx_command").look, Look::not_read);
}

}  // namespace
}  // namespace vfmgr::test
