// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include <string>
#include <utility>

namespace vfmgr {

/// Which library of a vendor's is meant.
struct LibraryKind {
  const char* whose;  ///< "NVIDIA's", for words
  const char* name;   ///< for ld.so to look for: as the vendor's packages install it
  /// A function that tells it from another library of the same name; nullptr: there is none.
  const char* mark = nullptr;
  const char* without_mark = "";  ///< what the other one is
};

/// A vendor's library, opened when it is first needed. It is never closed again once it has been
/// called: a call that was given up may still be in it, and so may threads that it has made.
class SharedLibrary {
 public:
  /// `name` is for ld.so to look for, or a path. Empty: there is none.
  SharedLibrary(LibraryKind kind, std::string name) : kind_(kind), name_(std::move(name)) {}

  /// Errors: ENOENT (not installed), ELIBBAD (it is there and can't be used; or it is the other one
  /// of that name, which is closed again and from then on left alone).
  Result<void> open(const Place& place);
  /// Precondition: it is open. nullptr: it has no such function.
  [[nodiscard]] void* find(const char* function) const;
  /// "NVIDIA's library".
  [[nodiscard]] std::string words() const { return std::string(kind_.whose) + " library"; }

 private:
  [[nodiscard]] Error not_opened(const Place& place) const;
  [[nodiscard]] Error is_the_other(const Place& place) const;

  LibraryKind kind_;
  std::string name_;
  void* handle_ = nullptr;
  bool other_ = false;
};

}  // namespace vfmgr
