// SPDX-License-Identifier: Apache-2.0
// Registers behind BARs of simulated GPUs: what follows from the host, and what its kernel refuses.
#include "vfmgr/place.hpp"

#include "backends/backend.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace vfmgr::test::of_mapped {
namespace {

/// The door with all that shipped tables name.
std::unique_ptr<Kernel> door(const Host& host) {
  static const AttrTables named = attr_tables(shipped_backends());
  return sim::open_host_file(host.file(), named).value();
}

Place reg(std::uint32_t bar, std::uint32_t offset, const char* function = "0000:03:00.0") {
  return {.in = In::mmio, .path = fmt::format("{}/{}/{:08x}", function, bar, offset)};
}

/// "0x00030000", "errno 61".
std::string value(const Kernel& kernel, const Place& place) {
  const auto bytes = kernel.read(place);
  if (!bytes) {
    return fmt::format("errno {}", bytes.error().os_error);
  }
  EXPECT_EQ(bytes->size(), 4U);
  std::uint32_t number = 0;
  for (std::size_t i = bytes->size(); i-- > 0;) {
    number = (number << 8U) | static_cast<unsigned char>((*bytes)[i]);
  }
  return fmt::format("{:#010x}", number);
}

std::string with_line(const Host& host, const std::string& line) {
  return replaced(host.text(), "\nlog\n", "\n" + line + "\nlog\n");
}

/// What no kernel gives: the host does not say what stands there.
constexpr const char* kNoData = "errno 61";

TEST(SimulatedRegisters, OfAmdTellMemoryAndVfs) {
  const Host host({"amd-mi300x"});
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(5, 0x378c)), "0x00030000");  // 192 GiB in MiB
  EXPECT_EQ(value(*kernel, reg(5, 0x3794)), "0x80000000");  // gim made VFs
  const Host stub({"amd-v710"});
  const auto other = door(stub);
  EXPECT_EQ(value(*other, reg(5, 0x378c)), "0x00007000");
  EXPECT_EQ(value(*other, reg(5, 0x3794)), "0x00000000");
  ASSERT_EQ(write(*other, pci::of(pci::kNumVfs, gpu()), "2"), 0);
  EXPECT_EQ(value(*other, reg(5, 0x3794)), "0x80000000");
  ASSERT_EQ(write(*other, pci::of(pci::kNumVfs, gpu()), "0"), 0);
  EXPECT_EQ(value(*other, reg(5, 0x3794)), "0x00000000");
}

TEST(SimulatedRegisters, OfS7150AreElsewhereAndThereOnceItsDriverIsUp) {
  const Host host({"amd-s7150"});
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(5, 0x5428)), "0x00002000");
  EXPECT_EQ(value(*kernel, reg(5, 0x540c)), "0x80000000");
  EXPECT_EQ(value(*kernel, reg(5, 0x378c)), kNoData);
}

TEST(SimulatedRegisters, OfMi300TellPartitions) {
  const Host host({"amd-mi300x"});
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(5, 0x3a04)), "0x0000001b");
  EXPECT_EQ(value(*kernel, reg(5, 0x3a08)), "0x00000009");
  EXPECT_EQ(value(*kernel, reg(5, 0x3a0c)), "0x00000000");  // SPX
  EXPECT_EQ(value(*kernel, reg(5, 0x3a10)), "0x00000010");  // NPS1
  const std::string fact = "hidden:functions/0000:03:00.0/";
  const std::string text = with_line(host, fact + "nps = 4");
  const Host other({}, replaced(text, fact + "partitions = 1\n", fact + "partitions = 8\n"));
  EXPECT_EQ(value(*door(other), reg(5, 0x3a0c)), "0x00000040");  // CPX
  EXPECT_EQ(value(*door(other), reg(5, 0x3a10)), "0x00000080");  // NPS4
}

