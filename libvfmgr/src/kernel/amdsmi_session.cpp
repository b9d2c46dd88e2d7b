// SPDX-License-Identifier: Apache-2.0
#include "kernel/amdsmi_session.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/amdsmi_abi.hpp"
#include "kernel/library_call.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

namespace vfmgr::amdsmi {

namespace {

using Meaning = StatusMeaning<Status>;

// What each status means: amdsmi.h, amdsmi_status_t, and where the driver gives it (smi_drv_cmd.c:
// smi_convert_ret_value). All others are EIO.
constexpr std::array kMeanings{
    Meaning{Status::inval, EINVAL},
    Meaning{Status::not_supported,
            EOPNOTSUPP,
            "the driver does not take this of who asks: library and driver are of different "
            "versions, or whoever runs this may not write to /dev/gim-smi0"},
    Meaning{Status::not_yet_implemented, EOPNOTSUPP},
    Meaning{Status::fail_load_module, ELIBBAD},
    Meaning{Status::fail_load_symbol, ELIBBAD},
    Meaning{Status::timeout, ETIMEDOUT},
    Meaning{Status::retry, EAGAIN, "the driver is at work on the GPU"},
    Meaning{Status::no_perm, EPERM},
    Meaning{Status::interrupt, EINTR},
    Meaning{Status::out_of_resources, ENOMEM},
    Meaning{Status::input_out_of_bounds, EINVAL},
    Meaning{Status::busy, EBUSY},
    Meaning{Status::not_found, ENOENT, "the driver has no such GPU"},
    Meaning{Status::not_init, ENODEV, "the GPU did not come up under its driver"},
    Meaning{Status::no_slot, ENOSPC},
    Meaning{Status::driver_not_loaded, ENOENT, "the driver is not loaded"},
    Meaning{Status::no_data, ENODATA},
    Meaning{Status::arg_ptr_null, EINVAL},
    Meaning{Status::setting_unavailable, EOPNOTSUPP}};

}  // namespace

Session::~Session() {
  if (begun_) {
    // Nothing can be done where it fails, and nothing need be: what a process has open is closed
    // with it.
    static_cast<void>(call(kShutDown));
  }
}

Result<Processor> Session::begin(const Place& place, const PciAddress& gpu) {
  place_ = place;
  TRY_VOID(call(kInit, kGpus));
  begun_ = true;
  Processor processor = nullptr;
  TRY_VOID(call(kByBdf, bdf_of(gpu), &processor));
  if (processor == nullptr) {
    return fail(error(kByBdf.name, Status::not_found));
  }
  return processor;
}

Error Session::error(const char* function, Status status) const {
  const char* said = nullptr;
  const auto told = ask_library(*library_, *progress_, kWords, status, &said);
  const std::string words =
      told == Status::success && said != nullptr
          ? std::string(said)
          : "AMD's error " + std::to_string(static_cast<std::uint32_t>(status));
  return library_error(place_, kMeanings, function, status, words);
}

Error Session::no_function(const char* function) const {
  return library_error(
      place_, ENOSYS, "the AMD library that is installed has no " + std::string(function));
}

}  // namespace vfmgr::amdsmi
