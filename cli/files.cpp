// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include "vfmgr/result.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <string>
#include <string_view>
#include <system_error>

namespace vgpuctl {

namespace {

using vfmgr::ErrorKind;
using vfmgr::Result;

constexpr std::size_t kMostBytes = 16U << 20U;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDERR_FILENO) {
      close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// A file that isn't there is a slip on the command line; one that may not be read is not.
ErrorKind kind_of(int os_error) {
  return os_error == ENOENT || os_error == EISDIR || os_error == ENOTDIR || os_error == ENAMETOOLONG
             ? ErrorKind::invalid
             : vfmgr::kind_of_errno(os_error);
}

std::unexpected<vfmgr::Error> failure(const std::string& name, const char* what, int os_error) {
  return vfmgr::fail({.kind = kind_of(os_error),
                      .os_error = os_error,
                      .subject = name,
                      .why = std::string(what) + ": " + std::generic_category().message(os_error)});
}

Result<void> write_all(int descriptor, const std::string& name, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return failure(name, "it cannot be written", errno);
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  if (fsync(descriptor) != 0) {
    return failure(name, "it cannot be written", errno);
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& name) {
  const bool standard = name == "-";
  const Descriptor file(standard ? STDIN_FILENO : open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return failure(name, "it cannot be read", errno);
  }
  std::string text;
  struct stat about{};
  if (fstat(file.get(), &about) == 0 && S_ISREG(about.st_mode)) {
    text.reserve(std::min(static_cast<std::size_t>(about.st_size), kMostBytes));
  }
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count == 0) {
      return text;
    }
    if (count < 0 && errno != EINTR) {
      return failure(standard ? "standard input" : name, "it cannot be read", errno);
    }
    text.append(buffer.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
    if (text.size() > kMostBytes) {
      return vfmgr::fail({.kind = ErrorKind::invalid,
                          .subject = standard ? "standard input" : name,
                          .why = "it has more than 16 MiB",
                          .help = "is this the file that was meant?"});
    }
  }
}

Result<void> save_file(const std::string& name, std::string_view text) {
  std::string beside = name + ".XXXXXX";
  const Descriptor file(mkostemp(beside.data(), O_CLOEXEC));
  if (file.get() < 0) {
    return failure(name, "it cannot be made", errno);
  }
  const mode_t mask = umask(0);
  umask(mask);
  constexpr mode_t kMode = 0666;
  Result<void> done = write_all(file.get(), name, text);
  if (done && fchmod(file.get(), kMode & ~mask) != 0) {
    done = failure(name, "its mode cannot be set", errno);
  }
  if (done && rename(beside.c_str(), name.c_str()) != 0) {
    done = failure(name, "it cannot be put in place", errno);
  }
  if (!done) {
    unlink(beside.c_str());
  }
  return done;
}

}  // namespace vgpuctl
