// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/attr.hpp"
#include "kernel/amdsmi_library.hpp"
#include "kernel/kernel.hpp"
#include "kernel/nvml_library.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace vfmgr {

/// Which machine the door opens on, and how far.
struct LinuxOptions {
  std::filesystem::path root = "/";  ///< stands for "/": a relocated tree is the same code
  StateDir state;
  /// The tables of all that may be opened. The attributes must outlive the kernel; empty: nothing
  /// may be opened.
  std::span<const std::span<const Attr>> named;
  /// NVIDIA's library: a name that ld.so looks for, which stands for nothing where the root is
  /// relocated, or a path (not below the root). It is opened when a place in `nvml:` is.
  std::string nvml = nvml::kLibrary.name;
  /// AMD's library for hosts, by the same rules, for places in `amdsmi:`.
  std::string amdsmi = amdsmi::kLibrary.name;
};

/// The door to a running Linux, or to a tree that looks like one. Never follows a link out of the
/// namespace that was asked for. Errors: unreadable (no sysfs below the root).
Result<std::unique_ptr<Kernel>> open_linux_kernel(const LinuxOptions& options);

}  // namespace vfmgr
