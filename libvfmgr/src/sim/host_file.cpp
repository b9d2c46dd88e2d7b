// SPDX-License-Identifier: Apache-2.0
#include "sim/host_file.hpp"

#include "vfmgr/result.hpp"

#include "core/record.hpp"
#include "core/try.hpp"
#include "sim/base_text.hpp"
#include "sim/command.hpp"
#include "sim/driver.hpp"
#include "sim/machine.hpp"
#include "sim/replay.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace vfmgr::sim {

namespace {

/// Reads a descriptor from an offset to its end; nothing: errno tells.
std::optional<std::string> read_from(int descriptor, std::size_t offset) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got =
        pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(offset + text.size()));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return std::nullopt;
    }
    if (got == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

HostFile::HostFile(std::filesystem::path file, Drivers also)
    : file_(std::move(file)), also_(also) {}

HostFile::~HostFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

std::unexpected<Error> HostFile::failure(int os_error, const char* what) const {
  // A file that isn't there, or is none, is a slip on the command line.
  const bool slip = os_error == ENOENT || os_error == ENOTDIR || os_error == EISDIR;
  return fail({.kind = slip ? ErrorKind::invalid : kind_of_errno(os_error),
               .os_error = os_error,
               .subject = file_.string(),
               .why = std::string(what) + ": " + std::generic_category().message(os_error)});
}

Result<std::unique_ptr<HostFile>> HostFile::open(const std::filesystem::path& file, Drivers also) {
  std::unique_ptr<HostFile> host(new HostFile(file, also));
  TRY_VOID(host->reopen());
  return host;
}

Result<void> HostFile::reopen() {
  ++opened_;
  stale_ = true;
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
  writable_ = true;
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) {
    writable_ = false;  // it can still be looked at
    descriptor_ = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  }
  struct stat about{};
  if (descriptor_ < 0 || fstat(descriptor_, &about) != 0) {
    return failure(errno, "the host file cannot be opened");
  }
  const auto text = read_from(descriptor_, 0);
  if (!text) {
    return failure(errno, "the host file cannot be read");
  }
  device_ = about.st_dev;
  inode_ = about.st_ino;
  machine_.emplace(also_);
  TRY(const Base base, read_base(*machine_, *text, file_.string()));
  TRY(const Replayed log,
      replay(
          *machine_, std::string_view(*text).substr(base.bytes), file_.string(), base.lines + 1));
  base_bytes_ = base.bytes;
  good_bytes_ = base.bytes + log.good_bytes;
  lines_ = base.lines + log.lines;
  torn_ = log.torn;
  stale_ = false;
  return {};
}

Result<void> HostFile::catch_up() {
  struct stat about{};
  if (stat(file_.c_str(), &about) != 0) {
    return failure(errno, "the host file cannot be found any more");
  }
  if (stale_ || about.st_dev != device_ || about.st_ino != inode_) {
    return reopen();
  }
  if (std::cmp_less(about.st_size, good_bytes_)) {
    return reopen();  // somebody put an older copy into the same file
  }
  if (std::cmp_equal(about.st_size, good_bytes_)) {
    torn_ = false;
    return {};
  }
  const auto text = read_from(descriptor_, good_bytes_);
  if (!text) {
    return failure(errno, "the host file cannot be read");
  }
  stale_ = true;
  TRY(const Replayed log, replay(*machine_, *text, file_.string(), lines_ + 1));
  stale_ = false;
  good_bytes_ += log.good_bytes;
  lines_ += log.lines;
  torn_ = log.torn;
  return {};
}

Result<void> HostFile::lock() {
  while (true) {
    if (descriptor_ < 0) {
      TRY_VOID(reopen());
    }
    if (!writable_) {
      return failure(EACCES, "the host file cannot be written");
    }
    while (flock(descriptor_, LOCK_EX) != 0) {
      if (errno != EINTR) {
        return failure(errno, "the host file cannot be locked");
      }
    }
    // Whoever had the lock may have folded: then this descriptor is of a file that is gone.
    const std::uint64_t locked = opened_;
    if (auto caught_up = catch_up(); !caught_up) {
      unlock();
      return caught_up;
    }
    if (opened_ == locked) {
      return {};
    }
  }
}

void HostFile::unlock() const {
  if (descriptor_ >= 0) {
    flock(descriptor_, LOCK_UN);
  }
}

Result<void> HostFile::append(const std::string& record) {
  // The last record may be torn: SIGKILL can cut even a small write(2). It never happened.
  if (torn_ && ftruncate(descriptor_, static_cast<off_t>(good_bytes_)) != 0) {
    return failure(errno, "a torn record cannot be cut off");
  }
  torn_ = false;
  if (!write_all(descriptor_, record)) {
    return failure(errno, "the host file cannot be written");
  }
  good_bytes_ += record.size();
  ++lines_;
  return {};
}

Result<void> HostFile::look(const std::function<void(const Machine&)>& at) {
  const std::scoped_lock guard(mutex_);
  TRY_VOID(catch_up());
  at(*machine_);
  return {};
}

Result<Done> HostFile::change(const std::function<std::optional<Command>(const Machine&)>& decide) {
  const std::scoped_lock guard(mutex_);
  TRY_VOID(lock());
  const auto done = [&]() -> Result<Done> {
    auto command = decide(*machine_);
    if (!command) {
      return Done{};
    }
    TRY(const Done result, carry_out(*machine_, *command));
    command->push_back(std::to_string(result.error));
    TRY_VOID(append(encode_record(*command)));
    constexpr std::size_t kSmallLog = 1 << 20;  // below this a replay costs nothing anyone notices
    if (good_bytes_ - base_bytes_ > std::max(base_bytes_, kSmallLog)) {
      TRY_VOID(fold_locked());
    }
    return result;
  }();
  if (!done) {
    // What the machine in memory went through is not in the file: read it anew next time.
    stale_ = true;
  }
  unlock();
  return done;
}

Result<std::string> HostFile::log() {
  const std::scoped_lock guard(mutex_);
  TRY_VOID(catch_up());
  auto text = read_from(descriptor_, base_bytes_);
  if (!text) {
    return failure(errno, "the host file cannot be read");
  }
  text->resize(std::min(text->size(), good_bytes_ - base_bytes_));
  return std::move(*text);
}

Result<void> HostFile::fold() {
  const std::scoped_lock guard(mutex_);
  TRY_VOID(lock());
  auto folded = fold_locked();
  unlock();
  return folded;
}

Result<void> HostFile::fold_locked() {
  struct stat about{};
  if (fstat(descriptor_, &about) != 0) {
    return failure(errno, "the host file cannot be folded");
  }
  const std::string temporary = file_.string() + ".fold." + std::to_string(getpid());
  const int fresh = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fresh < 0) {
    return failure(errno, "the folded host file cannot be made");
  }
  const bool whole = fchmod(fresh, about.st_mode & 07777) == 0 &&
                     write_all(fresh, write_base(*machine_)) && fsync(fresh) == 0;
  const int error = errno;
  close(fresh);
  if (!whole || rename(temporary.c_str(), file_.c_str()) != 0) {
    const int why = whole ? errno : error;
    unlink(temporary.c_str());
    return failure(why, "the folded host file cannot take the old one's place");
  }
  return reopen();
}

}  // namespace vfmgr::sim
