// SPDX-License-Identifier: Apache-2.0
// Ends a process by SIGKILL right before one of its writes:
//
//   KILL_BEFORE=7 LD_PRELOAD=libvgpu_killer.so vgpuctl …         its seventh, those of its helper
//   left out KILL_HELPER_BEFORE=2 LD_PRELOAD=libvgpu_killer.so vgpuctl …  its helper, before the
//   helper's second KILL_DURING=2 LD_PRELOAD=libvgpu_killer.so vgpuctl …         itself, with the
//   helper's second about to begin
//
// strace could do it (inject=write:signal=KILL:when=N), but stops a process at each of its calls
// for that.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>

namespace {

long number_in(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

const pid_t kFirst = ::getpid();
const long kBefore = number_in("KILL_BEFORE");
const long kHelperBefore = number_in("KILL_HELPER_BEFORE");
const long kDuring = number_in("KILL_DURING");

struct Counts {
  long own, helpers;
};
// Shared with the helpers, which are forked: the one that follows a killed one goes on counting.
Counts* const counts = static_cast<Counts*>(
    ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));

void about_to_write(int fd) {
  if (fd <= STDERR_FILENO || counts == MAP_FAILED) {
    return;
  }
  if (::getpid() == kFirst) {
    if (++counts->own == kBefore) {
      ::kill(kFirst, SIGKILL);
    }
    return;
  }
  ++counts->helpers;
  if (counts->helpers == kDuring) {
    ::kill(kFirst, SIGKILL);
  }
  if (counts->helpers == kHelperBefore) {
    ::kill(::getpid(), SIGKILL);
  }
}

}  // namespace

/// In the C library's place; only what signal-safety(7) allows, for the helper's sake.
extern "C" [[gnu::visibility("default")]] ssize_t write(int fd,
                                                        const void* bytes,
                                                        std::size_t length) {
  about_to_write(fd);
  return ::syscall(SYS_write, fd, bytes, length);  // NOLINT(cppcoreguidelines-pro-type-vararg)
}
