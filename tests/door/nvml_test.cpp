// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "door/support/fake_gpus.hpp"
#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <variant>

namespace vfmgr::test::of_nvml {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

Result<void> order(Kernel& kernel, const std::string& name, std::string_view bytes) {
  return kernel.write(leaf(name), bytes, Blocking::can_hang, seconds(60));
}

int errno_of(const Result<void>& done) {
  return done ? 0 : done.error().os_error;
}

int errno_of(const Result<std::string>& read) {
  return read ? 0 : read.error().os_error;
}

TEST(Nvml, CutsAGpuUpAndPutsItTogetherAgain) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.door();

  EXPECT_TRUE(order(*door, "mig", "off"));
  EXPECT_EQ(door->read(leaf("mig")), "off\n");
  EXPECT_EQ(door->read(leaf("instance_ids")), "");
  EXPECT_TRUE(order(*door, "mig", "on"));
  EXPECT_EQ(door->read(leaf("mig")), "on\n");
  EXPECT_TRUE(order(*door, "mig", "create 2g.48gb+gfx 0"));
  EXPECT_TRUE(order(*door, "mig", "create 1g.24gb+gfx 6"));
  EXPECT_EQ(door->read(leaf("mig")), "2g.48gb+gfx@0 1g.24gb+gfx@6\n");
  EXPECT_EQ(door->read(leaf("instance_ids")), "0 0\n1 6\n");

  EXPECT_EQ(errno_of(order(*door, "mig", "create 1g.24gb 3")), ENOSPC) << "half of a 2g is there";
  EXPECT_TRUE(order(*door, "mig", "destroy 0"));
  EXPECT_EQ(door->read(leaf("mig")), "1g.24gb+gfx@6\n");
  EXPECT_TRUE(order(*door, "mig", "create 1g.24gb 3"));
  EXPECT_TRUE(order(*door, "mig", "destroy 6"));
  EXPECT_TRUE(order(*door, "mig", "destroy 3"));
  EXPECT_EQ(door->read(leaf("mig")), "on\n");
}

TEST(Nvml, GivesAnInstanceAllOfItsSlices) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.door();

  EXPECT_TRUE(order(*door, "mig", "create 4g.96gb+gfx 0"));
  // NVML_COMPUTE_INSTANCE_PROFILE_4_SLICE is 3.
  EXPECT_THAT(gpus.lines(), HasSubstr("instance 0 32 0 0:3\n"));
}

TEST(Nvml, LeavesAnInstanceBareWhoseComputeInstanceCannotBeMade) {
  const FakeGpus gpus(kMigGpu);
  gpus.add("fail nvmlGpuInstanceCreateComputeInstance 23");
  const auto door = gpus.door();

  const auto created = order(*door, "mig", "create 1g.24gb+gfx 3");
  EXPECT_EQ(errno_of(created), ENOSPC);
  EXPECT_EQ(created.error().subject, "nvml:0000:3b:00.0/mig");
  EXPECT_EQ(created.error().value, "create 1g.24gb+gfx 3");
  EXPECT_THAT(created.error().why, HasSubstr("nvmlGpuInstanceCreateComputeInstance"));
  EXPECT_EQ(door->read(leaf("mig")), "1g.24gb+gfx@3/bare\n");
  EXPECT_TRUE(order(*door, "mig", "destroy 3"));
  EXPECT_EQ(door->read(leaf("mig")), "on\n");
}

TEST(Nvml, DestroysAllComputeInstancesBeforeTheirGpuInstance) {
  const FakeGpus gpus(std::string(kMigGpu) + "instance 2 35 6 0:0 1:0\ninstance 5 47 0 0:0\n");
  const auto door = gpus.door();

  EXPECT_TRUE(order(*door, "mig", "destroy 6"));
  EXPECT_EQ(door->read(leaf("mig")), "1g.24gb+gfx@0\n");
  gpus.add("fail nvmlComputeInstanceDestroy 19");
  EXPECT_EQ(errno_of(order(*door, "mig", "destroy 0")), EBUSY);
  EXPECT_EQ(door->read(leaf("mig")), "1g.24gb+gfx@0\n");
}

TEST(Nvml, SaysWhichModeComesWithTheNextReset) {
  const FakeGpus gpus("gpu 00000000:3B:00.0\nmig off off\n");
  gpus.add("activation 16");
  const auto door = gpus.door();

  const auto set = order(*door, "mig", "on");
  EXPECT_EQ(errno_of(set), EAGAIN);
  EXPECT_THAT(set.error().why, HasSubstr("only after the GPU is reset"));
  EXPECT_EQ(door->read(leaf("mig")), "off, on after a reset\n");
}

TEST(Nvml, SaysThatAGpuInUseKeepsItsMode) {
  const FakeGpus gpus(kMigGpu);
  gpus.add("activation 19");
  const auto door = gpus.door();

  EXPECT_EQ(errno_of(order(*door, "mig", "off")), EBUSY);
  EXPECT_EQ(door->read(leaf("mig")), "on, off after a reset\n");
}

