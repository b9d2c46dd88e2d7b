// SPDX-License-Identifier: Apache-2.0
// MSI-X vectors of VFs (`msix`): set and read back, left to the device, refused with words; never
// looked at where nobody asks.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "sim/tools.hpp"
#include "sim/vectors.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::test::of_msix {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\n";
const std::string two = head + "vfs = 2\nmsix = 6\n";

/// What `show` says of a VF's vectors.
Setting vectors(const Lab& lab, std::size_t vf) {
  const auto shown = lab.open().inventory({}, Detail::whole);
  EXPECT_TRUE(shown);
  return shown->gpus.front().vfs.at(vf).attributes.at("msix");
}

void poke(const Lab& lab, const std::string& leaf, const std::string& bytes) {
  const auto poked = sim::poke(lab.file(), *parse_place(gpu_file(leaf)), bytes);
  ASSERT_TRUE(poked) << to_string(poked.error());
}

TEST(Msix, IsWrittenBeforeTheVfGetsItsDriverAndReadBack) {
  Lab lab({"plain-msix"});
  lab.reach(head + "vfs = 1\nmsix = 6\n");
  EXPECT_EQ(vectors(lab, 0), Setting(std::uint64_t{6}));
  EXPECT_THAT(lab.writes(),
              ElementsAre("sys:bus/pci/devices/0000:03:00.0/sriov_drivers_autoprobe = 0",
                          "sys:bus/pci/devices/0000:03:00.0/sriov_numvfs = 1",
                          "sys:bus/pci/devices/0000:03:00.0/virtfn0/sriov_vf_msix_count = 6",
                          "sys:bus/pci/devices/0000:03:00.0/virtfn0/driver_override = vfio-pci",
                          "sys:bus/pci/drivers/vfio-pci/bind = 0000:03:00.1"));
  lab.reach(head + "vfs = 1\nmsix = 6\n");
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Msix, ThatADeviceHasAnywayIsNotWritten) {
  Lab lab({"plain-msix"});
  lab.reach(head + "vfs = 2\nmsix = 8\n");
  for (const std::string& write : lab.writes()) {
    EXPECT_THAT(write, Not(HasSubstr("msix_count")));
  }
}

TEST(Msix, OfOneVfTouchesThatVfAlone) {
  Lab lab({"plain-msix"});
  lab.reach(two);
  static_cast<void>(lab.writes());
  const std::string one = two + "[[gpu.vf]]\nindex = 1\nmsix = 12\n";
  const auto drifted = lab.check(one);
  ASSERT_TRUE(drifted);
  ASSERT_EQ(drifted->differences.size(), 1U);
  EXPECT_EQ(drifted->differences[0].attribute, "msix");
  EXPECT_EQ(drifted->differences[0].expected, Setting(std::uint64_t{12}));
  EXPECT_EQ(drifted->differences[0].actual, Setting(std::uint64_t{6}));
  lab.reach(one);
  for (const std::string& write : lab.writes()) {
    EXPECT_TRUE(write.find("virtfn1/") != std::string::npos ||
                write.find("0000:03:00.2") != std::string::npos)
        << write;
  }
  EXPECT_EQ(vectors(lab, 1), Setting(std::uint64_t{12}));
  EXPECT_TRUE(lab.check(one)->in_sync());
}

