// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/fd.hpp"
#include "kernel/folder.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// More than this is not an attribute: EFBIG.
inline constexpr std::size_t kMostBytes = 1U << 20U;

/// The namespaces that are files: a root handle each, and what is done below it.
class Files {
 public:
  /// `root` stands for "/". A namespace that isn't there answers with its errno when it is used.
  /// Errors: unreadable (no sysfs).
  static Result<Files> open(const std::filesystem::path& root);

  [[nodiscard]] Result<std::string> read(const Place& place) const;
  [[nodiscard]] Result<std::vector<std::string>> list(const Place& place) const;
  [[nodiscard]] Result<std::string> link(const Place& place) const;
  [[nodiscard]] Result<void> write(const Place& place, std::string_view bytes) const;
  /// Puts a file in the place of the one that is there, at once, and on the disk when it returns:
  /// it keeps the old one's owner and mode. No bytes: there is none any more.
  [[nodiscard]] Result<void> replace(const Place& place, std::string_view bytes) const;
  /// A descriptor of the place itself, kept by the caller.
  [[nodiscard]] Result<Fd> open_node(const Place& place, int flags) const;
  /// The namespace's root handle, for somebody who opens below it. Errors: unsupported; the errno
  /// with which it could not be opened; EINVAL for a path that no file can have.
  [[nodiscard]] Result<int> handle(const Place& place) const;
  /// Where a program below the root really lies once its links were followed. Errors: its errno.
  [[nodiscard]] Result<std::string> program_path(const Place& place, const char* path) const;
  /// The machine's boot id; "unknown" where the kernel does not tell.
  [[nodiscard]] std::string boot_id() const;

 private:
  static constexpr std::size_t kNamespaces = 5;  // sys, proc, dev, debug, etc: the first of In
  struct Handle {
    Fd fd;
    int os_error = 0;
  };

  /// The folder of a place, where it is open from the look before.
  [[nodiscard]] std::shared_ptr<const Fd> near(const Place& place, int root) const;
  /// open_node, by way of that folder where it leads there.
  [[nodiscard]] Result<Fd> open_near(const Place& place, int flags) const;

  Fd root_;
  std::array<Handle, kNamespaces> handles_;
  /// It is the kernel's own sysfs and no tree that somebody laid out: its links are the kernel's,
  /// too, and lead nowhere else.
  bool sysfs_ = false;
  std::unique_ptr<LastFolder> last_ = std::make_unique<LastFolder>();
};

}  // namespace vfmgr
