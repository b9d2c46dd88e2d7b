// SPDX-License-Identifier: Apache-2.0
#include "kernel/library_call.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/errors.hpp"

#include <cerrno>
#include <string>
#include <utility>

namespace vfmgr {

Error library_error(const Place& place, int os_error, std::string why) {
  Error error = kernel_error(place, os_error);
  if (os_error == EOPNOTSUPP || os_error == ENOSYS) {
    error.kind = ErrorKind::unsupported;
  }
  error.why = std::move(why);
  return error;
}

}  // namespace vfmgr
