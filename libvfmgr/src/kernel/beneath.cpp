// SPDX-License-Identifier: Apache-2.0
#include "kernel/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>

namespace vfmgr {

namespace {

// openat2(2): EAGAIN where a ".." met a rename or mount anywhere on the system; "may be retried".
constexpr int kMostTries = 256;

int open_resolved(int directory, const char* path, int flags, std::uint64_t resolve) noexcept {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = resolve | RESOLVE_NO_MAGICLINKS;
  for (int tries = 0;; ++tries) {
    const auto fd = ::syscall(SYS_openat2, directory, path, &how, sizeof(how));
    if (fd >= 0) {
      return static_cast<int>(fd);
    }
    const bool again = errno == EINTR || (errno == EAGAIN && tries < kMostTries);
    if (!again) {
      return -errno;
    }
  }
}

}  // namespace

int open_beneath(int directory, const char* path, int flags) noexcept {
  return open_resolved(directory, path, flags, RESOLVE_BENEATH);
}

int open_in_root(int directory, const char* path, int flags) noexcept {
  return open_resolved(directory, path, flags, RESOLVE_IN_ROOT);
}

std::int64_t read_once(int fd, std::span<char> into) noexcept {
  ssize_t got = 0;
  do {
    got = ::read(fd, into.data(), into.size());
  } while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}

std::int64_t read_all(int fd, std::span<char> into) noexcept {
  std::size_t have = 0;
  while (have < into.size()) {
    const std::int64_t got = read_once(fd, into.subspan(have));
    if (got < 0) {
      return got;
    }
    if (got == 0) {
      break;
    }
    have += static_cast<std::size_t>(got);
  }
  return static_cast<std::int64_t>(have);
}

namespace {

std::int64_t write_to(int fd, std::span<const char> bytes) noexcept {
  ssize_t taken = 0;
  do {  // EINTR: nothing was taken yet
    taken = ::write(fd, bytes.data(), bytes.size());
  } while (taken < 0 && errno == EINTR);
  return taken < 0 ? -errno : taken;
}

}  // namespace

std::int64_t write_once(int directory, const char* path, std::span<const char> bytes) noexcept {
  // Attributes of the kernel ignore O_TRUNC. In a tree of plain files it makes a write replace what
  // was there, as it does in sysfs, and a write of no bytes leaves all as it is, as there, too.
  const int fd = open_beneath(directory, path, O_WRONLY | (bytes.empty() ? 0 : O_TRUNC));
  if (fd < 0) {
    return fd;
  }
  const std::int64_t result = write_to(fd, bytes);
  ::close(fd);
  return result;
}

std::int64_t ask_once(int directory,
                      const char* path,
                      std::span<const char> bytes,
                      std::span<char> into,
                      std::size_t& length) noexcept {
  const int fd = open_beneath(directory, path, O_RDWR);
  if (fd < 0) {
    return fd;
  }
  const std::int64_t taken = write_to(fd, bytes);
  std::int64_t got = 0;
  if (taken >= 0) {
    got = ::lseek(fd, 0, SEEK_SET) < 0 ? -errno : read_once(fd, into);
  }
  ::close(fd);
  length = got < 0 ? 0 : static_cast<std::size_t>(got);
  return got < 0 ? got : taken;
}

}  // namespace vfmgr
