// SPDX-License-Identifier: Apache-2.0
// Who has a node open, by this machine's own /proc.
#include "kernel/openers.hpp"

#include "vfmgr/place.hpp"

#include "kernel/fd.hpp"
#include "kernel/files.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vfmgr::test::of_openers {
namespace {

// Devices that the kernel always has: mem(4), full(4).
const Place full{.in = In::dev, .path = "full"};
const Place absent{.in = In::dev, .path = "no-such-node"};

Openers who_has(const std::vector<Place>& nodes) {
  const auto files = Files::open("/");
  EXPECT_TRUE(files);
  return find_openers(*files, nodes);
}

bool is_us(const Opener& opener) {
  return opener.pid == ::getpid();
}

TEST(Openers, SeesThisProcessByTheDeviceItHasOpen) {
  const Fd fd(::open("/dev/full", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(fd);
  const Openers openers = who_has({absent, full});
  const auto ours = std::ranges::find_if(openers.seen, is_us);
  ASSERT_NE(ours, openers.seen.end());
  EXPECT_EQ(ours->node, full);
  EXPECT_EQ(std::ranges::count_if(openers.seen, is_us), 1);
  EXPECT_FALSE(ours->command.empty());
  EXPECT_EQ(ours->arguments.back(), '\0');
  EXPECT_NE(ours->cgroup.find(":/"), std::string::npos);
  ASSERT_TRUE(ours->age);
  EXPECT_GE(ours->age->count(), 0);
}

TEST(Openers, SeesNoLongerWhoHasClosedIt) {
  Fd fd(::open("/dev/full", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(fd);
  fd = Fd();
  EXPECT_TRUE(std::ranges::none_of(who_has({full}).seen, is_us));
}

TEST(Openers, LooksIntoNobodyForNodesThatAreNotThere) {
  const Openers none = who_has({absent});
  EXPECT_TRUE(none.seen.empty());
  EXPECT_TRUE(none.unseen.empty());
}

TEST(Openers, SaysThatWhoMayNotLookDoesNotSeeAll) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    const bool ready = ::geteuid() != 0 || (::setgid(kNobody) == 0 && ::setuid(kNobody) == 0);
    ::_exit(ready && !who_has({full}).unseen.empty() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace vfmgr::test::of_openers
