// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "kernel/library_call.hpp"
#include "kernel/library_turns.hpp"
#include "kernel/nvml_abi.hpp"
#include "kernel/shared_library.hpp"

#include <type_traits>

namespace vfmgr::nvml {

/// NVML from nvmlInit_v2 to nvmlShutdown, for one GPU. As short as it can be: who has initialised
/// NVML has the GPU's nodes open, so that the driver counts a user and gives nobody the lock
/// without which it can't be unbound (NVIDIA/open-gpu-kernel-modules df1c9a3,
/// kernel-open/nvidia/nv-procfs.c, unbindLock).
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

  /// Initialises NVML and finds the GPU that the place names. Errors: as `call`.
  Result<Device> begin(const Place& place);

  /// What a function answers, whatever that is. Errors: ENOSYS (this library has no such function).
  template <class... Parameters>
  Result<Status> ask(Function<Status(Parameters...)> function,
                     std::type_identity_t<Parameters>... arguments) const {
    const auto status = ask_library(*library_, *progress_, function, arguments...);
    if (!status) {
      return fail(no_function(function.name));
    }
    return *status;
  }

  /// Errors: the function's, as an errno.
  template <class... Parameters>
  Result<void> call(Function<Status(Parameters...)> function,
                    std::type_identity_t<Parameters>... arguments) const {
    TRY(const Status status, ask(function, arguments...));
    if (status != Status::success) {
      return fail(error(function.name, status));
    }
    return {};
  }

  /// An answer that is not success, as an Error at the place: `why` has NVML's words for it.
  [[nodiscard]] Error error(const char* function, Status status) const;
  /// An errno of ours, with words of ours.
  [[nodiscard]] Error error(int os_error, std::string why) const;

 private:
  [[nodiscard]] Error no_function(const char* function) const;

  const SharedLibrary* library_;
  Progress* progress_;
  Place place_;
  bool begun_ = false;
};

}  // namespace vfmgr::nvml
