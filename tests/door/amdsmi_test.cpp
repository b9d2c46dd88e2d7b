// SPDX-License-Identifier: Apache-2.0
// The library of AMD's driver for hosts, and what it is not to be confused with.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "door/support/fake_amd_gpus.hpp"
#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

namespace vfmgr::test::of_amdsmi {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

Result<void> set_count(Kernel& kernel, std::string_view bytes) {
  return kernel.write(num_vf(), bytes, Blocking::can_hang, seconds(60));
}

int errno_of(const Result<void>& done) {
  return done ? 0 : done.error().os_error;
}

int errno_of(const Result<std::string>& read) {
  return read ? 0 : read.error().os_error;
}

TEST(Amdsmi, TellsAndTakesTheCountOfAGpu) {
  const FakeAmdGpus gpus(kOneV710 + std::string("gpu 0 3b 2 1 1 12 0\n"));
  const auto door = gpus.door();

  EXPECT_EQ(door->read(num_vf()), "4\n");
  EXPECT_TRUE(set_count(*door, "12"));
  EXPECT_EQ(door->read(num_vf()), "12\n");
  EXPECT_THAT(gpus.lines(), HasSubstr("gpu 1 3b 2 1 12 12 0\ngpu 0 3b 2 1 1 12 0\n"));
  EXPECT_TRUE(set_count(*door, "1"));
  EXPECT_EQ(door->read({.in = In::amdsmi, .path = "0000:3b:02.1/num_vf"}), "1\n");
  EXPECT_EQ(gpus.number("opened"), 5);
  EXPECT_EQ(gpus.number("most"), 1);
}

TEST(Amdsmi, TakesNoCountThatTheDriverWouldNot) {
  const FakeAmdGpus gpus(kOneV710);
  const auto door = gpus.door();

  for (const char* const bytes : {"", "0", "-1", "4 ", "4\n", "0x4", "four", "4294967296"}) {
    const auto set = set_count(*door, bytes);
    EXPECT_EQ(errno_of(set), EINVAL) << "'" << bytes << "'";
    EXPECT_EQ(set.error().value, bytes);
  }
  EXPECT_EQ(gpus.number("opened"), 0) << "none of these was asked for";
  EXPECT_EQ(errno_of(set_count(*door, "13")), EINVAL);
  EXPECT_EQ(door->read(num_vf()), "4\n");
}

TEST(Amdsmi, SaysThatAVfRuns) {
  const FakeAmdGpus gpus("gpu 1 3b 2 1 4 12 1\n");
  const auto set = set_count(*gpus.door(), "8");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().os_error, EBUSY);
  EXPECT_EQ(set.error().subject, "amdsmi:0001:3b:02.1/num_vf");
  EXPECT_EQ(set.error().value, "8");
  EXPECT_EQ(set.error().why, "amdsmi_set_num_vf: AMDSMI_STATUS_BUSY - Processor busy");
}

TEST(Amdsmi, HasNothingButTheCount) {
  const FakeAmdGpus gpus(kOneV710);
  const auto door = gpus.door();

  for (const char* const path : {"0001:3b:02.1/num_vfs", "0001:3b:02.1/", "1:3b:02.1/num_vf"}) {
    EXPECT_FALSE(door->read({.in = In::amdsmi, .path = path})) << path;
  }
  EXPECT_EQ(errno_of(door->read({.in = In::amdsmi, .path = "0001:3b:02.1/uuid"})), ENOENT);
  EXPECT_EQ(door->list(num_vf()).error().os_error, EINVAL);
  EXPECT_EQ(door->link(num_vf()).error().os_error, EINVAL);
  EXPECT_EQ(gpus.number("opened"), 0) << "who asks for nothing opens nothing";
}

TEST(Amdsmi, HasNoCountOfAGpuThatItDoesNotKnow) {
  const FakeAmdGpus gpus(kOneV710);
  const auto door = gpus.door();
  const Place other{.in = In::amdsmi, .path = "0001:3c:00.0/num_vf"};

  const auto read = door->read(other);
  EXPECT_EQ(errno_of(read), ENOENT);
  EXPECT_THAT(read.error().why, HasSubstr("the driver has no such GPU"));
  // amdsmi.c answers success, too, with no handle; amdsmi_set_num_vf would then read from address
  // 0.
  gpus.add("nameless");
  EXPECT_EQ(errno_of(door->read(other)), ENOENT);
  EXPECT_EQ(errno_of(door->write(other, "2", Blocking::can_hang, seconds(60))), ENOENT);
  EXPECT_THAT(gpus.lines(), HasSubstr("gpu 1 3b 2 1 4 12 0\n"));
}

