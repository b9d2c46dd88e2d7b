// SPDX-License-Identifier: Apache-2.0
// Units run side by side, and VFs are bound several at a time, where the door leads to a real
// kernel. Here it leads to a simulated one that says it is real.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "engine/run.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"
#include "support/forwarding.hpp"
#include "support/killed.hpp"
#include "support/lab.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace vfmgr::test::of_side_by_side {
namespace {

const std::string all = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 8\n";
const std::string bind = "sys:bus/pci/drivers/vfio-pci/bind";

/// How many binds are under way, and the most that ever were. The first waits for a second.
class Company {
 public:
  void join() {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, ++now_);
    came_.notify_all();
    came_.wait_for(lock, std::chrono::seconds(10), [this] { return most_ > 1; });
  }
  void leave() {
    const std::scoped_lock lock(mutex_);
    --now_;
  }
  [[nodiscard]] int most() const { return most_; }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  int now_ = 0;
  int most_ = 0;
};

class AsIfReal final : public Forwarding {
 public:
  explicit AsIfReal(const Lab& lab, Company* company = nullptr)
      : AsIfReal(attr_tables(shipped_backends()), lab, company) {}

  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking blocking,
                     Milliseconds limit) override {
    const bool binds = company_ != nullptr && match(pci::kBind, place);
    if (binds) {
      company_->join();
    }
    auto written = write_alone(place, bytes, blocking, limit);
    if (binds) {
      company_->leave();
    }
    return written;
  }
  [[nodiscard]] bool simulated() const override { return false; }

 private:
  AsIfReal(AttrTables tables, const Lab& lab, Company* company)
      : AsIfReal(tables, sim::open_host_file(lab.file(), tables).value(), company) {}
  AsIfReal(const AttrTables& /*tables*/, std::unique_ptr<Kernel> sim, Company* company)
      : Forwarding(*sim), sim_(std::move(sim)), company_(company) {}

  /// The simulated kernel stops a process before a write by looking first and writing then: another
  /// writer between the two would be one that a stopped process could not have.
  Result<void> write_alone(const Place& place,
                           std::string_view bytes,
                           Blocking blocking,
                           Milliseconds limit) {
    const std::scoped_lock alone(writing_);
    return Forwarding::write(place, bytes, blocking, limit);
  }

  std::unique_ptr<Kernel> sim_;
  Company* company_;
  std::mutex writing_;
};

class AHold final : public Hold {};

/// Each group has its node though no VF of it is on vfio: as while somebody else's unbind waits. So
/// the guard has something to keep for each VF that is bound.
class WithNodes final : public Forwarding {
 public:
  explicit WithNodes(Kernel& kernel) : Forwarding(kernel) {}
  Result<std::unique_ptr<Hold>> hold(const Place& /*node*/) override {
    return std::unique_ptr<Hold>(std::make_unique<AHold>());
  }
};

Report run(Kernel& kernel, const RunOptions& options = {}) {
  const Profile wish = profile(all);
  auto report = run_wish(kernel, shipped_backends(), {.profile = &wish.model()}, options);
  EXPECT_TRUE(report) << to_string(report.error());
  return report.value_or(Report{});
}

void recovers(const Lab& lab, const std::string& before) {
  ASSERT_TRUE(sim::disarm_faults(lab.file()));
  const auto recovered = lab.open().recover({});
  ASSERT_TRUE(recovered) << to_string(recovered.error());
  EXPECT_EQ(exit_code(*recovered), ExitCode::ok);
  EXPECT_TRUE(lab.dump() == before);  // a dump is too long to be printed
}

TEST(SideBySide, UnitsAllReachWhatIsWanted) {
  const Lab lab({"plain", "plain", "plain", "plain"});
  const std::string before = lab.dump();
  AsIfReal kernel(lab);
  const Report report = run(kernel);
  EXPECT_EQ(exit_code(report), ExitCode::ok);
  ASSERT_EQ(report.units.size(), 4);
  for (const UnitReport& unit : report.units) {
    EXPECT_EQ(unit.result, Outcome::applied);
  }
  EXPECT_TRUE(std::ranges::is_sorted(report.units, {}, [](const UnitReport& unit) {
    return unit.plan.unit.gpus.front().address;
  }));
  EXPECT_EQ(exit_code(*lab.check(all)), ExitCode::ok);
  ASSERT_TRUE(lab.teardown());
  EXPECT_EQ(lab.dump(), before);
}

TEST(SideBySide, EveryStepIsToldOnceAlthoughSeveralRunAtATime) {
  const Lab lab({"plain", "plain", "plain"});
  Company company;
  AsIfReal kernel(lab, &company);
  std::mutex mutex;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<bool>> told;
  RunOptions options;
  options.on_step = [&](const StepEvent& event) {
    const std::scoped_lock lock(mutex);
    told[{event.unit, event.number}].push_back(event.ended);
  };
  const Report report = run(kernel, options);
  EXPECT_EQ(exit_code(report), ExitCode::ok);
  EXPECT_GT(company.most(), 1);
  std::size_t steps = 0;
  for (const UnitReport& unit : report.units) {
    steps += unit.plan.steps.size();
  }
  EXPECT_EQ(told.size(), steps);
  for (const auto& [step, events] : told) {
    EXPECT_EQ(events, (std::vector<bool>{false, true})) << step.first << ' ' << step.second;
  }
}

