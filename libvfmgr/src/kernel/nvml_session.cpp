// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml_session.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/library_call.hpp"
#include "kernel/nvml_abi.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::nvml {

namespace {

using Meaning = StatusMeaning<Status>;

// What each status means: nvml.h, nvmlReturn_enum. All others are EIO.
constexpr std::array kMeanings{
    Meaning{Status::invalid_argument, EINVAL},
    Meaning{Status::not_supported, EOPNOTSUPP},
    Meaning{Status::no_permission, EPERM},
    Meaning{Status::not_found, ENODEV},
    Meaning{Status::gpu_not_found, ENODEV},
    Meaning{Status::driver_not_loaded, ENXIO},
    Meaning{Status::function_not_found, ENOSYS},
    Meaning{Status::gpu_is_lost, ENODEV},
    Meaning{Status::reset_required, EAGAIN, "only after the GPU is reset"},
    Meaning{
        Status::lib_rm_version_mismatch, ELIBBAD, "library and driver are of different versions"},
    Meaning{Status::in_use, EBUSY},
    Meaning{Status::insufficient_resources, ENOSPC},
    Meaning{Status::not_ready, EAGAIN}};

/// As NVML spells it (nvml.h, nvmlPciInfo_t::busId): "00000000:3B:00.0".
std::string bus_id_of(const PciAddress& address) {
  std::string text = to_string(address);
  text.insert(0, text.find(':') < 8 ? 8 - text.find(':') : 0, '0');
  std::ranges::transform(text, text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::toupper(letter));
  });
  return text;
}

}  // namespace

Session::~Session() {
  if (begun_) {
    // Nothing can be done where it fails, and nothing need be: the driver takes away what a process
    // leaves, and who wants the lock reads back whether it has it.
    static_cast<void>(ask(kShutdown));
  }
}

Result<Device> Session::begin(const Place& place) {
  place_ = place;
  TRY_VOID(call(kInit));
  begun_ = true;
  TRY(const PciAddress address,
      parse_address(std::string_view(place.path).substr(0, place.path.find('/'))));
  Device device = nullptr;
  TRY_VOID(call(kDeviceByBusId, bus_id_of(address).c_str(), &device));
  return device;
}

Error Session::error(int os_error, std::string why) const {
  return library_error(place_, os_error, std::move(why));
}

Error Session::error(const char* function, Status status) const {
  const auto words = reinterpret_cast<const char* (*)(Status)>(library_->find(kErrorString.name));
  const char* const said = words == nullptr ? nullptr : words(status);
  return library_error(
      place_,
      kMeanings,
      function,
      status,
      said == nullptr ? "NVML's error " + std::to_string(static_cast<int>(status)) : said);
}

Error Session::no_function(const char* function) const {
  return error(ENOSYS, std::string("the NVIDIA library that is installed has no ") + function);
}

}  // namespace vfmgr::nvml
