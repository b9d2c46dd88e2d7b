// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/amdsmi_abi.hpp"
#include "kernel/library_call.hpp"
#include "kernel/library_turns.hpp"
#include "kernel/shared_library.hpp"

#include <string>
#include <type_traits>

namespace vfmgr::amdsmi {

/// AMD's library from amdsmi_init to amdsmi_shut_down, for one GPU. As short as it can be: who has
/// initialised it has /dev/gim-smi0 open, and keeps gim's module from being unloaded
/// (smi-lib/drv/linux/smi_drv.c: .owner).
class Session {
 public:
  /// Both must outlive it.
  Session(const SharedLibrary& library, Progress& progress)
      : library_(&library), progress_(&progress) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;
  ~Session();

  /// Initialises the library and finds the GPU. Errors: ENOENT (gim is not loaded, or has no such
  /// GPU), as `call`.
  Result<Processor> begin(const Place& place, const PciAddress& gpu);

  /// Errors: ENOSYS (this library has no such function), the function's, as an errno.
  template <class... Parameters>
  Result<void> call(Function<Status(Parameters...)> function,
                    std::type_identity_t<Parameters>... arguments) const {
    const auto status = ask_library(*library_, *progress_, function, arguments...);
    if (!status) {
      return fail(no_function(function.name));
    }
    if (*status != Status::success) {
      return fail(error(function.name, *status));
    }
    return {};
  }

 private:
  [[nodiscard]] Error error(const char* function, Status status) const;
  [[nodiscard]] Error no_function(const char* function) const;

  const SharedLibrary* library_;
  Progress* progress_;
  Place place_;
  bool begun_ = false;
};

}  // namespace vfmgr::amdsmi
