// SPDX-License-Identifier: Apache-2.0
// A run that is asked to stop: at every moment of it, once and twice.
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace vfmgr::test::of_stop {
namespace {

const std::string toml =
    "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\nexec_quantum = \"20ms\"\n";

/// Asked to stop for the first time when it has been asked `first` times whether it is, and for the
/// second time when `second` times more.
RunOptions asked(unsigned first, unsigned second, unsigned& questions) {
  RunOptions options;
  options.asked_to_stop = [=, &questions]() -> unsigned {
    ++questions;
    return questions <= first ? 0U : questions <= first + second ? 1U : 2U;
  };
  return options;
}

constexpr unsigned kNever = 1'000'000;

TEST(AskedToStop, ARunGoesBackFromWhereverItIs) {
  unsigned at = 0;
  unsigned stopped_runs = 0;
  for (; at < 1000; ++at) {
    const Lab lab({"intel-b60"});
    const std::string before = lab.dump();
    unsigned questions = 0;
    const auto report = lab.apply(toml, asked(at, kNever, questions));
    ASSERT_TRUE(report) << to_string(report.error());
    if (exit_code(*report) == ExitCode::ok) {
      break;  // it had ended before it was asked
    }
    ++stopped_runs;
    EXPECT_EQ(exit_code(*report), ExitCode::failed) << at;
    ASSERT_TRUE(report->units[0].error);
    EXPECT_EQ(report->units[0].error->os_error, EINTR);
    EXPECT_TRUE(lab.dump() == before) << at;
  }
  EXPECT_GT(stopped_runs, 5);
}

TEST(AskedToStop, TwiceItStopsAndRecoverTakesTheRestBack) {
  unsigned left_behind = 0;
  for (unsigned at = 1; at < 10; ++at) {
    for (unsigned then = 1; then < 12; ++then) {
      const Lab lab({"intel-b60"});
      const std::string before = lab.dump();
      unsigned questions = 0;
      const auto report = lab.apply(toml, asked(at, then, questions));
      ASSERT_TRUE(report) << to_string(report.error());
      const ExitCode code = exit_code(*report);
      if (code == ExitCode::not_restored) {
        ++left_behind;
        EXPECT_FALSE(report->units[0].not_restored.empty());
        const auto recovered = lab.open().recover({});
        ASSERT_TRUE(recovered) << to_string(recovered.error());
        EXPECT_EQ(exit_code(*recovered), ExitCode::ok);
      } else {
        EXPECT_TRUE(code == ExitCode::failed || code == ExitCode::ok) << static_cast<int>(code);
      }
      if (code != ExitCode::ok) {
        EXPECT_TRUE(lab.dump() == before) << at << ' ' << then;
      }
    }
  }
  EXPECT_GT(left_behind, 10);
}

TEST(AskedToStop, ARunDoesNotBegin) {
  Lab lab({"plain", "plain"});
  static_cast<void>(lab.writes());
  unsigned questions = 0;
  const auto report = lab.apply("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n",
                                asked(0, kNever, questions));
  ASSERT_TRUE(report) << to_string(report.error());
  for (const UnitReport& unit : report->units) {
    EXPECT_EQ(unit.result, Outcome::skipped);
  }
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_TRUE(lab.writes().empty());
}

}  // namespace
}  // namespace vfmgr::test::of_stop
