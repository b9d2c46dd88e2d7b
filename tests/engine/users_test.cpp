// SPDX-License-Identifier: Apache-2.0
// Who uses a function, on a host of three files and no kernel.
#include "engine/users.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "engine/tables.hpp"
#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
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
#include <vector>

namespace vfmgr::test::of_users {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string vf0 = "bus/pci/devices/0000:03:00.0/virtfn0";
const Function function{.pf = {.domain = 0, .bus = 3, .device = 0, .function = 0},
                        .vf = VfIndex{0}};

/// Files, folders and links that a test puts there, and nothing else.
class Few final : public Forwarding {
 public:
  explicit Few(Kernel& beneath) : Forwarding(beneath) {}

  Result<std::string> read(const Place& place) const override { return of(files, place); }
  Result<std::vector<std::string>> list(const Place& place) const override {
    return of(folders, place);
  }
  Result<std::string> link(const Place& place) const override { return of(links, place); }
  Openers openers(std::span<const Place> nodes) const override {
    asked.assign(nodes.begin(), nodes.end());
    return {.seen = seen, .unseen = unseen};
  }

  std::map<std::string, std::string> files, links;
  std::map<std::string, std::vector<std::string>> folders;
  std::vector<Opener> seen;
  std::vector<std::string> unseen;
  mutable std::vector<Place> asked;

 private:
  template <class T>
  static Result<T> of(const std::map<std::string, T>& all, const Place& place) {
    const auto found = all.find(place.path);
    return found == all.end() ? Result<T>(fail(kernel_error(place, ENOENT)))
                              : Result<T>(found->second);
  }
};

class UsersOf : public ::testing::Test {
 protected:
  UsersOf()
      : lab({"plain"}),
        tables(attr_tables(shipped_backends())),
        sim(sim::open_host_file(lab.file(), tables).value()),
        few(*sim) {}

  void driver(const std::string& name) { few.links[vf0 + "/driver"] = "../drivers/" + name; }
  [[nodiscard]] Use use(Claims claims = Claims::not_made) const {
    return users_of(few, std::span(&function, 1), claims, [](const PciAddress&) { return nullptr; })
        .front();
  }
  static Opener opener(int pid, const std::string& node) {
    return {.pid = pid,
            .node = {.in = In::dev, .path = node},
            .command = "python3",
            .arguments = {},
            .cgroup = {},
            .age = {}};
  }

  Lab lab;
  AttrTables tables;
  std::unique_ptr<Kernel> sim;
  Few few;
};

TEST_F(UsersOf, AVfWithoutDriverAndGroupIsFree) {
  few.unseen = {"everything is hidden"};
  EXPECT_EQ(use().in_use, false);
}

TEST_F(UsersOf, AVfOnVfioByItsGroupAndItsOwnNode) {
  driver("vfio-pci");
  few.links[vf0 + "/iommu_group"] = "../../kernel/iommu_groups/44";
  few.folders[vf0 + "/vfio-dev"] = {"vfio3"};
  EXPECT_EQ(use().in_use, false);
  EXPECT_THAT(few.asked, SizeIs(1));  // this kernel has no nodes for devices
  few.folders["vfio/devices"] = {"vfio3"};
  EXPECT_EQ(use().in_use, false);
  ASSERT_THAT(few.asked, SizeIs(2));
  EXPECT_EQ(few.asked[0].path, "vfio/44");
  EXPECT_EQ(few.asked[1].path, "vfio/devices/vfio3");
  few.seen = {opener(7, "vfio/devices/vfio3"), opener(8, "vfio/45")};
  const Use used = use();
  EXPECT_EQ(used.in_use, true);
  ASSERT_THAT(used.holders, SizeIs(1));
  EXPECT_EQ(used.holders[0].pid, 7);
  EXPECT_EQ(used.holders[0].node, "/dev/vfio/devices/vfio3");
}

TEST_F(UsersOf, WhereNotAllCanBeSeenNobodyIsUnknown) {
  driver("vfio-pci");
  few.links[vf0 + "/iommu_group"] = "../../kernel/iommu_groups/44";
  few.unseen = {"3 processes can't be looked into", "this is not the host's PID namespace"};
  const Use unknown = use();
  EXPECT_EQ(unknown.in_use, std::nullopt);
  EXPECT_THAT(unknown.why, HasSubstr("3 processes can't be looked into; this is not"));
  few.seen = {opener(7, "vfio/44")};
  EXPECT_EQ(use().in_use, true);
}

TEST_F(UsersOf, AVfOnADrmDriverByItsNodes) {
  driver("xe");
  few.folders[vf0 + "/drm"] = {"card1", "controlD65", "renderD129"};
  few.folders[vf0 + "/accel"] = {"accel0"};
  EXPECT_EQ(use().in_use, false);
  ASSERT_THAT(few.asked, SizeIs(3));
  EXPECT_EQ(few.asked[1].path, "dri/renderD129");
  EXPECT_EQ(few.asked[2].path, "accel/accel0");
  few.seen = {opener(9, "dri/renderD129")};
  EXPECT_EQ(use().in_use, true);
}

TEST_F(UsersOf, ANetworkInterfaceThatIsUpIsInUse) {
  driver("igbvf");
  few.folders[vf0 + "/net"] = {"eth7"};
  few.files[vf0 + "/net/eth7/flags"] = "0x1002\n";
  EXPECT_EQ(use().in_use, false);
  few.files[vf0 + "/net/eth7/flags"] = "0x1003\n";
  const Use up = use();
  EXPECT_EQ(up.in_use, true);
  ASSERT_THAT(up.holders, SizeIs(1));
  EXPECT_EQ(up.holders[0].node, "network interface eth7");
  few.files.clear();
  EXPECT_EQ(use().in_use, std::nullopt);
}

TEST_F(UsersOf, ABlockDeviceIsUnknownUntilItIsClaimed) {
  driver("nvme");
  few.folders[vf0 + "/nvme"] = {"nvme2"};
  few.folders[vf0 + "/nvme/nvme2"] = {"nvme2n1", "power", "uevent"};
  EXPECT_EQ(use().in_use, std::nullopt);
  EXPECT_EQ(use(Claims::made).in_use, false);
  few.seen = {opener(9, "nvme2n1")};
  EXPECT_EQ(use(Claims::made).in_use, true);
}

TEST_F(UsersOf, ADriverThatGivesNothingToLookAtHasUsersThatCanNotBeSeen) {
  driver("mystery");
  const Use unknown = use();
  EXPECT_EQ(unknown.in_use, std::nullopt);
  EXPECT_THAT(unknown.why, HasSubstr("bound to 'mystery'"));
  EXPECT_THAT(few.asked, IsEmpty());
}

}  // namespace
}  // namespace vfmgr::test::of_users
