// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/library_turns.hpp"
#include "kernel/shared_library.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
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

/// An errno of ours at a place of a library's, with words of ours.
Error library_error(const Place& place, int os_error, std::string why);

/// What a status of a library's means.
template <class Status>
struct StatusMeaning {
  Status status;
  int os_error;
  std::string_view said;  ///< what it is or what to do, where the library's own words don't say it
};

/// A status that is not success, as an Error at the place: "FUNCTION: what is said: the library's
/// own words". One that no table has is EIO.
template <class Status, std::size_t Size>
Error library_error(const Place& place,
                    const std::array<StatusMeaning<Status>, Size>& meanings,
                    const char* function,
                    Status status,
                    std::string_view words) {
  const auto* const found = std::ranges::find(meanings, status, &StatusMeaning<Status>::status);
  const bool known = found != meanings.end();
  std::string why = std::string(function) + ": ";
  if (known && !found->said.empty()) {
    why.append(found->said) += ": ";
  }
  return library_error(place, known ? found->os_error : EIO, why.append(words));
}

}  // namespace vfmgr