TEST(SimulatedRegisters, OfNvidiaTellTheChip) {
  const Host host({"nvidia-l40s", "nvidia-a100"});
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(0, 0x0)), "0x192000a1");
  EXPECT_EQ(value(*kernel, reg(0, 0x4)), "0x00000000");
  EXPECT_EQ(value(*kernel, reg(0, 0xa00)), "0x192a1000");
  EXPECT_EQ(value(*kernel, reg(0, 0x1404)), kNoData);
  const char* const a100 = "0000:04:00.0";
  EXPECT_EQ(value(*kernel, reg(0, 0x0, a100)), "0x170000a1");  // as mig-parted's list has it
  EXPECT_EQ(value(*kernel, reg(0, 0x118234, a100)), "0x000003ff");
  EXPECT_EQ(value(*kernel, reg(0, 0x1404, a100)), "0x00000000");
  EXPECT_EQ(value(*kernel, reg(0, 0x118f78, a100)), "0x00008000");
  const Host mig({}, with_line(host, "hidden:functions/0000:04:00.0/mig_mode = 1"));
  EXPECT_EQ(value(*door(mig), reg(0, 0x1404, a100)), "0x00008000");
  EXPECT_EQ(value(*door(mig), reg(0, 0x118f78, a100)), "0x0000c000");
}

TEST(SimulatedRegisters, OfIntelTellThatItIsThePfAndItsVersion) {
  const Host host({"intel-b60"});
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(0, 0x1901f8)), "0x00000000");
  EXPECT_EQ(value(*kernel, reg(0, 0xd8c)), "0x05004000");     // 20.01
  EXPECT_EQ(value(*kernel, reg(0, 0x380d8c)), "0x03404000");  // 13.01
  EXPECT_EQ(value(*kernel, reg(0, 0xc000)), kNoData);
}

TEST(SimulatedRegisters, ThatAHostNamesGoBeforeWhatIsMade) {
  const Host host({"amd-mi300x"});
  const Host other({}, with_line(host, "mmio:0000:03:00.0/5/00003794 = \x01\x02\x03\x84"));
  EXPECT_EQ(value(*door(other), reg(5, 0x3794)), "0x84030201");
}

TEST(SimulatedRegisters, OfAFunctionThatIsNotThereAreNone) {
  const Host host({"amd-mi300x"});
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(5, 0x3794, "0000:09:00.0")), fmt::format("errno {}", ENOENT));
  EXPECT_EQ(value(*kernel, reg(5, 0x3798)), "errno 0") << "no table names it";
}

TEST(SimulatedRegisters, AreNotMappedWhereTheKernelIsLockedDown) {
  const Host host({"amd-mi300x"});
  const std::string file = "sys:kernel/security/lockdown = ";
  const Host locked({}, with_line(host, file + "none [integrity] confidentiality\\n"));
  EXPECT_EQ(value(*door(locked), reg(5, 0x3794)), fmt::format("errno {}", EPERM));
  const Host open({}, with_line(host, file + "[none] integrity confidentiality\\n"));
  EXPECT_EQ(value(*door(open), reg(5, 0x3794)), "0x80000000");
}

TEST(SimulatedRegisters, AreTheDriversAloneWhereDevmemIsStrict) {
  const Host host({"amd-v710"});
  const Host strict({}, with_line(host, "hidden:io_strict_devmem = 1"));
  const auto kernel = door(strict);
  EXPECT_EQ(value(*kernel, reg(5, 0x3794)), fmt::format("errno {}", EINVAL));
  ASSERT_EQ(write(*kernel, pci::named(pci::kUnbind, "pci-pf-stub"), "0000:03:00.0"), 0);
  // Nobody has it, and nobody decodes its memory.
  EXPECT_EQ(value(*kernel, reg(5, 0x3794)), "0xffffffff");
}

TEST(SimulatedRegisters, OfAGpuThatSleepsReadOnes) {
  const Host made({"amd-mi300x"});
  const std::string leaf = "devices/pci0000:00/0000:00:01.0/0000:03:00.0/power/runtime_status";
  const Host host({}, with_line(made, "sys:" + leaf + " = suspended\\n"));
  const auto kernel = door(host);
  EXPECT_EQ(value(*kernel, reg(5, 0x3794)), "0xffffffff");
  ASSERT_TRUE(
      sim::poke(host.file(), in_function(gpu(), "power/runtime_status"), "active\n").has_value());
  EXPECT_EQ(value(*kernel, reg(5, 0x3794)), "0x80000000");
}

TEST(SimulatedRegisters, AreNotWritten) {
  const Host host({"amd-mi300x"});
  const auto kernel = door(host);
  const std::string before = host.text();
  EXPECT_EQ(write(*kernel, reg(5, 0x3794), "\1\2\3\4"), EPERM);
  EXPECT_EQ(host.text(), before);
}

}  // namespace
}  // namespace vfmgr::test::of_mapped
