// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vfmgr {

/// A path cut before its last component.
struct Parted {
  std::string_view folder;
  const char* name;  ///< as long as the path
};

/// "a/b/c" is "c" in "a/b". No folder: there is no slash in it.
Parted part(const std::string& path);

/// The folder of sysfs that was last looked into. Many looks go where the look before went, and the
/// way there is dear: eight components and two links for the quota of a VF. A hint: a folder that
/// went and came again has another handle, and then nothing is found in the old one, so that
/// whoever fails there goes the whole way. Thread-safe.
class LastFolder {
 public:
  /// A handle of the folder, from the second look into it on; nothing at the first, since most
  /// folders that are opened for one look only cost more than they save.
  [[nodiscard]] std::shared_ptr<const Fd> of(int root, std::string_view folder);
  /// Something was not found there: the next look opens the folder anew.
  void forget();

 private:
  std::mutex mutex_;
  std::string path_;
  std::shared_ptr<const Fd> handle_;  ///< nothing: looked into once
};

}  // namespace vfmgr
