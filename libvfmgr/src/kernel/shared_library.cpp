// SPDX-License-Identifier: Apache-2.0
#include "kernel/shared_library.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/errors.hpp"

#include <dlfcn.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

/// Whether it is this file that is not there, and not one that it needs: ld.so tells that in words
/// only, which begin with the file's name and end in the C library's own for the errno (glibc 2.36,
/// elf/dl-load.c:_dl_map_object, elf/dl-catch.c:_dl_signal_error).
bool says_not_there(std::string_view said, std::string_view name) {
  std::array<char, 128> room{};
  const std::string_view words = ::strerror_r(ENOENT, room.data(), room.size());
  return said.starts_with(name) && said.ends_with(words);
}

}  // namespace

Result<void> SharedLibrary::open(const Place& place) {
  if (other_) {
    return fail(is_the_other(place));
  }
  if (handle_ != nullptr) {
    return {};
  }
  // At once, so that nothing is looked for in the middle of a change; for us alone.
  handle_ = name_.empty() ? nullptr : ::dlopen(name_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) {
    return fail(not_opened(place));
  }
  if (kind_.mark != nullptr && find(kind_.mark) == nullptr) {
    ::dlclose(handle_);
    handle_ = nullptr;
    other_ = true;
    return fail(is_the_other(place));
  }
  return {};
}

void* SharedLibrary::find(const char* function) const {
  return ::dlsym(handle_, function);
}

Error SharedLibrary::not_opened(const Place& place) const {
  const char* const said = name_.empty() ? nullptr : ::dlerror();  // NOLINT(concurrency-mt-unsafe)
  if (said == nullptr || says_not_there(said, name_)) {
    Error error = kernel_error(place, ENOENT);
    error.why = words() + " " + kind_.name + " is not installed";
    return error;
  }
  Error error = kernel_error(place, ELIBBAD);
  error.why = words() + " can't be opened: " + said;
  return error;
}

Error SharedLibrary::is_the_other(const Place& place) const {
  Error error = kernel_error(place, ELIBBAD);
  error.why = std::string(kind_.name) + " has no " + kind_.mark + ": it is " + kind_.without_mark +
              ", and was closed again";
  return error;
}

}  // namespace vfmgr