TEST(SideBySide, AUnitThatFailsTakesItselfBackAndNoOther) {
  const Lab lab({"plain", "plain", "plain"});
  lab.fault(gpu_file("sriov_numvfs"), EIO);
  AsIfReal kernel(lab);
  const Report report = run(kernel);
  ASSERT_EQ(report.units.size(), 3);
  EXPECT_EQ(report.units[0].result, Outcome::rolled_back);
  EXPECT_EQ(report.units[1].result, Outcome::applied);
  EXPECT_EQ(report.units[2].result, Outcome::applied);
}

TEST(SideBySide, BehindACountThatDoesNotComeBackNobodyElsesIsWritten) {
  Lab lab({"plain", "plain", "plain"});
  const std::string before = lab.dump();
  lab.fault(gpu_file("sriov_numvfs"), EINPROGRESS);
  AsIfReal kernel(lab);
  const Report report = run(kernel);
  ASSERT_EQ(report.units.size(), 3);
  EXPECT_EQ(exit_code(report), ExitCode::not_restored);
  EXPECT_EQ(report.units[0].result, Outcome::in_flight);
  bool hung = false;
  for (const std::string& write : lab.writes()) {
    EXPECT_FALSE(hung && write.find("sriov_numvfs") != std::string::npos) << write;
    hung = hung || write.starts_with(gpu_file("sriov_numvfs"));
  }
  EXPECT_TRUE(hung);
  // Who was through before stays; who came to it later went back by himself.
  for (const UnitReport& unit : std::span(report.units).subspan(1)) {
    const bool ended = unit.result == Outcome::applied || unit.result == Outcome::rolled_back ||
                       unit.result == Outcome::refused || unit.result == Outcome::skipped;
    EXPECT_TRUE(ended) << static_cast<int>(unit.result);
  }
  ASSERT_TRUE(sim::disarm_faults(lab.file()));
  ASSERT_TRUE(lab.open().recover({}));
  ASSERT_TRUE(lab.teardown());
  EXPECT_EQ(lab.dump(), before);
}

TEST(SideBySide, VfsOfOneGpuAreBoundSeveralAtATime) {
  if (std::thread::hardware_concurrency() < 2) {
    GTEST_SKIP() << "on one processor they are bound one after the other";
  }
  const Lab lab({"plain"});
  Company company;
  AsIfReal kernel(lab, &company);
  EXPECT_EQ(exit_code(run(kernel)), ExitCode::ok);
  EXPECT_GT(company.most(), 1);
  EXPECT_EQ(exit_code(*lab.check(all)), ExitCode::ok);
}

// These are asked for their users while others are bound: the guard is shared by the lanes.
TEST(SideBySide, VfsThatWereThereBeforeAreBoundSeveralAtATimeToo) {
  if (std::thread::hardware_concurrency() < 2) {
    GTEST_SKIP() << "on one processor they are bound one after the other";
  }
  for (int round = 0; round < 5; ++round) {
    const Lab lab({"plain"});
    lab.reach(all + "vf_driver = \"none\"\n");
    Company company;
    AsIfReal real(lab, &company);
    WithNodes kernel(real);
    const Profile wish = profile(all + "vf_driver = \"vfio-pci\"\n");
    const auto bound = run_wish(kernel, shipped_backends(), {.profile = &wish.model()}, {});
    ASSERT_TRUE(bound) << to_string(bound.error());
    EXPECT_EQ(exit_code(*bound), ExitCode::ok);
    EXPECT_GT(company.most(), 1);
    const Profile back = profile(all + "vf_driver = \"none\"\n");
    const auto released = run_wish(kernel, shipped_backends(), {.profile = &back.model()}, {});
    ASSERT_TRUE(released) << to_string(released.error());
    EXPECT_EQ(exit_code(*released), ExitCode::ok);
  }
}

TEST(SideBySide, AVfThatCanNotBeBoundLeavesNoneBehind) {
  for (std::uint32_t turn = 1; turn <= 8; ++turn) {
    const Lab lab({"plain"});
    const std::string before = lab.dump();
    lab.fault(bind, EIO, turn);
    AsIfReal kernel(lab);
    const Report report = run(kernel);
    ASSERT_EQ(report.units.size(), 1);
    EXPECT_EQ(report.units[0].result, Outcome::rolled_back);
    ASSERT_TRUE(report.units[0].error);
    EXPECT_EQ(report.units[0].error->os_error, EIO);
    EXPECT_EQ(lab.dump(), before);
  }
}

TEST(SideBySide, ARunThatIsKilledInTheMidstOfItIsTakenBack) {
  for (const sim::Stop stop : {sim::Stop::before, sim::Stop::after}) {
    const Lab lab({"plain", "plain"});
    const std::string before = lab.dump();
    const auto armed = sim::arm_fault(lab.file(),
                                      {.place = parse_place(bind).value(),
                                       .turn = 5,
                                       .os_error = 0,
                                       .half = false,
                                       .stop = stop});
    ASSERT_TRUE(armed) << to_string(armed.error());
    killed_at_the_stop([&] {
      AsIfReal kernel(lab);
      static_cast<void>(run(kernel));
    });
    recovers(lab, before);
  }
}

}  // namespace
}  // namespace vfmgr::test::of_side_by_side
