// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/library_turns.hpp"
#include "kernel/shared_library.hpp"

#include <optional>
#include <type_traits>

namespace vfmgr {

/// A function by the name that a library exports.
template <class Signature>
struct LibraryFunction {
  const char* name;
};

/// What a function answers, whatever that is; none: this library has no such function.
template <class Answer, class... Parameters>
std::optional<Answer> ask_library(const SharedLibrary& library,
                                  Progress& progress,
                                  LibraryFunction<Answer(Parameters...)> function,
                                  std::type_identity_t<Parameters>... arguments) {
  void* const found = library.find(function.name);
  if (found == nullptr) {
    return std::nullopt;
  }
  progress.store(function.name);
  const Answer answer = reinterpret_cast<Answer (*)(Parameters...)>(found)(arguments...);
  progress.store(nullptr);
  return answer;
}

}  // namespace vfmgr