TEST(Amdsmi, IsNotAskedWhileTheDriverIsNotLoaded) {
  const FakeAmdGpus gpus(kOneV710);
  const auto door = gpus.door();

  gpus.unload_driver();
  const auto read = door->read(num_vf());
  EXPECT_EQ(errno_of(read), ENOENT);
  EXPECT_THAT(read.error().why, HasSubstr("dev/gim-smi0 is not there"));
  EXPECT_TRUE(std::holds_alternative<Absent>(observe(*door, num_vf()).is));
  EXPECT_EQ(errno_of(set_count(*door, "8")), ENOENT);
  EXPECT_EQ(gpus.number("opened"), 0);
  gpus.load_driver();
  EXPECT_EQ(door->read(num_vf()), "4\n");
}

TEST(Amdsmi, HasNoCountWhereTheDriverGoesMeanwhile) {
  const FakeAmdGpus gpus(std::string("unloaded\n") + kOneV710);
  const auto door = gpus.door();

  const auto read = door->read(num_vf());
  EXPECT_EQ(errno_of(read), ENOENT);
  EXPECT_THAT(read.error().why, HasSubstr("the driver is not loaded"));
  EXPECT_TRUE(std::holds_alternative<Absent>(observe(*door, num_vf()).is));
  EXPECT_EQ(errno_of(set_count(*door, "8")), ENOENT);
  EXPECT_EQ(gpus.number("closed"), 0) << "what was not begun is not ended";
}

TEST(Amdsmi, IsShutDownAlsoWhereTheGpuCannotBeHad) {
  const FakeAmdGpus gpus(kOneV710);
  gpus.add("fail amdsmi_get_processor_handle_from_bdf 12");
  EXPECT_EQ(errno_of(gpus.door()->read(num_vf())), EIO);
  EXPECT_EQ(gpus.number("opened"), 1);
  EXPECT_EQ(gpus.number("closed"), 1);
}

struct Said {
  std::uint32_t status;
  int os_error;
  ErrorKind kind;
  std::string_view words;
};

class AmdsmiErrors : public testing::TestWithParam<Said> {};

TEST_P(AmdsmiErrors, AreErrnosWithTheLibrarysOwnWords) {
  const FakeAmdGpus gpus(kOneV710);
  const Said& said = GetParam();
  const auto door = gpus.door();
  gpus.add("fail amdsmi_get_num_vf " + std::to_string(said.status));
  gpus.add("fail amdsmi_set_num_vf " + std::to_string(said.status));

  const auto read = door->read(num_vf());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().os_error, said.os_error);
  EXPECT_EQ(read.error().kind, said.kind);
  EXPECT_THAT(read.error().why, HasSubstr("amdsmi_get_num_vf"));
  EXPECT_THAT(read.error().why, HasSubstr(std::string(said.words)));
  const auto set = set_count(*door, "8");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().os_error, said.os_error);
  EXPECT_THAT(set.error().why, HasSubstr("amdsmi_set_num_vf"));
}

// The numbers of amdsmi.h, amdsmi_status_t.
INSTANTIATE_TEST_SUITE_P(
    Each,
    AmdsmiErrors,
    testing::Values(Said{1, EINVAL, ErrorKind::io, "the fake's words"},
                    Said{2, EOPNOTSUPP, ErrorKind::unsupported, "may not write to /dev/gim-smi0"},
                    Said{3, EOPNOTSUPP, ErrorKind::unsupported, "the fake's words"},
                    Said{4, ELIBBAD, ErrorKind::io, "the fake's words"},
                    Said{5, ELIBBAD, ErrorKind::io, "the fake's words"},
                    Said{6, EIO, ErrorKind::io, "the fake's words"},
                    Said{7, EIO, ErrorKind::io, "the fake's words"},
                    Said{8, ETIMEDOUT, ErrorKind::io, "the fake's words"},
                    Said{9, EAGAIN, ErrorKind::io, "at work on the GPU"},
                    Said{10, EPERM, ErrorKind::not_permitted, "the fake's words"},
                    Said{11, EINTR, ErrorKind::io, "the fake's words"},
                    Said{12, EIO, ErrorKind::io, "the fake's words"},
                    Said{14, EIO, ErrorKind::io, "the fake's words"},
                    Said{15, ENOMEM, ErrorKind::io, "the fake's words"},
                    Said{17, EINVAL, ErrorKind::io, "the fake's words"},
                    Said{18, EIO, ErrorKind::io, "the fake's words"},
                    Said{30, EBUSY, ErrorKind::io, "Processor busy"},
                    Said{31, ENOENT, ErrorKind::io, "no such GPU"},
                    Said{32, ENODEV, ErrorKind::io, "did not come up"},
                    Said{33, ENOSPC, ErrorKind::io, "the fake's words"},
                    Said{34, ENOENT, ErrorKind::io, "not loaded"},
                    Said{40, ENODATA, ErrorKind::io, "the fake's words"},
                    Said{53, EINVAL, ErrorKind::io, "the fake's words"},
                    Said{55, EOPNOTSUPP, ErrorKind::unsupported, "the fake's words"},
                    Said{31337, EIO, ErrorKind::io, "the fake's words"},
                    Said{0xFFFFFFFF, EIO, ErrorKind::io, "the fake's words"}));

