// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/library_turns.hpp"
#include "kernel/shared_library.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

/// `nvml:GPU/LEAF`, GPU as sysfs spells it: what NVIDIA's driver tells and takes through its
/// library only, which is opened when it is first needed and never linked. Each call is a session
/// of its own, one at a time, so that NVML is never left initialised. Leaves: mig, mig_profiles,
/// instance_ids (nvml_mig.hpp), heterogeneous, vgpu_types (nvml_vgpu.hpp). Thread-safe; may end
/// before a call that was given up does.
class Nvml {
 public:
  /// The library's name in ld.so's search, or its path. Empty: there is none.
  explicit Nvml(std::string library);

  /// Descriptors of locks: a write that outlives its limit keeps them until it ends.
  void keep(std::span<const int> descriptors) { turns_.keep(descriptors); }

  /// Errors: ENOENT (no such leaf; no library), ENOSYS (the library is too old), those of the leaf;
  /// unreadable with ETIMEDOUT.
  [[nodiscard]] Result<std::string> read(const Place& place, Milliseconds limit = kPatience) const;
  /// Errors: as above; EINVAL (no order, or a leaf that takes none), in_flight.
  [[nodiscard]] Result<void> write(const Place& place,
                                   std::string_view bytes,
                                   Milliseconds limit) const;

 private:
  // The first call of all initialises the GPU where no process has it open: seconds.
  static constexpr Milliseconds kPatience = std::chrono::seconds(10);

  std::shared_ptr<SharedLibrary> library_;  // who has the turn uses it
  LibraryTurns turns_;
};

}  // namespace vfmgr
