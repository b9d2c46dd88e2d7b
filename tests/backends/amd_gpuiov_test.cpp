// SPDX-License-Identifier: Apache-2.0
// AMD's GPUs without a driver: the framebuffer by registers, dword by dword, and when it is
// refused.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gpuiov/registers.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ios>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::test::of_amd_gpuiov {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";

RunOptions allowed() {
  RunOptions options;
  options.allow_register_writes = true;
  return options;
}

std::string dword(const std::string& offset) {
  return "config:0000:03:00.0/" + offset;
}

void reach(const Lab& lab, const std::string& toml) {
  const auto report = lab.apply(toml, allowed());
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok)
      << to_string(report->units.front().error.value_or(Error{}));
}

/// Why a profile is refused, and that nothing came of it.
Error refused(const Lab& lab, const std::string& toml) {
  const std::string before = lab.dump();
  const auto report = lab.apply(toml, allowed());
  EXPECT_FALSE(report) << toml;
  EXPECT_TRUE(lab.dump() == before);
  return report ? Error{} : report.error();
}

std::string backend_of(const Lab& lab) {
  const auto host = lab.open().inventory({});
  return host ? host->gpus.front().backend : to_string(host.error());
}

/// A line more in the base of its file.
void add_to_host(const Lab& lab, const std::string& line) {
  std::ifstream in(lab.file(), std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::size_t end = text.find("\nlog\n");
  ASSERT_NE(end, std::string::npos);
  text.insert(end + 1, line);
  std::ofstream(lab.file(), std::ios::binary | std::ios::trunc) << text;
}

/// 8 GB for 16 VFs, 256 MB for the PF: https://github.com/GPUOpen-LibrariesAndSDKs/
/// MxGPU-Virtualization/issues/3 has what GIM says it wrote.
TEST(Gpuiov, WritesAnS7150AsGimDoes) {
  Lab lab({"amd-s7150-bare"});
  EXPECT_EQ(backend_of(lab), "amd-gpuiov");
  EXPECT_EQ(lab.read(dword("424")), "00002000");
  reach(lab, head + "vram = \"480MiB\"\n");
  EXPECT_EQ(lab.read(dword("420")), "00100001");
  EXPECT_EQ(lab.read(dword("424")), "1f002000");
  EXPECT_EQ(lab.read(dword("42c")), "0011001d");
  EXPECT_EQ(lab.read(dword("430")), "002f001d");
  EXPECT_EQ(lab.read(dword("434")), "004d001d") << "the third at 1232 MB";
  EXPECT_EQ(lab.read(dword("468")), "01d3001d");
  const std::vector<std::string> writes = lab.writes();
  EXPECT_THAT(writes, SizeIs(18));
  EXPECT_THAT(writes, Each(StartsWith("config:0000:03:00.0/"))) << "and nothing else";
  EXPECT_EQ(lab.read("sys:bus/pci/devices/0000:03:00.0/sriov_numvfs"), "0");
}

TEST(Gpuiov, ShowsTheSameByItsRegisters) {
  const Lab lab({"amd-s7150-bare"});
  reach(lab, head + "vram = \"480MiB\"\n");
  const auto registers = lab.open().registers("0000:03:00.0");
  ASSERT_TRUE(registers) << to_string(registers.error());
  const auto meaning = [&](const std::string& name) {
    for (const Capability& one : registers->configuration.capabilities) {
      for (const RegisterField& field : one.vendor_fields) {
        if (field.name == name) {
          return field.meaning;
        }
      }
    }
    return std::string("-");
  };
  EXPECT_EQ(meaning("total_fb_consumed"), "7.75 GiB");
  EXPECT_EQ(meaning("context_offset"), "256 MiB");
  EXPECT_EQ(meaning("vf1_fb_size"), "480 MiB");
  EXPECT_EQ(meaning("vf1_fb_offset"), "752 MiB");
}

TEST(Gpuiov, WritesNothingTwiceAndNeedsNoPermissionForThat) {
  Lab lab({"amd-s7150-bare", "amd-v710-bare"});
  const std::string wish = head + "vram = \"256MiB\"\n";
  reach(lab, wish);
  lab.writes();
  const auto checked = lab.check(wish);
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_THAT(checked->differences, IsEmpty());
  lab.reach(wish);
  const auto exported = lab.open().export_toml({});
  ASSERT_TRUE(exported) << to_string(exported.error());
  EXPECT_THAT(*exported, Not(HasSubstr("vfs =")));
  EXPECT_THAT(*exported, HasSubstr("vram = \"256MiB\""));
  lab.reach(*exported);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Gpuiov, ComesBackFromAnExport) {
  const Lab lab({"amd-v710-bare"});
  const std::string before = lab.dump();
  const auto bare = lab.open().export_toml({});
  ASSERT_TRUE(bare) << to_string(bare.error());
  reach(lab,
        head + "[gpu.pf]\nreserve_vram = \"1GiB\"\n[[gpu.vf]]\nindex = [1, 3]\nvram = \"2GiB\"\n");
  const std::string cut = lab.dump();
  const auto exported = lab.open().export_toml({});
  ASSERT_TRUE(exported) << to_string(exported.error());
  ASSERT_TRUE(lab.teardown(allowed()));
  EXPECT_TRUE(lab.dump() == before);
  reach(lab, *bare);
  EXPECT_TRUE(lab.dump() == before) << *bare;
  reach(lab, *exported);
  EXPECT_TRUE(lab.dump() == cut) << *exported;
}

TEST(Gpuiov, IsDoneOnlyWhereItIsAllowedByName) {
  const Lab lab({"amd-s7150-bare"});
  const std::string before = lab.dump();
  const auto report = lab.apply(head + "vram = \"480MiB\"\n");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::not_permitted);
  ASSERT_THAT(report->units.front().plan.blocked, SizeIs(1));
  EXPECT_THAT(report->units.front().plan.blocked.front().error.help,
              HasSubstr("--allow-register-writes"));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(Gpuiov, SaysThatADriverLoadedLaterSharesItOutAnew) {
  const Lab lab({"amd-v710-bare"});
  const auto plan = lab.plan(head + "vram = \"2GiB\"\n", allowed());
  ASSERT_TRUE(plan) << to_string(plan.error());
  ASSERT_THAT(plan->units.front().steps, Not(IsEmpty()));
  for (const Step& step : plan->units.front().steps) {
    const auto& change = std::get<Change>(step);
    EXPECT_EQ(change.danger, Danger::register_writes);
    EXPECT_THAT(change.reason,
                HasSubstr("a driver that is loaded later shares the memory out anew"));
  }
}

TEST(Gpuiov, WritesNoRegisterOnceADriverIsBound) {
  const Lab lab({"amd-s7150-bare"});
  const auto plan = lab.plan(head + "vram = \"480MiB\"\n", allowed());
  ASSERT_TRUE(plan) << to_string(plan.error());
  // Each write looks right before it that neither a driver nor a VF is there.
  for (const Step& step : plan->units.front().steps) {
    std::vector<std::string> looked_at;
    for (const Effect& effect : std::get<Change>(step).effects) {
      ASSERT_TRUE(effect.before) << to_string(effect.at);
      looked_at.push_back(to_string(effect.at) + " = " + to_string(*effect.before));
    }
    EXPECT_THAT(looked_at, Contains("sys@:bus/pci/devices/0000:03:00.0/driver = absent"));
    EXPECT_THAT(looked_at, Contains(HasSubstr("virtfn = ")));
  }
}

TEST(Gpuiov, GivesV710MemoryOrNone) {
  const Lab lab({"amd-v710-bare"});
  reach(lab, head + "[[gpu.vf]]\nindex = \"0-2\"\nvram = \"4GiB\"\n");
  EXPECT_EQ(lab.read(dword("728")), "6f007000");
  EXPECT_EQ(lab.read(dword("738")), "00100100") << "256 steps of 16 MB, from 256 MB on";
  EXPECT_EQ(lab.read(dword("740")), "02100100");
  EXPECT_EQ(lab.read(dword("744")), "00000000") << "VF 3 was not named";
  // Where contexts are saved no source tells, so the door does not even name that.
  EXPECT_FALSE(lab.tries(dword("724"), "00100001"));
  reach(lab, head + "[[gpu.vf]]\nindex = 1\nvram = \"default\"\n");
  EXPECT_EQ(lab.read(dword("73c")), "00000000");
  // What is put in between goes where it fits, and the others stay.
  reach(lab, head + "[[gpu.vf]]\nindex = 5\nvram = \"4GiB\"\n");
  EXPECT_EQ(lab.read(dword("74c")), "01100100");
  EXPECT_EQ(lab.read(dword("740")), "02100100");
}

TEST(Gpuiov, KeepsForTheGpuItselfWhatIsReserved) {
  const Lab lab({"amd-s7150-bare"});
  reach(lab, head + "vram = \"256MiB\"\n[gpu.pf]\nreserve_vram = \"1GiB\"\n");
  EXPECT_EQ(lab.read(dword("420")), "00400001");
  EXPECT_EQ(lab.read(dword("424")), "1c002000");
  EXPECT_EQ(lab.read(dword("42c")), "0041000f") << "behind 8 MB for contexts";
  const auto host = lab.open().inventory({});
  ASSERT_TRUE(host) << to_string(host.error());
  EXPECT_EQ(host->gpus.front().attributes.at("reserve_vram"), Setting(std::uint64_t{1} << 30U));
  EXPECT_EQ(host->gpus.front().vram_total, std::uint64_t{8} << 30U);
  // VFs that lie where the GPU wants its own have to be named.
  const Error error = refused(lab, head + "[gpu.pf]\nreserve_vram = \"2GiB\"\n");
  EXPECT_THAT(to_string(error), HasSubstr("vf0 keeps 256MiB from 1040MiB on"));
}

TEST(Gpuiov, GivesBackWhatStoodThere) {
  const Lab lab({"amd-s7150-bare"});
  lab.by_hand(dword("42c"), "0011000f");
  lab.by_hand(dword("424"), "1f002000");
  const std::string before = lab.dump();
  reach(lab, head + "vram = \"480MiB\"\n");
  reach(lab, head + "vram = \"256MiB\"\n[gpu.pf]\nreserve_vram = \"512MiB\"\n");
  const auto torn_down = lab.teardown(allowed());
  ASSERT_TRUE(torn_down) << to_string(torn_down.error());
  EXPECT_EQ(exit_code(*torn_down), ExitCode::ok);
  EXPECT_TRUE(lab.dump() == before);
  // And back to what the second profile made.
  const auto undone = lab.open().undo(allowed());
  ASSERT_TRUE(undone) << to_string(undone.error());
  EXPECT_EQ(exit_code(*undone), ExitCode::ok);
  EXPECT_EQ(lab.read(dword("424")), "1e002000");
}

TEST(Gpuiov, KeepsTheBitsThatOnlyRead) {
  const Lab lab({"amd-s7150-bare"});
  lab.by_hand(dword("424"), "12345678");
  EXPECT_EQ(lab.read(dword("424")), "12342000") << "TOTAL_FB_AVAILABLE is the GPU's";
  lab.by_hand(dword("420"), "ffffffff");
  EXPECT_EQ(lab.read(dword("420")), "fffffcff") << "two bits are reserved";
  // What is not a whole dword is not written at all, so that no half of one ever is.
  EXPECT_FALSE(lab.tries(dword("42c"), "001d"));
  EXPECT_FALSE(lab.tries(dword("42e"), "00110011"));
  EXPECT_EQ(lab.read(dword("42c")), "00000000");
}

TEST(Gpuiov, TakesAWriteBackThatWasCutInHalf) {
  const Lab lab({"amd-s7150-bare"});
  const std::string before = lab.dump();
  // The device takes 16 bits, of which those of the offset are none.
  const Place place = parse_place(dword("430")).value();
  ASSERT_TRUE(sim::arm_fault(lab.file(), {.place = place, .os_error = EPERM, .half = true}));
  const auto report = lab.apply(head + "vram = \"480MiB\"\n", allowed());
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units.front().result, Outcome::rolled_back);
  EXPECT_THAT(to_string(report->units.front().error.value_or(Error{})), HasSubstr("locked down"));
  ASSERT_TRUE(sim::disarm_faults(lab.file()));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(Gpuiov, RefusesWhatItsRegistersCantSay) {
  const Lab lab({"amd-s7150-bare"});
  const Error step = refused(lab, head + "vram = \"500MiB\"\n");
  EXPECT_THAT(to_string(step), HasSubstr("no multiple of 16MiB"));
  EXPECT_THAT(to_string(step), HasSubstr("496MiB and 512MiB"));
  const Error sum = refused(lab, head + "vram = \"512MiB\"\n");
  EXPECT_EQ(exit_code(sum), ExitCode::wrong_here);
  EXPECT_THAT(to_string(sum), HasSubstr("of 16 each can have 480MiB"));
  EXPECT_EQ(refused(lab, head + "vram = \"16MiB\"\n").kind, ErrorKind::does_not_fit)
      << "less than a VF's window";
  const Error none = refused(lab, head + "vram = \"default\"\n");
  EXPECT_THAT(to_string(none), HasSubstr("no value for no memory"));
  const Error beyond = refused(lab, head + "[[gpu.vf]]\nindex = 16\nvram = \"480MiB\"\n");
  EXPECT_THAT(to_string(beyond), HasSubstr("16 VFs"));
}

TEST(Gpuiov, RefusesToMakeVfs) {
  const Lab lab({"amd-s7150-bare"});
  for (const std::string count : {"vfs = 4", R"(vfs = "max")"}) {
    const Error error = refused(lab, head + count + "\nvram = \"480MiB\"\n");
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << count;
    EXPECT_THAT(error.why, HasSubstr("no driver")) << count;
    EXPECT_THAT(error.help, HasSubstr("leave 'vfs' out")) << count;
    ASSERT_TRUE(error.spot) << count;
    EXPECT_EQ(error.spot->line, 4U) << count;
  }
  // None are asked for, and none get anything.
  const auto plan = lab.plan(head + "vfs = 0\nvram = \"480MiB\"\n", allowed());
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_FALSE(plan->changes());
}

TEST(Gpuiov, IsRefusedUnderLockdownUnlessThereIsNothingToWrite) {
  const Lab lab({"amd-s7150-bare"});
  const std::string lockdown = "sys:kernel/security/lockdown";
  add_to_host(lab, lockdown + " = [none] integrity confidentiality\\n\n");
  reach(lab, head + "vram = \"480MiB\"\n");
  ASSERT_TRUE(
      sim::poke(lab.file(), parse_place(lockdown).value(), "none [integrity] confidentiality\n"));
  const Error error = refused(lab, head + "vram = \"256MiB\"\n");
  EXPECT_EQ(exit_code(error), ExitCode::not_permitted);
  EXPECT_THAT(to_string(error), HasSubstr("locked down"));
  lab.reach(head + "vram = \"480MiB\"\n");
  // The kernel would refuse it, too.
  EXPECT_FALSE(lab.tries(dword("42c"), "00110001"));
  ASSERT_TRUE(
      sim::poke(lab.file(), parse_place(lockdown).value(), "[none] integrity confidentiality\n"));
  reach(lab, head + "vram = \"256MiB\"\n");
}

TEST(Gpuiov, IsRefusedWhereTheGpuDoesNotAnswer) {
  const Lab lab({"amd-s7150-bare"});
  ASSERT_TRUE(sim::poke(lab.file(),
                        parse_place("sys:bus/pci/devices/0000:03:00.0/config").value(),
                        std::string(4096, '\xff')));
  EXPECT_EQ(backend_of(lab), "amd-gpuiov");
  const Error error = refused(lab, head + "vram = \"480MiB\"\n");
  EXPECT_EQ(exit_code(error), ExitCode::not_permitted) << to_string(error);
  EXPECT_THAT(to_string(error), HasSubstr("all ones"));
}

TEST(Gpuiov, IsRefusedWhereTheKernelShowsTheHeaderAlone) {
  const Lab lab({"amd-s7150-bare"});
  const auto whole =
      lab.door()->read(parse_place("sys:bus/pci/devices/0000:03:00.0/config").value());
  ASSERT_TRUE(whole) << to_string(whole.error());
  ASSERT_TRUE(sim::poke(lab.file(),
                        parse_place("sys:bus/pci/devices/0000:03:00.0/config").value(),
                        whole->substr(0, 64)));
  const Error error = refused(lab, head + "vram = \"480MiB\"\n");
  EXPECT_THAT(to_string(error), HasSubstr("run it as root"));
}

TEST(Gpuiov, IsRefusedWhereTheCapabilityLiesElsewhere) {
  const Lab lab({"amd-s7150-bare"});
  auto bytes = lab.door()->read(parse_place("sys:bus/pci/devices/0000:03:00.0/config").value());
  ASSERT_TRUE(bytes) << to_string(bytes.error());
  // At 0x500 what stood at 0x400, and the one before leads there.
  bytes->replace(0x500, 0x70, bytes->substr(0x400, 0x70));
  bytes->replace(0x400, 0x70, std::string(0x70, '\0'));
  const std::size_t at = bytes->find(std::string("\x10\x00\x01\x40", 4));
  ASSERT_NE(at, std::string::npos);
  bytes->at(at + 3) = 0x50;
  ASSERT_TRUE(sim::poke(
      lab.file(), parse_place("sys:bus/pci/devices/0000:03:00.0/config").value(), *bytes));
  const Error error = refused(lab, head + "vram = \"480MiB\"\n");
  EXPECT_THAT(to_string(error), HasSubstr("lies at 0x500"));
}

TEST(Gpuiov, LeavesDevicesAloneThatItDoesNotKnow) {
  const Lab lab({"amd-s7150-bare"});
  // An V620, of which no source tells the layout.
  ASSERT_TRUE(sim::poke(
      lab.file(), parse_place("sys:bus/pci/devices/0000:03:00.0/device").value(), "0x73a1\n"));
  EXPECT_EQ(backend_of(lab), "generic");
  const std::string before = lab.dump();
  EXPECT_FALSE(lab.apply(head + "vram = \"480MiB\"\n", allowed()));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(Gpuiov, SharesNothingOutWhoseSizeNoRegisterTells) {
  const Lab lab({"amd-s7150-bare"});
  // An MI300X: 16 bits of megabytes are less than it has.
  ASSERT_TRUE(sim::poke(
      lab.file(), parse_place("sys:bus/pci/devices/0000:03:00.0/device").value(), "0x74a1\n"));
  EXPECT_EQ(backend_of(lab), "amd-gpuiov");
  const Error error = refused(lab, head + "vram = \"480MiB\"\n");
  EXPECT_THAT(to_string(error), HasSubstr("how much memory there is"));
}

TEST(Gpuiov, LeavesAGpuToTheDriverThatHasItOrMayHaveIt) {
  const Lab stub({"amd-v710"});
  EXPECT_EQ(backend_of(stub), "generic") << "pci-pf-stub is a driver";
  const Lab gim({"amd-v710-gim"});
  EXPECT_EQ(backend_of(gim), "amd-gim");
  // Not loaded, and still to be had.
  gim.by_hand("module:gim", "unload");
  EXPECT_NE(backend_of(gim), "amd-gpuiov");
  // The first one binds none of its GPUs.
  const Lab first({"amd-s7150"});
  EXPECT_NE(backend_of(first), "amd-gpuiov");
}

TEST(Gpuiov, MovesNothingUnderVfsThatAreOn) {
  const Lab lab({"amd-v710"});
  lab.reach(head + "vfs = 2\n");
  // pci-pf-stub leaves its VFs (iov.c: "driver left SR-IOV enabled").
  lab.by_hand("sys:bus/pci/drivers/pci-pf-stub/unbind", "0000:03:00.0");
  EXPECT_EQ(backend_of(lab), "amd-gpuiov");
  const Error error = refused(lab, head + "vram = \"1GiB\"\n");
  EXPECT_THAT(to_string(error), HasSubstr("VFs are enabled"));
}

TEST(GpuiovRegisters, AreWhatTheSourcesSay) {
  using namespace amd_gpuiov;
  EXPECT_EQ(piece_in(Layout::a, 0x0011001d), (Piece{.offset = 272, .size = 480}));
  EXPECT_EQ(piece_in(Layout::a, 0x002f001d), (Piece{.offset = 752, .size = 480}));
  EXPECT_EQ(piece_in(Layout::a, 0), std::nullopt);
  EXPECT_EQ(piece_in(Layout::b, 0x00110000), std::nullopt) << "of size 0 there is none";
  EXPECT_EQ(piece_in(Layout::b, 0x0011001e), (Piece{.offset = 272, .size = 480}));
  EXPECT_EQ(dword_of(Layout::a, Piece{.offset = 272, .size = 16}), 0x00110000U);
  EXPECT_EQ(dword_of(Layout::b, Piece{.offset = 272, .size = 16}), 0x00110001U);
  EXPECT_EQ(context_of(0x00000300, 256), 0x00100301U) << "reserved bits stay";
  EXPECT_EQ(context_of(0xffffffff, 256), 0x00100301U);
  EXPECT_EQ(with_pf(0x00002000, 256), 0x1f002000U);
  EXPECT_EQ(totals_in(0x1f002000).pf, 256U);
  EXPECT_EQ(totals_in(0x00002000).pf, std::nullopt);
  EXPECT_EQ(totals_in(0x30002000).pf, std::nullopt) << "more than there is";
  EXPECT_EQ(first_of_vfs(Layout::a, 256), 272U);
  EXPECT_EQ(first_of_vfs(Layout::b, 256), 256U);
  EXPECT_EQ(dword_in("ffffffff"), std::nullopt) << "no answer";
  EXPECT_EQ(dword_in(""), std::nullopt);
}

}  // namespace
}  // namespace vfmgr::test::of_amd_gpuiov
