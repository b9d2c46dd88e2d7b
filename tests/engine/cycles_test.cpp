// SPDX-License-Identifier: Apache-2.0
// A process that cuts up and tears down a host all day does not grow: memory, descriptors, files.
// VFMGR_CYCLES sets how often; ten thousand take some minutes.
#include "vfmgr/manager.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace vfmgr::test {
namespace {

struct Held {
  std::ptrdiff_t descriptors = 0, files = 0;
  std::size_t pages = 0;  ///< of memory, resident
};

Held held_by_us(const Lab& lab) {
  namespace fs = std::filesystem;
  const fs::path state = lab.file().string() + ".state";
  Held held{.descriptors =
                std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()),
            .files = std::distance(fs::recursive_directory_iterator(state),
                                   fs::recursive_directory_iterator())};
  std::size_t all = 0;
  std::ifstream("/proc/self/statm") >> all >> held.pages;
  return held;
}

unsigned cycles() {
  const char* const wanted = std::getenv("VFMGR_CYCLES");  // NOLINT(concurrency-mt-unsafe)
  return wanted == nullptr ? 150U : static_cast<unsigned>(std::stoul(wanted));
}

TEST(Cycles, LeaveNothingBehind) {
  constexpr unsigned kWarm = 50;  // the history is full, the host file has been folded
  const Lab lab({"intel-b60", "plain"});
  const Profile wish = profile(
      "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\nvf_driver = \"vfio-pci\"\n");
  Manager manager = lab.open();
  const std::string before = lab.dump();
  Held warm;
  for (unsigned cycle = 0; cycle < kWarm + cycles(); ++cycle) {
    if (cycle == kWarm) {
      warm = held_by_us(lab);
    }
    const auto applied = manager.apply(wish, {});
    ASSERT_TRUE(applied) << to_string(applied.error());
    ASSERT_EQ(exit_code(*applied), ExitCode::ok);
    const auto gone = manager.teardown({});
    ASSERT_TRUE(gone) << to_string(gone.error());
    ASSERT_EQ(exit_code(*gone), ExitCode::ok);
  }
  const Held end = held_by_us(lab);
  EXPECT_EQ(end.descriptors, warm.descriptors);
  EXPECT_EQ(end.files, warm.files);
  // Two MiB: what an allocator keeps differs from moment to moment; a leak of one record a cycle
  // would be more after some hundred.
  constexpr std::size_t kMost = 2U << 20U;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  EXPECT_LE(end.pages * page, warm.pages * page + kMost);
  EXPECT_TRUE(lab.dump() == before);
  RecordProperty("resident_kib_warm", static_cast<int>(warm.pages * page / 1024));
  RecordProperty("resident_kib_end", static_cast<int>(end.pages * page / 1024));
}

}  // namespace
}  // namespace vfmgr::test
