// SPDX-License-Identifier: Apache-2.0
#include "kernel/folder.hpp"

#include "kernel/beneath.hpp"
#include "kernel/fd.hpp"

#include <fcntl.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vfmgr {

Parted part(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return {.folder = {}, .name = path.c_str()};
  }
  return {.folder = std::string_view(path).substr(0, slash), .name = path.c_str() + slash + 1};
}

std::shared_ptr<const Fd> LastFolder::of(int root, std::string_view folder) {
  const std::scoped_lock lock(mutex_);
  if (path_ != folder) {
    path_ = folder;
    handle_.reset();
    return nullptr;
  }
  if (handle_ == nullptr) {
    const int fd = open_beneath(root, path_.c_str(), O_PATH | O_DIRECTORY);
    if (fd >= 0) {
      handle_ = std::make_shared<const Fd>(fd);
    }
  }
  return handle_;
}

void LastFolder::forget() {
  const std::scoped_lock lock(mutex_);
  handle_.reset();
}

}  // namespace vfmgr
