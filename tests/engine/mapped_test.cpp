// SPDX-License-Identifier: Apache-2.0
// Registers behind BARs: what is looked at before one is mapped, and what is said where none is.
#include "engine/mapped.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"
#include "support/forwarding.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test::of_mapped {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// An AMD GPU whose registers and files are what a test says.
class Gpus : public Forwarding {
 public:
  explicit Gpus(Kernel& kernel) : Forwarding(kernel) {}

  [[nodiscard]] Result<std::string> read(const Place& place) const override {
    const auto found = files.find(place.path);
    return found != files.end() ? Result<std::string>(found->second)
                                : fail(kernel_error(place, ENOENT));
  }
  [[nodiscard]] std::vector<Result<std::string>> read_slowly(
      std::span<const Place> places, Milliseconds /*limit*/) const override {
    std::vector<Result<std::string>> results;
    for (const Place& place : places) {
      ++mapped;
      const auto error = errors.find(place.path);
      const int os_error = error != errors.end() ? error->second : all_fail;
      results.push_back(os_error != 0 ? Result<std::string>(fail(kernel_error(place, os_error)))
                                      : Result<std::string>(dword));
    }
    return results;
  }

  std::map<std::string, std::string> files;
  std::map<std::string, int> errors;  ///< by the path of a register
  int all_fail = 0;
  std::string dword{"\x01\0\0\x80", 4};
  mutable int mapped = 0;
};

class MappedRegistersOf : public testing::Test {
 protected:
  MappedRegistersOf() : door_(lab_.door()), gpus_(*door_) {
    gpu_.address = {.domain = 0, .bus = 3, .device = 0, .function = 0};
    gpu_.vendor_id = 0x1002;
    gpu_.device_id = 0x7460;
    gpu_.class_code = 0x030000;
    gpu_.driver = "gim";
  }

  /// Ids, a command with memory decode, and a power management capability at 0x40 in D0.
  static std::string config() {
    std::string bytes(256, '\0');
    bytes.replace(0, 8, std::string("\x02\x10\x60\x74\x06\0\x10\0", 8));
    bytes[0x34] = 0x40;
    bytes[0x40] = 0x01;
    return bytes;
  }

  [[nodiscard]] MappedRegisters look(const std::string& config = MappedRegistersOf::config(),
                                     const std::string& slept = "") const {
    return read_mapped(gpus_, gpu_, config, slept);
  }

  /// The only finding; nothing was mapped.
  std::string why_none(const MappedRegisters& seen) const {
    EXPECT_EQ(gpus_.mapped, 0);
    EXPECT_THAT(seen.findings, SizeIs(1));
    EXPECT_EQ(seen.bars.front().registers.front().look, Look::not_read);
    return seen.findings.empty() ? "" : seen.findings.front().what;
  }

  /// What is said where every mapping fails so.
  Finding refused(int os_error) {
    gpus_.all_fail = os_error;
    const MappedRegisters seen = look();
    EXPECT_THAT(seen.findings, SizeIs(1)) << "one for all registers of a BAR";
    for (const MappedRegister& one : seen.bars.front().registers) {
      EXPECT_EQ(one.look, Look::not_read);
    }
    return seen.findings.empty() ? Finding{} : seen.findings.front();
  }

  Lab lab_{{"plain"}};
  std::unique_ptr<Kernel> door_;
  Gpus gpus_;
  Gpu gpu_;
};

constexpr const char* kStatus = "bus/pci/devices/0000:03:00.0/power/runtime_status";

TEST_F(MappedRegistersOf, AGpuThatAnswersAreRead) {
  const MappedRegisters seen = look();
  EXPECT_EQ(seen.chosen, "Vega 10 and later");
  ASSERT_THAT(seen.bars, SizeIs(1));
  EXPECT_EQ(seen.bars[0].bar, 5U);
  ASSERT_THAT(seen.bars[0].registers, SizeIs(2));
  EXPECT_EQ(seen.bars[0].registers[0].offset, 0x378cU);
  EXPECT_EQ(seen.bars[0].registers[1].offset, 0x3794U);
  EXPECT_EQ(seen.bars[0].registers[1].raw, 0x80000001U);
  EXPECT_EQ(seen.bars[0].registers[1].fields[0].meaning, "yes");
  EXPECT_THAT(seen.findings, IsEmpty());
}

TEST_F(MappedRegistersOf, OneThatNobodyKnowsAreNone) {
  gpu_.vendor_id = 0x1af4;
  EXPECT_EQ(look().chosen, "");
  EXPECT_THAT(look().bars, IsEmpty());
  gpu_.vendor_id = 0x1002;
  gpu_.device_id = 0x0001;
  EXPECT_THAT(look().chosen, HasSubstr("none: "));
  EXPECT_THAT(look().bars, IsEmpty());
  EXPECT_EQ(gpus_.mapped, 0);
}

TEST_F(MappedRegistersOf, OneWithoutMemoryDecodeAreNotMapped) {
  std::string off = config();
  off[4] = 0x04;
  EXPECT_THAT(why_none(look(off)), HasSubstr("memory decode is off"));
}

