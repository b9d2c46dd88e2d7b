// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "kernel/files.hpp"
#include "kernel/kernel.hpp"

#include <memory>

namespace vfmgr {

/// Listens to a file and to what is beside it, by inotify. Plain files and /dev tell; of sysfs only
/// what processes write there (fsnotify is called by the VFS), and nothing that the kernel makes.
std::unique_ptr<Watch> watch_near(const Files& files, const Place& place);

}  // namespace vfmgr
