// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/library_turns.hpp"
#include "kernel/shared_library.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

/// `amdsmi:GPU/num_vf`, GPU as sysfs spells it: how many VFs gim has enabled on a GPU, which it
/// takes while it runs through AMD's library for hosts only. As NVML is (nvml.hpp), that is opened
/// when it is first needed, never linked, and each call is a session of its own. ROCm's library of
/// the same name is left alone. Nothing is opened while the driver's node is not there: asked then,
/// the library starts pgrep and lsmod to find a driver, and does not say that there is none
/// (gim-coms-lib/src/gim_ioctl.c:gim_get_ioctl). Thread-safe; may end before a call that was given
/// up does.
class Amdsmi {
 public:
  /// The library's name in ld.so's search, or its path. Empty: there is none. `node` is the one
  /// through which it talks to the driver.
  Amdsmi(std::string library, std::filesystem::path node);

  /// Descriptors of locks: a write that outlives its limit keeps them until it ends.
  void keep(std::span<const int> descriptors) { turns_.keep(descriptors); }

  /// Errors: ENOENT (no such leaf; no library; gim is not loaded, or has no such GPU), ELIBBAD
  /// (ROCm's), what the library answers; unreadable with ETIMEDOUT.
  [[nodiscard]] Result<std::string> read(const Place& place, Milliseconds limit = kPatience) const;
  /// Makes it so many, all of them anew. Errors: as above; EINVAL (no number, or 0: gim has no VF
  /// on a GPU only while it is not loaded), EBUSY (a VF runs), in_flight.
  [[nodiscard]] Result<void> write(const Place& place,
                                   std::string_view bytes,
                                   Milliseconds limit) const;

 private:
  // It waits while the driver resets a GPU: seconds (libgv/core/amdgv_api.c: api_lock).
  static constexpr Milliseconds kPatience = std::chrono::seconds(10);

  [[nodiscard]] Result<void> may_ask(const Place& place) const;

  std::shared_ptr<SharedLibrary> library_;  // who has the turn uses it
  std::filesystem::path node_;
  LibraryTurns turns_;
};

}  // namespace vfmgr