TEST(Nvml, ListsProfilesByTheirIds) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.door();

  EXPECT_EQ(door->read(leaf("mig_profiles")),
            "14 1g.24gb 4 3:0,3,6,9\n"
            "32 4g.96gb+gfx 1 12:0\n"
            "35 2g.48gb+gfx 2 6:0,6\n"
            "47 1g.24gb+gfx 4 3:0,3,6,9\n");
  EXPECT_TRUE(order(*door, "mig", "off"));
  EXPECT_EQ(errno_of(door->read(leaf("mig_profiles"))), EOPNOTSUPP) << "none is not what it has";
  EXPECT_EQ(errno_of(order(*door, "mig", "create 1g.24gb 0")), EOPNOTSUPP);
}

TEST(Nvml, TellsAGpuWithoutMigFromOneWithMigOff) {
  const FakeGpus gpus("gpu 00000000:3B:00.0\nmixed 0\n");
  const auto door = gpus.door();

  for (const char* const name : {"mig", "mig_profiles", "instance_ids"}) {
    const auto read = door->read(leaf(name));
    EXPECT_EQ(errno_of(read), EOPNOTSUPP) << name;
    EXPECT_EQ(read.error().kind, ErrorKind::unsupported) << name;
    EXPECT_THAT(read.error().why, HasSubstr("Not Supported")) << name;
  }
  EXPECT_EQ(errno_of(order(*door, "mig", "on")), EOPNOTSUPP);
}

TEST(Nvml, MixesSizesOnlyWhereNothingHindersIt) {
  const FakeGpus gpus("gpu 00000000:3B:00.0\nmig off off\nmixed 0\n");
  const auto door = gpus.door();

  EXPECT_EQ(door->read(leaf("heterogeneous")), "0\n");
  EXPECT_TRUE(order(*door, "heterogeneous", "1"));
  EXPECT_EQ(door->read(leaf("heterogeneous")), "1\n");
  EXPECT_EQ(errno_of(order(*door, "heterogeneous", "2")), EINVAL);
  EXPECT_TRUE(order(*door, "mig", "on"));
  EXPECT_EQ(errno_of(door->read(leaf("heterogeneous"))), EOPNOTSUPP);

  const FakeGpus busy("gpu 00000000:3B:00.0\nmixed 1\nvgpus 2\n");
  EXPECT_EQ(errno_of(order(*busy.door(), "heterogeneous", "0")), EBUSY);
  EXPECT_EQ(busy.door()->read(leaf("heterogeneous")), "1\n");
}

TEST(Nvml, ListsVgpuTypesByTheirIdsHoweverManyThereAre) {
  std::string lines = "gpu 00000000:3B:00.0\n";
  std::string expected;
  for (int id = 1000; id < 1150; ++id) {
    const std::string type = std::to_string(id) + " NVIDIA RTX Pro 6000 Blackwell DC-3Q\n";
    lines += "type " + type;
    expected += type;
  }
  const FakeGpus many(lines);
  EXPECT_EQ(many.door()->read(leaf("vgpu_types")), expected);
  const FakeGpus none("gpu 00000000:3B:00.0\n");
  EXPECT_EQ(none.door()->read(leaf("vgpu_types")), "");
}

TEST(Nvml, TakesNothingThatIsNoOrder) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.door();
  const std::string before = *door->read(leaf("mig"));

  for (const char* const bytes : {"",
                                  "ON",
                                  "on\n",
                                  "0",
                                  "create",
                                  "create ",
                                  "create 0",
                                  "create  0",
                                  "create 1g.24gb",
                                  "create 1g.24gb -1",
                                  "create 1g.24gb 4294967296",
                                  "create 1g.24gb 1",
                                  "create 1g.25gb 0",
                                  "create MIG 1g.24gb 0",
                                  "destroy",
                                  "destroy ",
                                  "destroy x",
                                  "destroy 0 0"}) {
    EXPECT_EQ(errno_of(order(*door, "mig", bytes)), EINVAL) << "'" << bytes << "'";
  }
  EXPECT_EQ(errno_of(order(*door, "mig", "destroy 3")), ENODEV);
  EXPECT_EQ(errno_of(order(*door, "vgpu_types", "1")), EINVAL);
  EXPECT_EQ(door->read(leaf("mig")), before);
}

TEST(Nvml, HasNothingButItsLeaves) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.door();

  EXPECT_EQ(errno_of(door->read(leaf("mode"))), ENOENT);
  EXPECT_EQ(errno_of(order(*door, "mode", "on")), ENOENT);
  EXPECT_EQ(door->list(leaf("mig")).error().os_error, EINVAL);
  EXPECT_EQ(door->link(leaf("mig")).error().os_error, EINVAL);
  EXPECT_EQ(errno_of(door->read({.in = In::nvml, .path = "0000:3c:00.0/mig"})), ENODEV);
  EXPECT_EQ(gpus.number("opened"), 1) << "who asks for nothing opens nothing";
}

struct Said {
  int status, os_error;
  std::string_view words;
};

class NvmlErrors : public testing::TestWithParam<Said> {};

