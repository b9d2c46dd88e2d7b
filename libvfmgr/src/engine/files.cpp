// SPDX-License-Identifier: Apache-2.0
#include "engine/files.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "engine/stop.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace vfmgr {

namespace {

mode_t folder_mode(Readers readers) {
  return readers == Readers::all ? 0755 : 0700;
}
mode_t file_mode(Readers readers) {
  return readers == Readers::all ? 0644 : 0600;
}

}  // namespace

Error system_error(int os_error, const std::filesystem::path& file, std::string_view doing) {
  return {.kind = kind_of_errno(os_error),
          .os_error = os_error,
          .subject = file.string(),
          .why = "cannot " + std::string(doing) + ": " + std::generic_category().message(os_error)};
}

namespace {

/// Nobody else may put files in the way, or links: it is a folder of ours or root's, that only its
/// owner writes to.
Result<void> is_ours(const std::filesystem::path& folder) {
  struct stat what{};
  if (::lstat(folder.c_str(), &what) != 0) {
    return fail(system_error(errno, folder, "look at it"));
  }
  constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;
  const bool owned = what.st_uid == ::geteuid() || what.st_uid == 0;
  if (S_ISDIR(what.st_mode) && owned && (what.st_mode & kOthersWrite) == 0) {
    return {};
  }
  return fail({.kind = ErrorKind::not_permitted,
               .os_error = EPERM,
               .subject = folder.string(),
               .why = S_ISDIR(what.st_mode)
                          ? "others than its user can change what is kept there"
                          : "what is kept there must be in a folder, and this is none",
               .help = "remove it, or give it to root with mode 0755"});
}

}  // namespace

Result<void> make_folder(const std::filesystem::path& folder, Readers readers) {
  std::filesystem::path so_far;
  for (const auto& part : folder) {
    so_far /= part;
    const mode_t mode = so_far == folder ? folder_mode(readers) : folder_mode(Readers::all);
    if (::mkdir(so_far.c_str(), mode) != 0 && errno != EEXIST) {
      const int os_error = errno;
      if (os_error != EROFS || !std::filesystem::is_directory(so_far)) {
        return fail(system_error(os_error, so_far, "make the folder"));
      }
    }
  }
  TRY_VOID(is_ours(folder.parent_path()));
  return is_ours(folder);
}

Result<int> open_file(const std::filesystem::path& file, bool create) {
  const int descriptor = ::open(file.c_str(),
                                O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0),
                                file_mode(Readers::root));
  if (descriptor < 0) {
    return fail(system_error(errno, file, "open it"));
  }
  return descriptor;
}

Result<void> append_bytes(int descriptor,
                          std::string_view bytes,
                          const std::filesystem::path& file) {
  const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
  if (written < 0) {
    return fail(system_error(errno, file, "write to it"));
  }
  if (static_cast<std::size_t>(written) != bytes.size()) {
    return fail(system_error(ENOSPC, file, "write to it whole"));
  }
  return {};
}

bool flock_within(int descriptor, int how, Milliseconds limit, const Stop& stop) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  Milliseconds pause{5};
  constexpr Milliseconds kLongest{100};
  while (::flock(descriptor, how | LOCK_NB) != 0) {
    const auto left =
        std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= Milliseconds::zero() || stop.goes_back()) {
      return false;
    }
    std::this_thread::sleep_for(std::min(pause, left));
    pause = std::min(pause * 2, kLongest);
  }
  return true;
}

bool is_in_place(int descriptor, const std::filesystem::path& file) {
  struct stat ours{};
  struct stat named{};
  return ::fstat(descriptor, &ours) == 0 && ::lstat(file.c_str(), &named) == 0 &&
         ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

Result<std::string> read_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(system_error(errno, file, "open it"));
  }
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t got = 0;
  while ((got = ::read(descriptor, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const int os_error = errno;
  ::close(descriptor);
  if (got < 0) {
    return fail(system_error(os_error, file, "read it"));
  }
  return text;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!synced) {
    return fail(system_error(error, folder, "sync it"));
  }
  return {};
}

Result<void> replace_file(const std::filesystem::path& file,
                          std::string_view bytes,
                          Readers readers) {
  std::filesystem::path beside = file;
  beside += ".new";
  ::unlink(beside.c_str());
  TRY(const int descriptor, open_file(beside, true));
  auto written = append_bytes(descriptor, bytes, beside);
  if (written && ::fchmod(descriptor, file_mode(readers)) != 0) {
    written = fail(system_error(errno, beside, "give it its mode"));
  }
  if (written && ::fsync(descriptor) != 0) {
    written = fail(system_error(errno, beside, "sync it"));
  }
  ::close(descriptor);
  if (written && ::rename(beside.c_str(), file.c_str()) != 0) {
    written = fail(system_error(errno, file, "put it in place"));
  }
  if (!written) {
    ::unlink(beside.c_str());
  }
  return written;
}

}  // namespace vfmgr
