// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <string_view>

namespace vfmgr {

/// An errno that a write to one file, or reading it, can fail with, and what it means there: EBUSY
/// of a count of VFs is not the EBUSY of a bind. Lives beside the file's Attr, in an `attrs.hpp`.
struct Refusal {
  int os_error = 0;
  std::string_view why;   ///< follows "cannot write '4': ", or "it can't be read: "
  std::string_view help;  ///< what to do now; may be empty
};

// What every file below /sys and /proc answers alike: fs/kernfs/file.c, fs/namei.c:inode_permission
// and sb_permission; the modes are in Documentation/ABI/testing/sysfs-bus-pci (6.1 to 7.2).
inline constexpr Refusal kForRootAlone{
    EACCES, "only root may write to it", "run it as root, and not confined (AppArmor, SELinux)"};
inline constexpr Refusal kMountedReadOnly{EROFS,
                                          "the file system is mounted read-only",
                                          "is this a container? Run it on the host itself"};
inline constexpr Refusal kGone{
    ENODEV, "the device is gone, or is going just now", "look at `vgpuctl list` and plan again"};
inline constexpr Refusal kNoMemory{
    ENOMEM, "the kernel has no memory for it", "free memory on this host and run it again"};

}  // namespace vfmgr