TEST(Msix, OfAVfInUseIsRefusedBeforeAnyWrite) {
  Lab lab({"plain-msix"});
  lab.reach(two);
  lab.hold("0000:03:00.0/1");
  static_cast<void>(lab.writes());
  const auto report = lab.apply(two + "[[gpu.vf]]\nindex = 1\nmsix = 12\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
  lab.reach(two + "[[gpu.vf]]\nindex = 0\nmsix = 12\n");
}

TEST(Msix, OfAVfOnAHostDriverIsRefusedSinceItsUsersCannotBeSeen) {
  const Lab lab({"plain-msix"});
  lab.reach(two + "vf_driver = \"host\"\n");
  const auto report = lab.apply(two + "vf_driver = \"host\"\n[[gpu.vf]]\nindex = 1\nmsix = 12\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
}

TEST(Msix, OfAVfThatIsToBeTheHostsIsFollowedByTheHostsOwnProbe) {
  const Lab lab({"plain-msix"});
  lab.reach(two + "vf_driver = \"vfio-pci\"\n");
  poke(lab, "virtfn1/driver_override", "(null)\n");  // somebody bound it another way
  poke(lab, "virtfn0/driver_override", "(null)\n");
  lab.reach(two + "vf_driver = \"host\"\n[[gpu.vf]]\nindex = 1\nmsix = 12\n");
  const auto shown = lab.open().inventory({});
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->gpus[0].vfs[0].driver, "vfio-pci") << "what nothing differs at stays";
  EXPECT_EQ(shown->gpus[0].vfs[1].driver, "simple-msix");
  EXPECT_EQ(vectors(lab, 1), Setting(std::uint64_t{12}));
}

TEST(Msix, IsGivenBackOnceAndNotAgain) {
  Lab lab({"plain-msix"});
  lab.reach(two);
  static_cast<void>(lab.writes());
  const std::string back = head + "vfs = 2\nmsix = \"default\"\n";
  lab.reach(back);
  EXPECT_THAT(lab.writes(),
              Contains("sys:bus/pci/devices/0000:03:00.0/virtfn0/sriov_vf_msix_count = 0"));
  EXPECT_EQ(vectors(lab, 0), Setting(std::uint64_t{8}));
  lab.reach(back);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Msix, IsExportedWhereItWasSetAndNotedWhereTheDeviceChose) {
  Lab lab({"plain-msix"});
  lab.reach(two + "[[gpu.vf]]\nindex = 0\nmsix = 12\n");
  const auto set = lab.open().export_toml({});
  ASSERT_TRUE(set);
  EXPECT_THAT(*set, HasSubstr("msix = 6\n"));
  EXPECT_THAT(*set, HasSubstr("  [[gpu.vf]]\n  index = 0\n  msix = 12\n"));
  static_cast<void>(lab.writes());
  lab.reach(*set);
  EXPECT_THAT(lab.writes(), IsEmpty());
  ASSERT_TRUE(lab.teardown());
  lab.reach(head + "vfs = 2\n");
  const auto own = lab.open().export_toml({});
  ASSERT_TRUE(own);
  EXPECT_THAT(*own, HasSubstr("# msix = 8  chosen by the driver\n"));
}

TEST(Msix, GoesBackToWhatItWasWhenAWriteFails) {
  const Lab lab({"plain-msix"});
  lab.reach(two);
  const std::string before = lab.dump();
  lab.fault("sys:bus/pci/devices/0000:03:00.0/virtfn1/sriov_vf_msix_count", EIO);
  const auto report = lab.apply(head + "vfs = 2\nmsix = 10\n");
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_EQ(lab.dump(), before);
}

TEST(Msix, OfADeviceWithoutSaysWhyNot) {
  const Lab lab({"plain"});
  const auto refused = lab.plan(two);
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_code(refused.error()), ExitCode::wrong_here);
  EXPECT_THAT(refused.error().why, HasSubstr("'simple' does not let the MSI-X vectors"));
  EXPECT_THAT(refused.error().why, HasSubstr("sriov_vf_total_msix reads 0"));
  EXPECT_EQ(refused.error().spot->line, 5U);
  lab.reach("schema = 1\n[defaults]\nmsix = 4\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
}

TEST(Msix, OutOfRangeSaysWhatIsThere) {
  const Lab lab({"plain-msix"});
  for (const std::string none : {"0", "65", "2049"}) {
    const auto refused = lab.plan(std::string(head).append("vfs = 2\nmsix = ").append(none));
    ASSERT_FALSE(refused) << none;
    EXPECT_EQ(exit_code(refused.error()), ExitCode::wrong_here);
    EXPECT_THAT(refused.error().help, HasSubstr("at least 1, at most 64; read from sys:"));
    EXPECT_THAT(refused.error().help, HasSubstr("sriov_vf_total_msix"));
  }
  const auto sum = lab.plan(head + "vfs = 2\nmsix = 33\n");
  ASSERT_FALSE(sum);
  EXPECT_EQ(sum.error().kind, ErrorKind::does_not_fit);
  EXPECT_EQ(sum.error().value, "66");
  EXPECT_THAT(sum.error().why, HasSubstr("would have 66 MSI-X vectors, and there are 64 for all"));
}

TEST(Msix, ThatCannotBeReadIsUnknownAndNeverMadeUp) {
  const Lab lab({"plain-msix"});
  lab.reach(two);
  // What pci-sysfs.c:pci_read_config gives who is not root.
  poke(lab, "virtfn1/config", sim::vf_config(6).substr(0, 64));
  EXPECT_EQ(vectors(lab, 0), Setting(std::uint64_t{6}));
  EXPECT_EQ(vectors(lab, 1), Setting());
  for (const auto& error : {lab.plan(two).error(), lab.check(two).error()}) {
    EXPECT_EQ(exit_code(error), ExitCode::not_permitted);
    EXPECT_THAT(error.why, HasSubstr("only root"));
    EXPECT_EQ(error.spot->line, 5U);
  }
  const auto text = lab.open().export_toml({});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unreadable);
}

TEST(Msix, OfAVfWithoutACapabilityIsRefused) {
  const Lab lab({"plain-msix"});
  lab.reach(two);
  poke(lab, "virtfn1/config", sim::vf_config(0));
  const auto refused = lab.plan(two);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().why, HasSubstr("no MSI-X capability"));
}

TEST(Msix, IsInASavedPlanThatHasNothingToDo) {
  const Lab lab({"plain-msix"});
  lab.reach(two);
  const auto plan = lab.plan(two);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->changes());
  const auto read = plan_from_json(plan_to_json(*plan));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_TRUE(lab.open().apply(*read, {}));
  poke(lab, "virtfn1/config", sim::vf_config(7));
  const auto stale = lab.open().apply(*read, {});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::stale);
}

}  // namespace
}  // namespace vfmgr::test::of_msix
