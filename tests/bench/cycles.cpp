// SPDX-License-Identifier: Apache-2.0
// A process that cuts up and tears down a host all day does not grow: memory, descriptors, files.
//   cycles NUMBER     prints what it held after the first fifty, and in the end; 1 where that is
//   more
// In the release build: a sanitizer keeps what was freed.
#include "vfmgr/manager.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "core/numbers.hpp"
#include "support/lab.hpp"

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>

namespace {

namespace fs = std::filesystem;
using vfmgr::test::Lab;

struct Held {
  std::ptrdiff_t descriptors = 0, files = 0;
  std::size_t resident = 0;  ///< bytes
};

Held held_by_us(const Lab& lab) {
  const fs::path state = lab.file().string() + ".state";
  Held held{.descriptors =
                std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()),
            .files = std::distance(fs::recursive_directory_iterator(state),
                                   fs::recursive_directory_iterator())};
  std::size_t all = 0;
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> all >> pages;
  held.resident = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return held;
}

bool ended_well(const vfmgr::Result<vfmgr::Report>& report) {
  if (!report) {
    std::printf("%s\n", to_string(report.error()).c_str());
    return false;
  }
  return exit_code(*report) == vfmgr::ExitCode::ok;
}

}  // namespace

int main(int argument_count, char** arguments) {
  constexpr std::uint64_t kWarm = 50;  // the history is full, the host file has been folded
  const std::span<char*> words(arguments, static_cast<std::size_t>(argument_count));
  const auto cycles = words.size() == 2 ? vfmgr::decimal(words[1]) : std::nullopt;
  if (!cycles) {
    std::printf("cycles NUMBER\n");
    return 2;
  }
  const Lab lab({"intel-b60", "plain"});
  const vfmgr::Profile wish = vfmgr::test::profile(
      "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\nvf_driver = \"vfio-pci\"\n");
  vfmgr::Manager manager = lab.open();
  const std::string before = lab.dump();
  Held warm;
  for (std::uint64_t cycle = 0; cycle < kWarm + *cycles; ++cycle) {
    if (cycle == kWarm) {
      warm = held_by_us(lab);
    }
    if (!ended_well(manager.apply(wish, {})) || !ended_well(manager.teardown({}))) {
      std::printf("cycle %ju did not end well\n", static_cast<std::uintmax_t>(cycle));
      return 1;
    }
  }
  const Held end = held_by_us(lab);
  std::printf("descriptors %td, then %td; state files %td, then %td; resident KiB %zu, then %zu\n",
              warm.descriptors,
              end.descriptors,
              warm.files,
              end.files,
              warm.resident / 1024,
              end.resident / 1024);
  // Two MiB: what an allocator keeps differs from moment to moment.
  constexpr std::size_t kMost = 2U << 20U;
  const bool grew = end.descriptors != warm.descriptors || end.files != warm.files ||
                    end.resident > warm.resident + kMost || lab.dump() != before;
  return grew ? 1 : 0;
}