TEST(AmdsmiLibrary, IsAbsentWhereItIsNotInstalled) {
  const FakeAmdGpus gpus(kOneV710);
  // Now ld.so has one of that name; a relocated tree has none all the same.
  ASSERT_EQ(gpus.door()->read(num_vf()), "4\n");
  for (const char* const name : {"libamdsmi.so", "/nowhere/libamdsmi.so", ""}) {
    const auto door = gpus.tree().door({.amdsmi = name});
    const auto read = door->read(num_vf());
    EXPECT_EQ(errno_of(read), ENOENT) << name;
    EXPECT_EQ(read.error().why, "AMD's library libamdsmi.so is not installed") << name;
    EXPECT_TRUE(std::holds_alternative<Absent>(observe(*door, num_vf()).is)) << name;
    EXPECT_EQ(errno_of(set_count(*door, "8")), ENOENT) << name;
  }
}

TEST(AmdsmiLibrary, OfRocmIsClosedAgainAndNeverCalled) {
  const FakeAmdGpus gpus(kOneV710);
  const auto door = gpus.tree().door({.amdsmi = VFMGR_FAKE_ROCM_AMDSMI});

  for (int turn = 0; turn < 2; ++turn) {
    const auto read = door->read(num_vf());
    EXPECT_EQ(errno_of(read), ELIBBAD);
    EXPECT_THAT(read.error().why, HasSubstr("has no amdsmi_set_num_vf: it is ROCm's"));
    EXPECT_EQ(errno_of(set_count(*door, "8")), ELIBBAD);
  }
  EXPECT_EQ(gpus.number("rocm_loaded"), 1);
  EXPECT_EQ(gpus.number("rocm_unloaded"), 1) << "it is not kept open";
  EXPECT_THAT(gpus.lines(), Not(HasSubstr("rocm_unloaded 1\nrocm_loaded"))) << "nor opened again";
  EXPECT_EQ(gpus.number("rocm_called"), 0);
}

TEST(AmdsmiLibrary, IsOpenedForAGpuOfGimAlone) {
  const FakeAmdGpus gpus(kOneV710);
  const auto door = gpus.door();
  const PciAddress address{.domain = 1, .bus = 0x3b, .device = 2, .function = 1};
  const Unit unit{.gpus = {{.address = address, .vendor_id = 0x1002, .device_id = 0x7460}},
                  .why_together = {}};
  const auto probe_all = [&] {
    for (const Backend* const backend : shipped_backends()) {
      static_cast<void>(backend->probe(*door, unit, Depth::whole));
    }
  };
  probe_all();
  const std::string driver = "sys/bus/pci/devices/0001:3b:02.1/driver";
  gpus.tree().link(driver, "../../../../bus/pci/drivers/amdgpu");
  probe_all();
  EXPECT_EQ(gpus.number("opened"), 0) << "nobody has gim";
  std::filesystem::remove(gpus.tree().root() / driver);
  gpus.tree().link(driver, "../../../../bus/pci/drivers/gim");
  probe_all();
  EXPECT_EQ(gpus.number("opened"), 1);
}

TEST(AmdsmiLibrary, IsNotTakenForAbsentWhereItIsBroken) {
  const Tree tree;
  tree.file("dev/gim-smi0", "");
  const auto broken = tree.file("libamdsmi.so", "no library");
  const auto read = tree.door({.amdsmi = broken})->read(num_vf());
  EXPECT_EQ(errno_of(read), ELIBBAD);
  EXPECT_THAT(read.error().why, HasSubstr("AMD's library can't be opened"));
}

TEST(AmdsmiLibrary, OfAnotherReleaseLacksFunctions) {
  const FakeAmdGpus gpus(kOneV710);
  const auto read = gpus.tree().door({.amdsmi = VFMGR_FAKE_SHORT_AMDSMI})->read(num_vf());
  EXPECT_EQ(errno_of(read), ENOSYS);
  EXPECT_EQ(read.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(read.error().why, HasSubstr("no amdsmi_init"));
}

}  // namespace
}  // namespace vfmgr::test::of_amdsmi
