// SPDX-License-Identifier: Apache-2.0
// Whom a plan would hit: users by name, those who may lose it, those who come back for it.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "engine/compare.hpp"
#include "engine/planner.hpp"
#include "engine/run.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"
#include "support/forwarding.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test::of_whom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string both = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";

/// A host with VMs' definitions, whose user of a VF goes while somebody waits for it.
class WithVms final : public Forwarding {
 public:
  WithVms(Kernel& kernel, std::string file) : Forwarding(kernel), file_(std::move(file)) {}

  Result<std::vector<std::string>> list(const Place& place) const override {
    if (place == Place{.in = In::etc, .path = "libvirt/qemu"}) {
      return std::vector<std::string>{"db.xml", "networks"};
    }
    return Forwarding::list(place);
  }
  Result<std::string> read(const Place& place) const override {
    if (place == Place{.in = In::etc, .path = "libvirt/qemu/db.xml"}) {
      return "<domain><name>" + vm +
             "</name><devices><hostdev type='pci'><source><address domain='0x0000' bus='0x03' "
             "slot='0x00' function='0x2'/></source></hostdev></devices></domain>";
    }
    return Forwarding::read(place);
  }
  Result<std::string> link(const Place& place) const override {
    if (lent && place.path == "bus/pci/devices/0000:03:00.0/virtfn1/driver") {
      return std::string("../../../../bus/pci/drivers/xe-vfio-pci");
    }
    return Forwarding::link(place);
  }
  [[nodiscard]] std::unique_ptr<Watch> watch(const Place& place) const override {
    if (goes && !gone_) {
      gone_ = true;
      EXPECT_TRUE(sim::release_vf(file_, "0000:03:00.0/1"));
    }
    return Forwarding::watch(place);
  }

  std::string vm = "db";
  bool goes = false;  ///< its user goes while somebody waits
  bool lent = false;  ///< who has VF 1 brought it onto a variant driver

 private:
  std::string file_;
  mutable bool gone_ = false;
};

class Whom : public ::testing::Test {
 protected:
  explicit Whom(const std::string& model = "plain")
      : lab({model}),
        tables(attr_tables(shipped_backends())),
        sim(sim::open_host_file(lab.file(), tables).value()),
        host(*sim, lab.file().string()) {}

  Result<Plan> plan(const RunOptions& options = {}) {
    return make_plan(host, shipped_backends(), {}, options);
  }
  Result<Report> teardown(const RunOptions& options) {
    return run_wish(host, shipped_backends(), {}, options);
  }

  Lab lab;
  AttrTables tables;
  std::unique_ptr<Kernel> sim;
  WithVms host;
};

TEST_F(Whom, NamesWhoUsesAVf) {
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  const auto planned = plan();
  ASSERT_TRUE(planned) << to_string(planned.error());
  ASSERT_THAT(planned->units[0].blocked, SizeIs(1));
  const Blocked& blocked = planned->units[0].blocked[0];
  EXPECT_EQ(blocked.vf, VfIndex{1});
  ASSERT_THAT(blocked.holders, SizeIs(1));
  EXPECT_EQ(blocked.holders[0].vm, "web-2");
  EXPECT_EQ(blocked.holders[0].pid, 4711);
  const auto shown = lab.open().inventory({}, Detail::users);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->gpus[0].vfs[0].in_use, false);
  EXPECT_EQ(shown->gpus[0].vfs[1].in_use, true);
  EXPECT_EQ(shown->gpus[0].vfs[1].holders, blocked.holders);
  EXPECT_EQ(lab.open().inventory({})->gpus[0].vfs[0].in_use, std::nullopt);
}

