// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml_library.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/errors.hpp"

#include <dlfcn.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::nvml {

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

Result<void> Library::open(const Place& place) {
  if (handle_ != nullptr) {
    return {};
  }
  // At once, so that nothing is looked for in the middle of a change; for us alone.
  handle_ = name_.empty() ? nullptr : ::dlopen(name_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ != nullptr) {
    return {};
  }
  const char* const said = name_.empty() ? nullptr : ::dlerror();  // NOLINT(concurrency-mt-unsafe)
  Error error = kernel_error(place, ENOENT);
  error.why = std::string("NVIDIA's library ") + kLibraryName + " is not installed";
  if (said != nullptr && !says_not_there(said, name_)) {
    error = kernel_error(place, ELIBBAD);
    error.why = std::string("NVIDIA's library can't be opened: ") + said;
  }
  return fail(std::move(error));
}

void* Library::find(const char* function) const {
  return ::dlsym(handle_, function);
}

}  // namespace vfmgr::nvml
