// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "support/lab.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace vfmgr::test::of_processes {
namespace {

constexpr std::size_t kProcesses = 50;

const std::array two_profiles{
    std::string(
        "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\nvf_driver = \"none\"\n"),
    std::string("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\n"
                "[[gpu.vf]]\nindex = 1\nvf_driver = \"none\"\n")};

/// What each profile alone makes of a fresh host.
std::array<std::string, 2> ends() {
  std::array<std::string, 2> dumps;
  for (std::size_t at = 0; at < two_profiles.size(); ++at) {
    const Lab lab({"plain", "plain"});
    lab.reach(two_profiles.at(at));
    dumps.at(at) = lab.dump();
  }
  return dumps;
}

/// The lines of a dump that are about the functions on this bus.
std::string part_about(const std::string& bus, const std::string& dump) {
  std::istringstream lines(dump);
  std::string part;
  for (std::string line; std::getline(lines, line);) {
    part += line.find(bus) == std::string::npos ? "" : line + "\n";
  }
  return part;
}

/// A process that applies one of the profiles, waiting for the others' locks.
pid_t start(const Lab& lab, const std::string& toml) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto report = lab.apply(toml, {.lock_timeout = Milliseconds(120'000)});
    const ExitCode code = report ? exit_code(*report) : exit_code(report.error());
    ::_exit(static_cast<int>(code));
  }
  return child;
}

TEST(FiftyProcesses, OnOneHostNeverLeaveAMixture) {
  const auto wanted = ends();
  const Lab lab({"plain", "plain"});
  std::vector<pid_t> children;
  children.reserve(kProcesses);
  for (std::size_t at = 0; at < kProcesses; ++at) {
    children.push_back(start(lab, two_profiles.at(at % two_profiles.size())));
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  const std::string now = lab.dump();
  EXPECT_TRUE(now == wanted[0] || now == wanted[1]);
}

TEST(FiftyProcesses, OfWhichSomeAreKilledLeaveNoMixtureAfterRecover) {
  const auto wanted = ends();
  const Lab lab({"plain", "plain"});
  const std::string before = lab.dump();
  std::vector<pid_t> children;
  children.reserve(kProcesses);
  for (std::size_t at = 0; at < kProcesses; ++at) {
    children.push_back(start(lab, two_profiles.at(at % two_profiles.size())));
    if (at % 5 == 4) {
      // Whichever it is by now: waiting for a lock, in a write, or done.
      ::kill(children[at - 3], SIGKILL);
    }
  }
  std::set<int> codes;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    codes.insert(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
  // 9: somebody before it was cut off, and recover comes first.
  for (const int code : codes) {
    EXPECT_TRUE(code == 0 || code == 9 || code == -1) << code;
  }
  const auto recovered = lab.open().recover({});
  ASSERT_TRUE(recovered) << to_string(recovered.error());
  // Each GPU is a unit of its own: a run that is killed between them has ended one and not begun
  // the other.
  const std::string now = lab.dump();
  for (const std::string gpu : {"0000:03:", "0000:04:"}) {
    const std::string is = part_about(gpu, now);
    EXPECT_FALSE(is.empty());
    EXPECT_TRUE(is == part_about(gpu, before) || is == part_about(gpu, wanted[0]) ||
                is == part_about(gpu, wanted[1]))
        << is;
  }
}

}  // namespace
}  // namespace vfmgr::test::of_processes
