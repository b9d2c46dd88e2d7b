// SPDX-License-Identifier: Apache-2.0
#include "kernel/replace_file.hpp"

#include "kernel/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

constexpr mode_t kForAllToRead = 0644;
constexpr mode_t kModeBits = 07777;

int write_whole(int fd, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t taken = ::write(fd, bytes.data(), bytes.size());
    if (taken < 0 && errno != EINTR) {
      return errno;
    }
    bytes.remove_prefix(taken < 0 ? 0 : static_cast<std::size_t>(taken));
  }
  return 0;
}

/// The new file under another name, with the old one's owner and mode.
int write_beside(int directory,
                 const char* name,
                 const char* beside,
                 std::string_view bytes) noexcept {
  struct stat old{};
  const bool had_one =
      ::fstatat(directory, name, &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode);
  static_cast<void>(::unlinkat(directory, beside, 0));  // of a run that was cut off
  const Fd fd(::openat(
      directory, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!fd) {
    return errno;
  }
  if (const int error = write_whole(fd.get(), bytes); error != 0) {
    return error;
  }
  if (had_one && ::fchown(fd.get(), old.st_uid, old.st_gid) != 0) {
    return errno;
  }
  if (::fchmod(fd.get(), had_one ? old.st_mode & kModeBits : kForAllToRead) != 0) {
    return errno;
  }
  return ::fsync(fd.get()) != 0 ? errno : 0;
}

}  // namespace

int replace_file(int directory, const char* name, std::string_view bytes) {
  if (bytes.empty()) {
    const bool gone = ::unlinkat(directory, name, 0) == 0 || errno == ENOENT;
    return !gone || ::fsync(directory) != 0 ? errno : 0;
  }
  const std::string beside = std::string(".") + name + ".vgpuctl";
  int error = write_beside(directory, name, beside.c_str(), bytes);
  if (error == 0 && ::renameat(directory, beside.c_str(), directory, name) != 0) {
    error = errno;
  }
  if (error != 0) {
    static_cast<void>(::unlinkat(directory, beside.c_str(), 0));
    return error;
  }
  return ::fsync(directory) != 0 ? errno : 0;
}

}  // namespace vfmgr
