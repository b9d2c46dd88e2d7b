// SPDX-License-Identifier: Apache-2.0
#include "kernel/files.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "kernel/beneath.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"
#include "kernel/folder.hpp"
#include "kernel/replace_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

// In the order of In; relative to the root.
constexpr std::array<const char*, 5> kRoots{"sys", "proc", "dev", "sys/kernel/debug", "etc"};

// An attribute of sysfs is a page at most, and one read(2) gives all of it (Linux
// Documentation/filesystems/sysfs.rst, "Reading/Writing Attribute Data"): less than a page is the
// end, without a second read to see it.
constexpr std::size_t kPage = 4096;

Result<Fd> opened(const Place& place, int fd) {
  if (fd < 0) {
    return fail(kernel_error(place, -fd));
  }
  return Fd(fd);
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

Result<Files> Files::open(const std::filesystem::path& root) {
  Files files;
  files.root_ = Fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const int root_error = files.root_ ? 0 : errno;
  for (std::size_t i = 0; i < kNamespaces; ++i) {
    const int fd = root_error != 0
                       ? -root_error
                       : open_beneath(files.root_.get(), kRoots.at(i), O_PATH | O_DIRECTORY);
    files.handles_.at(i) = {.fd = Fd(std::max(fd, -1)), .os_error = fd < 0 ? -fd : 0};
  }
  if (const int no_sysfs = files.handles_.front().os_error; no_sysfs != 0) {
    return fail({.kind = ErrorKind::unreadable,
                 .os_error = no_sysfs,
                 .subject = (root / kRoots.front()).string(),
                 .why = words_of_errno(no_sysfs),
                 .help = "mount sysfs there"});
  }
  struct statfs what{};
  files.sysfs_ =
      ::fstatfs(files.handles_.front().fd.get(), &what) == 0 && what.f_type == SYSFS_MAGIC;
  return files;
}

Result<int> Files::handle(const Place& place) const {
  const auto index = static_cast<std::size_t>(place.in);
  if (index >= kNamespaces) {
    Error error = kernel_error(place, EOPNOTSUPP);
    error.kind = ErrorKind::unsupported;
    return fail(std::move(error));
  }
  // A NUL would cut the path short, and so open another file than the one that was named.
  if (place.path.size() >= PATH_MAX || place.path.find('\0') != std::string::npos) {
    return fail(kernel_error(place, place.path.size() >= PATH_MAX ? ENAMETOOLONG : EINVAL));
  }
  const Handle& handle = handles_.at(index);
  if (handle.os_error != 0) {
    return fail(kernel_error(place, handle.os_error));
  }
  return handle.fd.get();
}

Result<Fd> Files::open_node(const Place& place, int flags) const {
  TRY(const int directory, handle(place));
  return opened(place, open_beneath(directory, place.path.c_str(), flags));
}

std::shared_ptr<const Fd> Files::near(const Place& place, int root) const {
  return place.in == In::sys ? last_->of(root, part(place.path).folder) : nullptr;
}

Result<Fd> Files::open_near(const Place& place, int flags) const {
  TRY(const int root, handle(place));
  if (const auto folder = near(place, root)) {
    const int fd = open_beneath(folder->get(), part(place.path).name, flags);
    if (fd >= 0) {
      return Fd(fd);
    }
    last_->forget();
  }
  return opened(place, open_beneath(root, place.path.c_str(), flags));
}

Result<std::string> Files::read(const Place& place) const {
  TRY(const Fd fd, open_near(place, O_RDONLY | O_NOCTTY));
  // Read into an array: what is kept of thousands of attributes is no longer than they are.
  std::array<char, kPage> page{};
  const std::int64_t first =
      place.in == In::sys ? read_once(fd.get(), page) : read_all(fd.get(), page);
  if (first < 0) {
    return fail(kernel_error(place, static_cast<int>(-first)));
  }
  auto have = static_cast<std::size_t>(first);
  std::string bytes(page.data(), have);
  if (have < page.size()) {
    return bytes;
  }
  for (std::size_t room = 4 * kPage;; room = std::min(room * 4, kMostBytes + 1)) {
    bytes.resize(room);
    const std::int64_t got = read_all(fd.get(), std::span(bytes).subspan(have));
    if (got < 0) {
      return fail(kernel_error(place, static_cast<int>(-got)));
    }
    have += static_cast<std::size_t>(got);
    if (have < room) {
      break;
    }
    if (have > kMostBytes) {
      return fail(kernel_error(place, EFBIG));
    }
  }
  bytes.resize(have);
  return bytes;
}

Result<std::vector<std::string>> Files::list(const Place& place) const {
  TRY(Fd fd, open_node(place, O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(fd.get()));
  if (directory == nullptr) {
    return fail(kernel_error(place, errno));
  }
  static_cast<void>(fd.release());  // closedir closes it
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    // Only readdir_r was ever safer, and only for a DIR that threads share: this one is ours.
    const dirent* const entry = ::readdir(directory.get());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr) {
      break;
    }
    const std::string_view name = &entry->d_name[0];
    if (name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  if (errno != 0) {
    return fail(kernel_error(place, errno));
  }
  std::ranges::sort(names);
  return names;
}

Result<std::string> Files::link(const Place& place) const {
  TRY(const int root, handle(place));
  std::array<char, PATH_MAX> target{};
  if (place.in == In::sys && sysfs_) {
    const ssize_t length = ::readlinkat(root, place.path.c_str(), target.data(), target.size());
    if (length < 0) {
      return fail(kernel_error(place, errno));
    }
    return std::string(target.data(), static_cast<std::size_t>(length));
  }
  if (const auto folder = near(place, root)) {
    const ssize_t length =
        ::readlinkat(folder->get(), part(place.path).name, target.data(), target.size());
    if (length > 0) {
      return std::string(target.data(), static_cast<std::size_t>(length));
    }
    last_->forget();
  }
  TRY(const Fd fd, open_node(place, O_PATH | O_NOFOLLOW));
  const ssize_t length = ::readlinkat(fd.get(), "", target.data(), target.size());
  if (length < 0) {
    const int error = errno;
    // readlinkat of a handle that is no link says ENOENT (fs/stat.c:do_readlinkat), which would
    // read as absent.
    struct stat what{};
    const bool no_link = ::fstat(fd.get(), &what) == 0 && !S_ISLNK(what.st_mode);
    return fail(kernel_error(place, no_link ? EINVAL : error));
  }
  return std::string(target.data(), static_cast<std::size_t>(length));
}

Result<void> Files::write(const Place& place, std::string_view bytes) const {
  auto directory = handle(place);
  if (!directory) {
    directory.error().value = bytes;
    return fail(std::move(directory.error()));
  }
  const std::int64_t taken = write_once(*directory, place.path.c_str(), bytes);
  return outcome_of_write(place, bytes, taken);
}

Result<void> Files::replace(const Place& place, std::string_view bytes) const {
  TRY(const int root, handle(place));
  const Parted parted = part(place.path);
  const std::string folder = parted.folder.empty() ? "." : std::string(parted.folder);
  TRY(const Fd directory,
      opened(place, open_beneath(root, folder.c_str(), O_RDONLY | O_DIRECTORY)));
  const int error = replace_file(directory.get(), parted.name, bytes);
  if (error != 0) {
    return fail(kernel_error(place, error, bytes));
  }
  return {};
}

Result<std::string> Files::program_path(const Place& place, const char* path) const {
  const int fd = open_in_root(root_.get(), path, O_PATH);
  if (fd < 0) {
    return fail(kernel_error(place, -fd));
  }
  const Fd closes(fd);
  std::string real(PATH_MAX, '\0');
  const std::string handle = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(handle.c_str(), real.data(), real.size());
  if (length < 0) {
    return fail(kernel_error(place, errno));
  }
  real.resize(static_cast<std::size_t>(length));
  return real;
}

std::string Files::boot_id() const {
  auto id = read({.in = In::proc, .path = "sys/kernel/random/boot_id"});
  if (!id) {
    return "unknown";
  }
  while (id->ends_with('\n')) {
    id->pop_back();
  }
  return id->empty() ? "unknown" : *id;
}

}  // namespace vfmgr
