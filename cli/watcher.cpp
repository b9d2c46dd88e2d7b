// SPDX-License-Identifier: Apache-2.0
#include "watcher.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "context.hpp"
#include "core/try.hpp"
#include "kernel/fd.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

/// Nothing of the terminal: its streams, its session, who is ignored or blocked here.
class Detached {
 public:
  /// `output`: what it has for standard output.
  explicit Detached(int output) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    sigset_t signals{};
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  Detached(const Detached&) = delete;
  Detached& operator=(const Detached&) = delete;
  Detached(Detached&&) = delete;
  Detached& operator=(Detached&&) = delete;
  ~Detached() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&files_);
  }

  [[nodiscard]] int spawn(std::vector<std::string> arguments) const {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) {
      pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    pid_t child = 0;
    return ::posix_spawn(
        &child, "/proc/self/exe", &files_, &attributes_, pointers.data(), ::environ);
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

vfmgr::Error not_started(int os_error) {
  return {.kind = vfmgr::ErrorKind::io,
          .os_error = os_error,
          .subject = "--confirm-within",
          .why = "the process that would take the run back can't be started",
          .help = "nothing was changed; apply without --confirm-within, or try again"};
}

}  // namespace

vfmgr::Result<void> start_watcher(const Context& context, const vfmgr::Manager& manager) {
  TRY(const std::vector<vfmgr::PastRun> runs, manager.history());
  std::vector<std::string> arguments{"vgpuctl"};
  if (!context.globals().sim.empty()) {
    arguments.insert(arguments.end(), {"--sim", context.globals().sim});
  }
  arguments.insert(arguments.end(),
                   {"revert-unconfirmed",
                    std::to_string(::getpid()),
                    std::to_string(runs.empty() ? 0 : runs.back().id)});
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return vfmgr::fail(not_started(errno));
  }
  const vfmgr::Fd reads(ends[0]);
  vfmgr::Fd writes(ends[1]);
  if (const int os_error = Detached(writes.get()).spawn(std::move(arguments)); os_error != 0) {
    return vfmgr::fail(not_started(os_error));
  }
  writes = vfmgr::Fd();
  // It says something once it watches; one that ends before has said nothing.
  char said = 0;
  while (::read(reads.get(), &said, 1) < 0 && errno == EINTR) {
  }
  if (said == 0) {
    return vfmgr::fail(not_started(0));
  }
  return {};
}

}  // namespace vgpuctl
