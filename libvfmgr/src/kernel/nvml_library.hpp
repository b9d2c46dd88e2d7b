// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include <string>
#include <utility>

namespace vfmgr::nvml {

/// As the driver's packages install it, and as its own tools open it (github NVIDIA/go-nvml
/// 2f9e261, pkg/nvml/lib.go).
inline constexpr const char* kLibraryName = "libnvidia-ml.so.1";

/// NVIDIA's library, opened when it is first needed. It is never closed again: a call that was
/// given up may still be in it, and so may threads that it has made.
class Library {
 public:
  /// By a name for ld.so to look for, or by a path. Empty: there is none.
  explicit Library(std::string name) : name_(std::move(name)) {}

  /// Errors: ENOENT (not installed), ELIBBAD (it is there and can't be used).
  Result<void> open(const Place& place);
  /// Precondition: it is open. nullptr: it has no such function.
  [[nodiscard]] void* find(const char* function) const;

 private:
  std::string name_;
  void* handle_ = nullptr;
};

}  // namespace vfmgr::nvml
