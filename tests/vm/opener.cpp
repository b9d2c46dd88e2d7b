// SPDX-License-Identifier: Apache-2.0
// Somebody who opens and closes VFs' vfio groups all the time, as VMs that start and stop do. Runs
// until it is ended (SIGTERM), then prints how often it had one, and how often somebody else had.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace {

std::atomic<bool> ended = false;

void end(int /*signal*/) {
  ended = true;
}

}  // namespace

int main() {
  static_cast<void>(std::signal(SIGTERM, end));
  long opened = 0;
  long busy = 0;
  while (!ended) {
    std::error_code none;
    for (const auto& node : std::filesystem::directory_iterator("/dev/vfio", none)) {
      if (node.path().filename() == "vfio") {
        continue;
      }
      const int group = ::open(node.path().c_str(), O_RDWR | O_CLOEXEC);
      if (group >= 0) {
        ++opened;
        ::close(group);
      } else if (errno == EBUSY) {
        ++busy;
      }
    }
  }
  std::printf("opened %ld times, %ld times busy\n", opened, busy);
  return 0;
}
