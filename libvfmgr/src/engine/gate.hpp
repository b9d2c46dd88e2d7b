// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <mutex>
#include <optional>

namespace vfmgr {

/// Units run side by side; what makes functions or takes them away goes through here, one at a
/// time. Kernels let no two of these go on at once anyway (pci_rescan_remove_lock is held over
/// iov.c:sriov_numvfs_store in 6.1.192, 6.12.117, 7.2.13), and behind one that does not come back
/// the others would hang, too, beyond every signal. Thread-safe.
class Gate {
 public:
  /// Waits for its turn, which lasts as long as the lock. Errors: locked, once the gate is shut.
  Result<std::unique_lock<std::mutex>> enter();
  /// A write has not come back: nobody comes through here any more, nor is a unit begun.
  void shut(const Error& why);
  /// With what the gate was shut; nothing while it is open.
  std::optional<Error> why_shut() const;

 private:
  std::mutex turn_;
  mutable std::mutex mutex_;  // guards what follows
  std::optional<Error> why_shut_;
};

}  // namespace vfmgr