TEST_F(MappedRegistersOf, OneThatSleepsAreNotMapped) {
  for (const char* word : {"suspended", "suspending", "resuming", "error"}) {
    gpus_.files[kStatus] = std::string(word) + "\n";
    EXPECT_THAT(why_none(look()), AllOf(HasSubstr(word), HasSubstr("sleeps")));
  }
  for (const char* word : {"active", "unsupported"}) {
    gpus_.files[kStatus] = std::string(word) + "\n";
    EXPECT_THAT(look().findings, IsEmpty()) << word;
  }
}

// Reading configuration space wakes it for a moment, and it may be about to sleep again.
TEST_F(MappedRegistersOf, OneThatSleptBeforeItWasLookedAtAreNotMapped) {
  gpus_.files[kStatus] = "active\n";
  EXPECT_THAT(why_none(look(config(), "suspended")), HasSubstr("'suspended'"));
}

TEST_F(MappedRegistersOf, OneWhosePowerIsOffAreNotMapped) {
  for (const int state : {1, 2, 3}) {
    std::string asleep = config();
    asleep[0x44] = static_cast<char>(state);
    EXPECT_THAT(why_none(look(asleep)), HasSubstr("it is in D" + std::to_string(state)));
  }
}

TEST_F(MappedRegistersOf, OneThatDoesNotAnswerAreNotMapped) {
  EXPECT_THAT(why_none(look(std::string(256, '\xff'))), HasSubstr("tells nothing"));
  EXPECT_THAT(why_none(look("")), HasSubstr("tells nothing"));
}

TEST_F(MappedRegistersOf, OneThatReadsOnesAreUnknown) {
  gpus_.dword = std::string(4, '\xff');
  const MappedRegisters seen = look();
  EXPECT_EQ(seen.bars[0].registers[1].look, Look::unknown);
  EXPECT_EQ(seen.bars[0].registers[1].fields[0].look, Look::unknown);
  EXPECT_EQ(seen.bars[0].registers[1].fields[0].meaning, "");
}

TEST_F(MappedRegistersOf, AKernelThatIsLockedDownSayThatItIs) {
  gpus_.files["kernel/security/lockdown"] = "none [integrity] confidentiality\n";
  const Finding finding = refused(EPERM);
  EXPECT_THAT(finding.what, AllOf(HasSubstr("locked down"), HasSubstr("[integrity]")));
  EXPECT_THAT(finding.help, HasSubstr("'show'")) << "first what needs no other kernel";
}

TEST_F(MappedRegistersOf, AKernelThatIsNotLockedDownDoNotSaySo) {
  gpus_.files["kernel/security/lockdown"] = "[none] integrity confidentiality\n";
  EXPECT_THAT(refused(EPERM).what, Not(HasSubstr("locked down")));
  EXPECT_THAT(refused(EPERM).help, HasSubstr("root"));
}

TEST_F(MappedRegistersOf, ABarThatItsDriverHasClaimedSayHow) {
  const Finding finding = refused(EINVAL);
  EXPECT_THAT(finding.what, AllOf(HasSubstr("'gim'"), HasSubstr("CONFIG_IO_STRICT_DEVMEM")));
  EXPECT_THAT(finding.help, HasSubstr("no driver is bound"));
  EXPECT_THAT(finding.help, Not(HasSubstr("lock")));
  gpu_.driver = std::nullopt;
  EXPECT_THAT(refused(EINVAL).what, Not(HasSubstr("STRICT_DEVMEM")));
  EXPECT_THAT(refused(EINVAL).help, HasSubstr("iomem"));
}

TEST_F(MappedRegistersOf, WhoIsNotRootSayThat) {
  EXPECT_THAT(refused(EACCES).help, HasSubstr("root"));
}

TEST_F(MappedRegistersOf, AGpuThatIsRemovedSayThatOfTheRegister) {
  gpus_.errors["0000:03:00.0/5/00003794"] = EIO;
  const MappedRegisters seen = look();
  EXPECT_EQ(seen.bars[0].registers[0].look, Look::value);
  EXPECT_EQ(seen.bars[0].registers[1].look, Look::not_read);
  ASSERT_THAT(seen.findings, SizeIs(1));
  EXPECT_THAT(seen.findings[0].what, HasSubstr("RCC_IOV_FUNC_IDENTIFIER: "));
}

TEST_F(MappedRegistersOf, ABarThatIsTooShortOrNotThereSayWhich) {
  gpus_.errors["0000:03:00.0/5/00003794"] = ENXIO;
  ASSERT_THAT(look().findings, SizeIs(1));
  EXPECT_EQ(look().findings[0].what, "BAR 5 ends before RCC_IOV_FUNC_IDENTIFIER");
  gpus_.errors.clear();
  EXPECT_THAT(refused(ENOENT).what, HasSubstr("no BAR 5"));
}

}  // namespace
}  // namespace vfmgr::test::of_mapped