TEST_P(NvmlErrors, AreErrnosWithNvmlsOwnWords) {
  const FakeGpus gpus(kMigGpu);
  const Said& said = GetParam();
  const auto door = gpus.door();
  gpus.add("fail nvmlDeviceGetMigMode " + std::to_string(said.status));

  const auto read = door->read(leaf("mig"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().os_error, said.os_error);
  EXPECT_THAT(read.error().why, HasSubstr("nvmlDeviceGetMigMode"));
  EXPECT_THAT(read.error().why, HasSubstr(std::string(said.words)));
  const Value seen = observe(*door, leaf("mig"));
  ASSERT_TRUE(std::holds_alternative<Unreadable>(seen.is));
  EXPECT_EQ(std::get<Unreadable>(seen.is).os_error, said.os_error);
}

// The numbers of nvml.h, nvmlReturn_enum.
INSTANTIATE_TEST_SUITE_P(Each,
                         NvmlErrors,
                         testing::Values(Said{2, EINVAL, "the fake's words"},
                                         Said{3, EOPNOTSUPP, "Not Supported"},
                                         Said{4, EPERM, "the fake's words"},
                                         Said{6, ENODEV, "the fake's words"},
                                         Said{9, ENXIO, "the fake's words"},
                                         Said{13, ENOSYS, "the fake's words"},
                                         Said{15, ENODEV, "the fake's words"},
                                         Said{16, EAGAIN, "only after the GPU is reset"},
                                         Said{18, ELIBBAD, "are of different versions"},
                                         Said{19, EBUSY, "In use by another client"},
                                         Said{23, ENOSPC, "the fake's words"},
                                         Said{25, EIO, "the fake's words"},
                                         Said{27, EAGAIN, "the fake's words"},
                                         Said{28, ENODEV, "the fake's words"},
                                         Said{29, EIO, "the fake's words"},
                                         Said{999, EIO, "the fake's words"},
                                         Said{31337, EIO, "the fake's words"}));

TEST(Nvml, IsShutDownAlsoWhereTheGpuCannotBeHad) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.door();

  gpus.add("fail nvmlDeviceGetHandleByPciBusId_v2 15");
  EXPECT_EQ(errno_of(door->read(leaf("mig"))), ENODEV);
  EXPECT_EQ(gpus.number("opened"), 1);
  EXPECT_EQ(gpus.number("closed"), 1);
  gpus.add("fail nvmlInit_v2 9");
  EXPECT_EQ(errno_of(door->read(leaf("mig"))), ENXIO);
  EXPECT_EQ(gpus.number("opened"), 1);
  EXPECT_EQ(gpus.number("closed"), 1) << "what was not begun is not ended";
}

TEST(NvmlLibrary, IsAbsentWhereItIsNotInstalled) {
  const FakeGpus gpus(kMigGpu);
  // Now ld.so has one of that name; a relocated tree has none all the same.
  ASSERT_EQ(gpus.door()->read(leaf("mig")), "on\n");
  for (const char* const name : {"libnvidia-ml.so.1", "/nowhere/libnvidia-ml.so.1", ""}) {
    const auto door = gpus.tree().door({.nvml = name});
    const auto read = door->read(leaf("mig"));
    EXPECT_EQ(errno_of(read), ENOENT) << name;
    EXPECT_EQ(read.error().why, "NVIDIA's library libnvidia-ml.so.1 is not installed") << name;
    EXPECT_TRUE(std::holds_alternative<Absent>(observe(*door, leaf("mig")).is)) << name;
    EXPECT_EQ(errno_of(order(*door, "mig", "on")), ENOENT) << name;
  }
}

TEST(NvmlLibrary, IsFoundOnceItIsInstalled) {
  const FakeGpus gpus(kMigGpu);
  const auto where = gpus.tree().root() / "libnvidia-ml.so.1";
  const auto door = gpus.tree().door({.nvml = where});

  EXPECT_EQ(errno_of(door->read(leaf("mig"))), ENOENT);
  static_cast<void>(gpus.tree().link("libnvidia-ml.so.1", VFMGR_FAKE_NVML));
  EXPECT_EQ(door->read(leaf("mig")), "on\n");
}

TEST(NvmlLibrary, IsNotTakenForAbsentWhereItIsBroken) {
  const Tree tree;
  const auto broken = tree.file("libnvidia-ml.so.1", "no library");
  const auto read = tree.door({.nvml = broken})->read(leaf("mig"));
  EXPECT_EQ(errno_of(read), ELIBBAD);
  EXPECT_THAT(read.error().why, HasSubstr("can't be opened"));
}

TEST(NvmlLibrary, OfAnOldDriverLacksFunctions) {
  const FakeGpus gpus(kMigGpu);
  const auto door = gpus.tree().door({.nvml = VFMGR_FAKE_OLD_NVML});

  const auto read = door->read(leaf("mig"));
  EXPECT_EQ(errno_of(read), ENOSYS);
  EXPECT_EQ(read.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(read.error().why, HasSubstr("nvmlDeviceGetMigMode"));
  EXPECT_EQ(errno_of(order(*door, "heterogeneous", "1")), ENOSYS);
  EXPECT_EQ(gpus.number("opened"), 2);
}

}  // namespace
}  // namespace vfmgr::test::of_nvml