TEST_F(Whom, TakesAwayWhatMayBeTakenFromItsUser) {
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  for (const char* const name : {"0000:03:00.2", "0000:03:00.0/1", "0000:03:00.0", "SR-IOV GPU"}) {
    const auto planned = plan({.allow_in_use = {name}});
    ASSERT_TRUE(planned) << to_string(planned.error());
    EXPECT_THAT(planned->units[0].blocked, IsEmpty()) << name;
    ASSERT_THAT(planned->units[0].overridden, SizeIs(1)) << name;
    EXPECT_EQ(planned->units[0].overridden[0].holders[0].vm, "web-2");
  }
  EXPECT_THAT(plan({.allow_in_use = {"0000:03:00.0/0"}})->units[0].blocked, SizeIs(1));
  const auto wrong = plan({.allow_in_use = {"0000:03:00.0/7", "0000:09:00.0"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::no_match);
  EXPECT_THAT(wrong.error().also, SizeIs(1));
  // The kernel asks the guest, which does not answer here: the write stays under way.
  const auto report = teardown({.allow_in_use = {"0000:03:00.0/1"}});
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units[0].result, Outcome::in_flight);
}

TEST_F(Whom, WaitsForUsersToGo) {
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  const Milliseconds begin = host.now();
  const auto refused = teardown({.wait = Milliseconds(10'000)});
  ASSERT_TRUE(refused) << to_string(refused.error());
  EXPECT_EQ(refused->units[0].result, Outcome::refused);
  EXPECT_GE(host.now() - begin, Milliseconds(10'000));
  host.goes = true;
  const auto gone = teardown({.wait = Milliseconds(10'000)});
  ASSERT_TRUE(gone) << to_string(gone.error());
  EXPECT_EQ(exit_code(*gone), ExitCode::ok);
}

TEST_F(Whom, WaitsForUsersOfASavedPlanAndOfAnUndoingToo) {
  lab.reach(both);
  const auto saved = plan();
  ASSERT_TRUE(saved) << to_string(saved.error());
  lab.hold("0000:03:00.0/1");
  host.goes = true;
  const auto gone = run_saved(host, shipped_backends(), *saved, {.wait = Milliseconds(10'000)});
  ASSERT_TRUE(gone) << to_string(gone.error());
  EXPECT_EQ(exit_code(*gone), ExitCode::ok);
  const auto back = run_undo(host, shipped_backends(), {});
  ASSERT_TRUE(back) << to_string(back.error());
  lab.hold("0000:03:00.0/1");
  const Milliseconds begin = host.now();
  const auto refused = run_undo(host, shipped_backends(), {.wait = Milliseconds(5'000)});
  ASSERT_TRUE(refused) << to_string(refused.error());
  EXPECT_EQ(exit_code(*refused), ExitCode::refused);
  EXPECT_GE(host.now() - begin, Milliseconds(5'000));
}

TEST_F(Whom, WarnsOfAVmThatIsOffAndHasAVfInItsDefinition) {
  lab.reach(both);
  const auto warned = plan();
  ASSERT_TRUE(warned) << to_string(warned.error());
  ASSERT_THAT(warned->units[0].claimed, SizeIs(1));
  EXPECT_EQ(warned->units[0].claimed[0].vm, "db");
  EXPECT_EQ(warned->units[0].claimed[0].vf, VfIndex{1});
  EXPECT_EQ(warned->units[0].claimed[0].file, "/etc/libvirt/qemu/db.xml");
  EXPECT_EQ(exit_code(*warned), ExitCode::ok);
  const auto refused = plan({.refuse_claimed = true});
  ASSERT_TRUE(refused);
  EXPECT_EQ(exit_code(*refused), ExitCode::refused);
  EXPECT_THAT(to_string(refused->units[0].blocked[0].error), HasSubstr("\"db\", which is off"));
  // One that runs with it is its user, and no more than that.
  host.vm = "web-2";
  lab.hold("0000:03:00.0/1");
  EXPECT_THAT(plan()->units[0].claimed, IsEmpty());
}

TEST_F(Whom, LeavesALentVfOnWhateverVfioDriverItIs) {
  const std::string toml = both + "vf_driver = \"vfio-pci\"\n";
  lab.reach(toml);
  host.lent = true;
  const Profile wish = profile(toml);
  const auto compared = [&] {
    return compare(host, shipped_backends(), {.profile = &wish.model()}, {}).value();
  };
  // Nobody has it: then it is on the wrong driver.
  EXPECT_THAT(compared().differences, SizeIs(1));
  EXPECT_THAT(compared().lent, IsEmpty());
  lab.hold("0000:03:00.0/1");
  EXPECT_THAT(compared().differences, IsEmpty());
  ASSERT_THAT(compared().lent, SizeIs(1));
  EXPECT_EQ(compared().lent[0].vf, VfIndex{1});
  EXPECT_EQ(compared().lent[0].actual, Setting("xe-vfio-pci"));
  const auto planned = make_plan(host, shipped_backends(), {.profile = &wish.model()}, {});
  ASSERT_TRUE(planned) << to_string(planned.error());
  EXPECT_FALSE(planned->changes());
}

}  // namespace
}  // namespace vfmgr::test::of_whom
