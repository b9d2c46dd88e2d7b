// SPDX-License-Identifier: Apache-2.0
#include "sim/config_space.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd/gpuiov.hpp"
#include "core/config_space/decode.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::test {
namespace {

std::string bytes_of(const Kernel& kernel, const PciAddress& function = gpu()) {
  const auto config = kernel.read(pci::of(pci::kConfig, function));
  EXPECT_TRUE(config.has_value());
  return config.value_or("");
}

/// What a field means that has this name in some capability, "-" where there is none.
std::string meaning(const ConfigSpace& space, std::string_view name) {
  for (const Capability& one : space.capabilities) {
    for (const auto* const fields : {&one.fields, &one.vendor_fields}) {
      const auto found = std::ranges::find(*fields, name, &RegisterField::name);
      if (found != fields->end()) {
        return found->meaning;
      }
    }
  }
  return "-";
}

std::string meaning(const Kernel& kernel, std::string_view name) {
  return meaning(config_space::decode(bytes_of(kernel)), name);
}

TEST(SimulatedConfigSpace, SaysOfVfsWhatTheirFilesSay) {
  const Host host({"plain"});
  const auto kernel = host.open();
  EXPECT_EQ(bytes_of(*kernel).size(), 4096U);
  EXPECT_EQ(meaning(*kernel, "total_vfs"), "8");
  EXPECT_EQ(meaning(*kernel, "initial_vfs"), "8");
  EXPECT_EQ(meaning(*kernel, "first_vf_offset"),
            observe(*kernel, pci::of(pci::kOffset, gpu())).text());
  EXPECT_EQ(meaning(*kernel, "vf_stride"), observe(*kernel, pci::of(pci::kStride, gpu())).text());
  EXPECT_EQ(meaning(*kernel, "type"), "endpoint");
}

TEST(SimulatedConfigSpace, FollowsTheNumberOfVfs) {
  const Host host({"plain"});
  const auto kernel = host.open();
  EXPECT_EQ(meaning(*kernel, "num_vfs"), "0");
  ASSERT_EQ(write(*kernel, pci::of(pci::kNumVfs, gpu()), "3"), 0);
  EXPECT_EQ(meaning(*kernel, "num_vfs"), "3");
  EXPECT_EQ(meaning(*kernel, "vf_enable"), "yes");
  EXPECT_EQ(meaning(*kernel, "vf_memory_space_enable"), "yes");
  ASSERT_EQ(write(*kernel, pci::of(pci::kNumVfs, gpu()), "0"), 0);
  EXPECT_EQ(meaning(*kernel, "num_vfs"), "0");
  EXPECT_EQ(meaning(*kernel, "vf_enable"), "no");
}

TEST(SimulatedConfigSpace, OfAGpuInAProcessorHasNoLinkAndNoAri) {
  const Host host({"intel-tgl"});
  const auto kernel = host.open();
  const ConfigSpace space = config_space::decode(bytes_of(*kernel, address("0000:00:02.0")));
  EXPECT_EQ(meaning(space, "type"), "endpoint in the root complex");
  EXPECT_EQ(meaning(space, "link_speed"), "-");
  EXPECT_EQ(meaning(space, "next_function"), "-");
  EXPECT_EQ(meaning(space, "total_vfs"), "7");
}

TEST(SimulatedConfigSpace, IsNotThereWhereTheHostSaysNothingOfIt) {
  const Host host({"plain"});
  EXPECT_FALSE(host.open()->read(pci::of(pci::kConfig, address("0000:00:01.0"))).has_value());
  EXPECT_FALSE(host.open()->read(pci::of(pci::kConfig, address("0000:09:00.0"))).has_value());
}

TEST(SimulatedConfigSpace, OfARealFunctionIsAsItWasReadButForItsVfs) {
  std::string bytes(4096, '\0');
  bytes[0] = '\x86';
  sim::put_extended(bytes, 0x100, 0x10, 0);
  sim::put_number(bytes, 0x108, 0x19, 2);  // VF Enable, VF MSE, ARI
  sim::put_number(bytes, 0x10e, 64, 2);
  sim::put_number(bytes, 0x110, 5, 2);
  bytes[4095] = '\x7f';
  std::string text = Host({"plain"}).text();
  const std::string fact =
      "hidden:functions/0000:03:00.0/config = " + sim::spell_config(bytes) + "\n";
  text.insert(text.find("hidden:functions/0000:03:00.0/"), fact);
  const Host host({}, text);
  const auto kernel = host.open();
  const std::string seen = bytes_of(*kernel);
  EXPECT_EQ(seen.size(), 4096U);
  EXPECT_EQ(seen[0], '\x86');
  EXPECT_EQ(seen[4095], '\x7f');
  EXPECT_EQ(meaning(*kernel, "total_vfs"), "64");
  EXPECT_EQ(meaning(*kernel, "num_vfs"), "0");
  EXPECT_EQ(meaning(*kernel, "vf_enable"), "no");
  EXPECT_EQ(meaning(*kernel, "ari_capable_hierarchy"), "yes");
}

TEST(SpelledConfigSpace, IsReadBackAsItWas) {
  for (const std::size_t size : {0U, 1U, 64U, 256U, 4096U}) {
    for (const unsigned seed : {0U, 1U, 7U, 255U}) {
      std::string bytes(size, '\0');
      for (std::size_t at = 0; seed != 0 && at < size; at += seed) {
        bytes[at] = static_cast<char>(at + seed);
      }
      EXPECT_EQ(sim::parse_config(sim::spell_config(bytes)), bytes) << size << " by " << seed;
    }
  }
  EXPECT_EQ(sim::spell_config(std::string("\x86\x80\0\0\0\0\0\x10", 8)), "8 0:8680 7:10");
}

TEST(SpelledConfigSpace, ThatIsMalformedIsNone) {
  for (const char* const text :
       {"", "x", "4097", "16 0", "16 0:8", "16 0:8g", "16 10:00", "16 f:0000", "16 x:00", "-1"}) {
    EXPECT_FALSE(sim::parse_config(text)) << text;
  }
}

/// The framebuffers of VFs as a host with this many GIM VFs has them.
ConfigSpace gpuiov(const std::string& text, std::uint16_t device) {
  const Host host({}, text);
  const std::string config = bytes_of(*host.open());
  ConfigSpace space = config_space::decode(config);
  Gpu gpu;
  gpu.vendor_id = 0x1002;
  gpu.device_id = device;
  amd::read_gpuiov(gpu, config, space);
  return space;
}

/// V710 with GIM, another device id, and VFs that GIM has made.
std::string with_gim(const std::string& device, std::size_t vfs, const std::string& framebuffer) {
  std::string text = Host({"amd-v710-gim"}).text();
  const auto put = [&text](std::string_view place, const std::string& value) {
    const std::size_t at = text.find(std::string(place) + " = ");
    ASSERT_NE(at, std::string::npos) << place;
    const std::size_t from = at + place.size() + 3;
    text.replace(from, text.find('\n', from) - from, value);
  };
  put("0000:03:00.0/device", "0x" + device + "\\n");
  put("hidden:functions/0000:03:00.0/framebuffer_mib", framebuffer);
  put("hidden:functions/0000:03:00.0/num_vfs", std::to_string(vfs));
  return text;
}

TEST(SimulatedGpuiov, SharesAFramebufferOutAsTheOldDriverDoes) {
  // The worked example: 8 GB and 16 VFs, as a log of that driver has it.
  const ConfigSpace space = gpuiov(with_gim("6929", 16, "8192"), 0x6929);
  EXPECT_EQ(meaning(space, "total_fb_available"), "8 GiB");
  EXPECT_EQ(meaning(space, "total_fb_consumed"), "7.75 GiB");
  EXPECT_EQ(meaning(space, "context_offset"), "256 MiB");
  EXPECT_EQ(meaning(space, "vf0_fb_offset"), "272 MiB");
  EXPECT_EQ(meaning(space, "vf0_fb_size"), "480 MiB");
  EXPECT_EQ(meaning(space, "vf1_fb_offset"), "752 MiB");
}

TEST(SimulatedGpuiov, SharesAFramebufferOutAsTheNewDriverDoes) {
  const ConfigSpace space = gpuiov(with_gim("7460", 2, "28672"), 0x7460);
  EXPECT_EQ(meaning(space, "total_fb_available"), "28 GiB");
  EXPECT_EQ(meaning(space, "vf0_fb_offset"), "256 MiB");
  EXPECT_EQ(meaning(space, "vf0_fb_size"), "14208 MiB");
  EXPECT_EQ(meaning(space, "vf1_fb_size"), "14208 MiB");
  EXPECT_EQ(meaning(space, "vf2_fb_size"), "none");
}

TEST(SimulatedGpuiov, IsEmptyWhereNoDriverIsAtWork) {
  const ConfigSpace space = gpuiov(Host({"amd-v710"}).text(), 0x7460);
  EXPECT_EQ(meaning(space, "total_fb_available"), "28 GiB");
  EXPECT_EQ(meaning(space, "total_fb_consumed"), "0 B");
  EXPECT_EQ(meaning(space, "vf0_fb_size"), "none");
}

}  // namespace
}  // namespace vfmgr::test
