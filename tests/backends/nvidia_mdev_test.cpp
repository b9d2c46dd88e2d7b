// SPDX-License-Identifier: Apache-2.0
// vGPU types as mediated devices.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "backends/support/refused.hpp"
#include "core/uuid.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace vfmgr::test::of_nvidia_mdev {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string two_4q = for_all("vfs = 2\nvgpu_type = \"A2-4Q\"\n");
constexpr const char* kMine = "c0ffee00-0000-4000-8000-000000000001";

/// The driver is linked against the kernel's mdev core.
std::string with_mdev(const std::string& text) {
  return with(text,
              "\nlog\n",
              "\nsys:module/mdev/holders/nvidia_vgpu_vfio -> ../../nvidia_vgpu_vfio\nlog\n");
}

struct Mdevs : NvidiaLab {
  explicit Mdevs(const Rewrite& rewrite = {}) : NvidiaLab("nvidia-a2", {}, rewrite) {}

  /// The UUIDs of a VF, as the host's directory has them.
  [[nodiscard]] std::vector<std::string> uuids(unsigned vf) const {
    std::vector<std::string> found;
    const auto names = door()->list(
        parse_place("sys:bus/pci/devices/0000:03:00.0/virtfn" + std::to_string(vf)).value());
    for (const std::string& name : names.value()) {
      if (is_uuid(name)) {
        found.push_back(name);
      }
    }
    return found;
  }
  [[nodiscard]] std::string create_file(unsigned vf, const std::string& type) const {
    return "sys:bus/pci/devices/0000:03:00.0/virtfn" + std::to_string(vf) +
           "/mdev_supported_types/" + type + "/create";
  }
  /// The types of all VFs, as people call them.
  [[nodiscard]] static std::vector<std::string> types_of(const Lab& lab) {
    const auto shown = lab.open().inventory({}, Detail::plain);
    std::vector<std::string> types;
    for (const VfView& vf : shown->gpus.front().vfs) {
      const auto type = vf.attributes.find("vgpu_type");
      const auto* const text =
          type == vf.attributes.end() ? nullptr : std::get_if<std::string>(&type->second);
      types.push_back(text == nullptr ? "none" : *text);
    }
    return types;
  }
};

TEST(TheSameProfile, GivesTheSameTypesWhicheverWayTheDriverOffersThem) {
  const NvidiaLab by_files("nvidia-a16");
  const NvidiaLab by_mdev("nvidia-a16", {{"vgpu_framework", "1"}}, with_mdev);
  for (const Lab* const lab :
       {static_cast<const Lab*>(&by_files), static_cast<const Lab*>(&by_mdev)}) {
    lab->reach(for_all("vfs = 2\nvgpu_type = \"A16-4Q\"\n") +
               "[[gpu.vf]]\nindex = 1\nvgpu_type = \"at least 4GiB, series C\"\n");
    EXPECT_THAT(Mdevs::types_of(*lab),
                ElementsAre("NVIDIA A16-4Q", "NVIDIA A16-4C", "none", "none"));
  }
  EXPECT_EQ(by_files.open().inventory({}, Detail::plain)->gpus.front().backend, "nvidia-vfio");
  EXPECT_EQ(by_mdev.open().inventory({}, Detail::plain)->gpus.front().backend, "nvidia-mdev");
}

TEST(AnMdevsUuid, IsTheSameAfterTeardownAndApply) {
  const Mdevs lab;
  lab.reach(two_4q);
  const auto before = lab.uuids(0);
  ASSERT_THAT(before, SizeIs(1));
  ASSERT_TRUE(lab.teardown());
  lab.reach(two_4q);
  EXPECT_EQ(lab.uuids(0), before);
  EXPECT_NE(lab.uuids(0), lab.uuids(1));
}

TEST(AnMdevsUuid, IsTheOneThatMdevctlHasForTheTypeOnThatVf) {
  const Mdevs lab([](const std::string& text) {
    return with(text,
                "\nlog\n",
                "\netc:mdevctl.d/0000:03:00.5/" + std::string(kMine) +
                    R"( = {"mdev_type": "nvidia-746", "start": "manual", "attrs": []})" +
                    "\nlog\n");
  });
  lab.reach(for_all("vfs = 2\n"));
  lab.reach(two_4q);
  EXPECT_THAT(lab.uuids(1), ElementsAre(kMine));
  EXPECT_THAT(lab.uuids(0), Not(ElementsAre(kMine)));
}

TEST(AnMdevOfTheRightType, IsTakenAsItIsWhoeverMadeIt) {
  Mdevs lab;
  lab.reach(for_all("vfs = 2\n"));
  lab.by_hand(lab.create_file(1, "nvidia-746"), kMine);
  lab.forget_writes();
  lab.reach(two_4q);
  EXPECT_THAT(lab.uuids(1), ElementsAre(kMine));
  EXPECT_THAT(lab.writes(), ElementsAre(HasSubstr("virtfn0/mdev_supported_types/nvidia-746")));
}

TEST(AnMdevOfAnotherType, GoesBeforeTheNewOneComes) {
  Mdevs lab;
  lab.reach(two_4q);
  lab.forget_writes();
  const std::string uuid = lab.uuids(1).front();
  lab.reach(two_4q + "[[gpu.vf]]\nindex = 1\nvgpu_type = \"A2-4C\"\n");
  EXPECT_THAT(lab.writes(),
              ElementsAre(HasSubstr("virtfn1/" + uuid + "/remove = 1"),
                          HasSubstr("virtfn1/mdev_supported_types/nvidia-754/create")));
}

TEST(AUuidOfAnotherVf, IsRefusedAtItsPlace) {
  Mdevs lab;
  lab.reach(two_4q);
  const std::string taken = lab.uuids(0).front();
  const Error fault = refused(lab, two_4q + "[[gpu.vf]]\nindex = 1\nuuid = \"" + taken + "\"\n");
  EXPECT_THAT(fault.why, HasSubstr("vf0 has this UUID"));
  ASSERT_TRUE(fault.spot);
  EXPECT_EQ(fault.spot->line, 8U);
}

TEST(AVmWithAnMdev, KeepsIt) {
  Mdevs lab;
  lab.reach(two_4q);
  lab.hold("0000:03:00.0/1");
  lab.forget_writes();
  const auto report = lab.apply(for_all("vfs = 1\n"));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(WhatIsExported, OfMdevsWritesNothingWhenItIsApplied) {
  Mdevs lab;
  lab.reach(two_4q + "[[gpu.vf]]\nindex = 1\nvgpu_params = \"enable_uvm=1\"\n");
  const auto exported = lab.open().export_toml({});
  ASSERT_TRUE(exported) << to_string(exported.error());
  lab.forget_writes();
  lab.reach(*exported);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_mdev
