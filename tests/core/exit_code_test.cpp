// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace vfmgr {
namespace {

Error error(ErrorKind kind, std::vector<Error> also = {}) {
  return {.kind = kind, .also = std::move(also)};
}

UnitReport unit(std::uint8_t bus, Outcome result, std::optional<Error> cause = {}) {
  UnitReport report;
  report.plan.unit.gpus = {Gpu{.address = {.bus = bus}}};
  report.result = result;
  report.error = std::move(cause);
  return report;
}

Report report(std::vector<UnitReport> units) {
  Report whole;
  whole.units = std::move(units);
  return whole;
}

TEST(ExitCodeOfAnError, FollowsItsKind) {
  EXPECT_EQ(exit_code(error(ErrorKind::syntax)), ExitCode::bad_input);
  EXPECT_EQ(exit_code(error(ErrorKind::invalid)), ExitCode::bad_input);
  EXPECT_EQ(exit_code(error(ErrorKind::no_match)), ExitCode::wrong_here);
  EXPECT_EQ(exit_code(error(ErrorKind::not_a_pf)), ExitCode::wrong_here);
  EXPECT_EQ(exit_code(error(ErrorKind::unsupported)), ExitCode::wrong_here);
  EXPECT_EQ(exit_code(error(ErrorKind::does_not_fit)), ExitCode::wrong_here);
  EXPECT_EQ(exit_code(error(ErrorKind::in_use)), ExitCode::refused);
  EXPECT_EQ(exit_code(error(ErrorKind::foreign)), ExitCode::refused);
  EXPECT_EQ(exit_code(error(ErrorKind::locked)), ExitCode::locked);
  EXPECT_EQ(exit_code(error(ErrorKind::stale)), ExitCode::stale);
  EXPECT_EQ(exit_code(error(ErrorKind::drifted)), ExitCode::differs);
  EXPECT_EQ(exit_code(error(ErrorKind::missing)), ExitCode::wrong_here);
  EXPECT_EQ(exit_code(error(ErrorKind::not_permitted)), ExitCode::not_permitted);
  EXPECT_EQ(exit_code(error(ErrorKind::unreadable)), ExitCode::not_permitted);
  EXPECT_EQ(exit_code(error(ErrorKind::io)), ExitCode::failed);
  EXPECT_EQ(exit_code(error(ErrorKind::in_flight)), ExitCode::not_restored);
  EXPECT_EQ(exit_code(error(ErrorKind::not_restored)), ExitCode::not_restored);
}

TEST(ExitCodeOfAnError, IsFourWhereFaultsOfFourAndFiveStandTogether) {
  EXPECT_EQ(exit_code(error(ErrorKind::no_match, {error(ErrorKind::invalid)})),
            ExitCode::bad_input);
  EXPECT_EQ(exit_code(error(ErrorKind::invalid, {error(ErrorKind::no_match)})),
            ExitCode::bad_input);
  EXPECT_EQ(exit_code(error(ErrorKind::no_match, {error(ErrorKind::unsupported)})),
            ExitCode::wrong_here);
  EXPECT_EQ(exit_code(error(ErrorKind::io, {error(ErrorKind::not_restored)})),
            ExitCode::not_restored);
}

TEST(ExitCodeOfAUnit, SaysHowItEnded) {
  EXPECT_EQ(exit_code(unit(1, Outcome::unchanged)), ExitCode::ok);
  EXPECT_EQ(exit_code(unit(1, Outcome::applied)), ExitCode::ok);
  EXPECT_EQ(exit_code(unit(1, Outcome::rolled_back, error(ErrorKind::io))), ExitCode::failed);
  EXPECT_EQ(exit_code(unit(1, Outcome::rolled_back, error(ErrorKind::does_not_fit))),
            ExitCode::failed);
  EXPECT_EQ(exit_code(unit(1, Outcome::rolled_back, error(ErrorKind::stale))), ExitCode::stale);
  EXPECT_EQ(exit_code(unit(1, Outcome::rolled_back, error(ErrorKind::not_permitted))),
            ExitCode::not_permitted);
  EXPECT_EQ(exit_code(unit(1, Outcome::refused, error(ErrorKind::does_not_fit))),
            ExitCode::wrong_here);
  EXPECT_EQ(exit_code(unit(1, Outcome::missing)), ExitCode::wrong_here);
  EXPECT_EQ(exit_code(unit(1, Outcome::in_flight)), ExitCode::not_restored);
  auto half = unit(1, Outcome::failed, error(ErrorKind::io));
  half.not_restored.emplace_back();
  EXPECT_EQ(exit_code(half), ExitCode::not_restored);
}

TEST(ExitCodeOfAUnit, ThatRecoverTookBackIsOk) {
  EXPECT_EQ(exit_code(unit(1, Outcome::rolled_back)), ExitCode::ok);
  EXPECT_EQ(exit_code(report({unit(1, Outcome::rolled_back)})), ExitCode::ok);
}

TEST(ExitCodeOfAUnit, ThatWasSkippedIsHappyOnlyIfNothingWasToDo) {
  auto skipped = unit(1, Outcome::skipped);
  EXPECT_EQ(exit_code(skipped), ExitCode::ok);
  skipped.plan.steps.emplace_back(Await{});
  EXPECT_EQ(exit_code(skipped), ExitCode::failed);
}

TEST(ExitCodeOfARun, IsNineIfAnyUnitCouldNotBeTakenBack) {
  EXPECT_EQ(exit_code(report({unit(1, Outcome::applied),
                              unit(2, Outcome::refused, error(ErrorKind::in_use)),
                              unit(3, Outcome::in_flight)})),
            ExitCode::not_restored);
}

TEST(ExitCodeOfARun, IsSixIfSomeChangedAndSomeDidNotArrive) {
  EXPECT_EQ(exit_code(report(
                {unit(1, Outcome::applied), unit(2, Outcome::rolled_back, error(ErrorKind::io))})),
            ExitCode::partial);
}

TEST(ExitCodeOfARun, IsElseTheFirstUnhappyGpusInAddressOrder) {
  EXPECT_EQ(exit_code(report({unit(9, Outcome::rolled_back, error(ErrorKind::io)),
                              unit(2, Outcome::refused, error(ErrorKind::in_use)),
                              unit(1, Outcome::unchanged)})),
            ExitCode::refused);
  EXPECT_EQ(exit_code(report({unit(1, Outcome::applied), unit(2, Outcome::unchanged)})),
            ExitCode::ok);
  EXPECT_EQ(exit_code(report({})), ExitCode::ok);
}

TEST(ExitCodeOfAPlan, IsAsApplyWouldBeRefused) {
  Plan plan;
  EXPECT_EQ(exit_code(plan), ExitCode::ok);
  plan.units.resize(2);
  plan.units[1].blocked.push_back({.error = error(ErrorKind::in_use)});
  EXPECT_EQ(exit_code(plan), ExitCode::refused);
}

TEST(ExitCodeOfAPlan, IsNotMovedByMissingGpusThatWereAllowed) {
  Plan plan;
  plan.missing.push_back(error(ErrorKind::missing));
  EXPECT_EQ(exit_code(plan), ExitCode::ok);
}

TEST(ExitCodeOfACheck, TellsDriftFromWhatCouldNotBeRead) {
  CheckReport check;
  EXPECT_EQ(exit_code(check), ExitCode::ok);
  check.lent.emplace_back();
  EXPECT_EQ(exit_code(check), ExitCode::ok);
  check.missing.push_back(error(ErrorKind::missing));
  EXPECT_EQ(exit_code(check), ExitCode::differs);
  check.unreadable.push_back({.gpu = {.bus = 2}});
  EXPECT_EQ(exit_code(check), ExitCode::not_permitted);
  check.differences.push_back({.gpu = {.bus = 1}});
  EXPECT_EQ(exit_code(check), ExitCode::differs);
}

TEST(Words, AreThoseOfTheContract) {
  EXPECT_EQ(to_string(Action::replace), "replace");
  EXPECT_EQ(to_string(Action::remove), "remove");
  EXPECT_EQ(to_string(Disruption::host), "host");
  EXPECT_EQ(to_string(Outcome::rolled_back), "rolled_back");
  EXPECT_EQ(to_string(Outcome::in_flight), "in_flight");
  EXPECT_EQ(to_string(StepOutcome::in_flight), "in_flight");
}

TEST(APlan, ChangesSomethingIfAnyUnitHasSteps) {
  Plan plan;
  plan.units.resize(2);
  EXPECT_FALSE(plan.changes());
  plan.units[1].steps.emplace_back(Change{});
  EXPECT_TRUE(plan.changes());
}

}  // namespace
}  // namespace vfmgr
